"""Ansible's groups of a city: by site and what a site is, by what things are and are used for."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.hosts.variables import (
    GROUP_OF_KIND,
    GROUP_OF_ROLE,
    LINUX_PLATFORMS,
    profile_group,
)
from muniform.model import City, Device, Host, Site, SystemFamily

LINUX = "linux"
"""Every operating system that roles look after: Linux hosts, and routers on Linux."""
WINDOWS = "windows"
HOSTS = "hosts"
NETWORK_DEVICES = "network_devices"


def platform_group(platform: str) -> str:
    return f"platform_{platform}"


def child_groups(city: City) -> dict[str, tuple[str, ...]]:
    """Groups of groups. Those of kinds and roles are there even if nothing is in them, so that a
    playbook can name them in any city."""
    parents: dict[str, list[str]] = {
        HOSTS: list(GROUP_OF_KIND.values()),
        NETWORK_DEVICES: list(GROUP_OF_ROLE.values()),
        LINUX: [],
        WINDOWS: [],
    }
    taken = {*parents, *GROUP_OF_KIND.values(), *GROUP_OF_ROLE.values()}
    taken |= {site.id for site in city.sites}
    for site in city.sites:
        # Short for its archetype, where the word means nothing else: --limit fire_station.
        short = () if site.archetype in taken else (site.archetype,)
        for parent in (*short, *_of_site(site)):
            parents.setdefault(parent, []).append(site.id)
    return {parent: tuple(children) for parent, children in parents.items()}


def _of_site(site: Site) -> Iterator[str]:
    yield f"archetype_{site.archetype}"
    if site.region:
        yield f"region_{site.region}"


def device_groups(device: Device) -> tuple[str, ...]:
    linux = (LINUX,) if device.platform in LINUX_PLATFORMS else ()
    return (
        device.site,
        GROUP_OF_ROLE[device.role],
        platform_group(device.platform),
        f"change_{device.change_class}",
        *linux,
    )


def host_groups(city: City, site: Site, host: Host) -> tuple[str, ...]:
    family = city.family(host.os)
    return (
        site.id,
        GROUP_OF_KIND[host.kind],
        profile_group(host.profile),
        f"change_{site.change_class}",
        *((family.value,) if family is not SystemFamily.OTHER else ()),
    )
