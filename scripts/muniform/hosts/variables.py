"""From the declared city to what Ansible's roles are told. Pure: no file, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, collapse_addresses

from muniform.hosts.routers import router_variables
from muniform.model import City, Device, DeviceRole, Host, HostKind, SystemFamily

GROUP_OF_KIND = {kind: f"{kind.value}s" for kind in HostKind}
GROUP_OF_ROLE = {role: f"{role.value}s".replace("switchs", "switches") for role in DeviceRole}

LINUX_PLATFORMS = frozenset({"frr"})
"""Platforms of network devices whose operating system roles look after."""

SERVERS_PLAYBOOK = "servers.yml"
DESKTOPS_PLAYBOOK = "desktops.yml"
PLAYBOOK_OF_KIND = {
    kind: SERVERS_PLAYBOOK if kind is HostKind.SERVER else DESKTOPS_PLAYBOOK for kind in HostKind
}


@dataclass(frozen=True)
class HostTarget:
    """One operating system that roles look after. ``groups`` are Ansible's names."""

    name: str
    site: str
    address: IPv4Address
    playbook: str
    groups: tuple[str, ...]
    services: tuple[str, ...] = ()
    """What it does for the city: ``dns``, ``ntp``."""
    router: Device | None = field(default=None, repr=False)
    """Set on network devices: their operating system serves what the routing daemon does not."""


def targets(city: City) -> tuple[HostTarget, ...]:
    """Everything that playbooks configure, site by site: routers on Linux, then Linux hosts."""
    return tuple(
        target
        for site in city.sites
        for target in _of_site(
            site.devices,
            tuple(h for h in site.hosts if city.family(h.os) is SystemFamily.LINUX),
        )
    )


def host_variables(city: City, name: str) -> dict[str, object]:
    """The variables of the roles for one target. KeyError if no playbook configures it."""
    for target in targets(city):
        if target.name == name:
            return target_variables(city, target)
    raise KeyError(name)


def target_variables(city: City, target: HostTarget) -> dict[str, object]:
    """The variables of the roles for one target, without a search for it.

    A secret among them is a ``SecretRef``, never a value.
    """
    routing = router_variables(target.router) if target.router else {}
    return _ssh_server(city) | _time_sync(city, target) | routing


def _of_site(devices: tuple[Device, ...], hosts: tuple[Host, ...]) -> Iterator[HostTarget]:
    for device in devices:
        if device.platform in LINUX_PLATFORMS:
            yield HostTarget(
                device.name,
                device.site,
                device.management.address.ip,
                playbook=SERVERS_PLAYBOOK,
                groups=(GROUP_OF_ROLE[device.role], device.site),
                router=device,
            )
    for host in hosts:
        yield HostTarget(
            host.name,
            host.site,
            host.address.ip,
            playbook=PLAYBOOK_OF_KIND[host.kind],
            groups=(GROUP_OF_KIND[host.kind], host.site, profile_group(host.profile)),
            services=host.services,
        )


def profile_group(profile: str) -> str:
    """The group of a profile's hosts. Ansible allows no hyphen in it."""
    return "profile_" + profile.replace("-", "_")


def _ssh_server(city: City) -> dict[str, object]:
    return {
        "ssh_server_allow_users": [city.baseline.account.name],
        "ssh_server_banner": city.baseline.banner,
    }


def _time_sync(city: City, target: HostTarget) -> dict[str, object]:
    """A server follows the city's other servers, never itself. With a key, where the city has one:
    the one that its network devices ask for (CISC-ND-001150)."""
    serves = "ntp" in target.services
    key = city.baseline.ntp_key
    proof = {"time_sync_key_id": key.id, "time_sync_key": key.key} if key else {}
    return {
        "time_sync_servers": [
            {"address": str(server.address), "prefer": server.prefer and not serves}
            for server in city.baseline.ntp
            if server.address != target.address
        ],
        "time_sync_serve": serves,
        "time_sync_allow": [str(net) for net in _own_networks(city)] if serves else [],
        **proof,
    }


def _own_networks(city: City) -> list[IPv4Network]:
    """Every network from which something of the city may ask: sites, WAN links, loopbacks."""
    networks = [site.block for site in city.sites]
    networks += [link.network for site in city.sites for link in site.links if link.network]
    networks += [device.management.address.network for device in city.devices]
    return sorted(collapse_addresses(networks))
