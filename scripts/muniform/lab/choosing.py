"""Which sites of a city a lab plays, and what of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from muniform.errors import LabError
from muniform.lab.platforms import PLATFORMS
from muniform.model import City, Device, DeviceRole, Host, Site, SystemFamily

_ROUTER = ("frr", DeviceRole.WAN_ROUTER)
"""What a container with a real FRR plays. Simulated platforms play every role they are sold for."""


@dataclass(frozen=True)
class Choice:
    """What somebody wants of a city.

    No site named: the whole city, without the hosts that serve nobody but their user. Sites named,
    by id or code: all that is declared for those.
    """

    sites: tuple[str, ...] = ()
    is_simulated_only: bool = False
    """No container: neither routers nor hosts, so that no root is needed."""


WHOLE_CITY = Choice()


@dataclass(frozen=True)
class Cast:
    """What the lab plays of a city."""

    sites: tuple[Site, ...]
    routers: tuple[Device, ...]
    simulated: tuple[Device, ...]
    hosts: tuple[Host, ...]


def is_simulated(device: Device) -> bool:
    return device.platform in PLATFORMS


def is_router(device: Device) -> bool:
    """Whether a container plays the device."""
    return (device.platform, device.role) == _ROUTER


def cast(city: City, choice: Choice) -> Cast:
    """What plays the chosen part of a city. Raises LabError for what nothing plays."""
    sites = _named(city, choice.sites)
    if not choice.is_simulated_only:
        _require_controller(city, sites)
    _require_playable(city, sites)
    simulated = tuple(d for site in sites for d in site.devices if is_simulated(d))
    if choice.is_simulated_only:
        return Cast(sites, (), simulated, ())
    return Cast(
        sites,
        tuple(d for site in sites for d in site.devices if is_router(d)),
        simulated,
        tuple(_hosts(city, sites, every=bool(choice.sites))),
    )


def _hosts(city: City, sites: Iterable[Site], every: bool) -> Iterable[Host]:
    for site in sites:
        for host in site.hosts:
            if city.family(host.os) is SystemFamily.LINUX and (every or host.services):
                yield host


def _named(city: City, wanted: Collection[str]) -> tuple[Site, ...]:
    known = {name: site for site in city.sites for name in (site.id, site.code)}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise LabError(f"there is no site {unknown[0]!r}", "list them with: muniform show city")
    ids = {known[name].id for name in wanted} or {site.id for site in city.sites}
    return tuple(site for site in city.sites if site.id in ids)


def _require_controller(city: City, sites: Iterable[Site]) -> None:
    if not any(city.controller in site.block for site in sites):
        raise LabError(
            f"nothing can be managed without the site of the controller {city.controller}",
            "name that site as well",
        )


def _require_playable(city: City, sites: Iterable[Site]) -> None:
    refused = [site for site in sites if _unplayed(site)]
    if not refused:
        return
    kinds = {f"{d.platform} as {d.role.value}" for site in refused for d in _unplayed(site)}
    named = ", ".join(sorted(kinds))
    hub = next((site for site in refused if city.controller in site.block), None)
    if hub is not None:
        raise LabError(
            f"the lab has nothing that plays {named}, and {hub.code}, where the controller "
            "stands, has them",
            "no lab of this city can be made yet: the rest is managed from there",
        )
    codes = ", ".join(site.code for site in refused[:6]) + (" ..." if refused[6:] else "")
    playable = ", ".join(site.code for site in city.sites if not _unplayed(site))
    raise LabError(
        f"the lab has nothing that plays {named} ({codes})",
        f"name sites that it can play: {playable}",
    )


def _unplayed(site: Site) -> tuple[Device, ...]:
    return tuple(d for d in site.devices if not is_simulated(d) and not is_router(d))
