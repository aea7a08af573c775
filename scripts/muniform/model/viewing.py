"""What tables show of a city: rows of plain values, counted and sorted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address

from muniform.model.city import City, Device, Site
from muniform.model.operations import Recurrence
from muniform.model.parts.kinds import PortMode

Row = dict[str, str | int]


def city_rows(city: City) -> list[Row]:
    """A row for each site."""
    return [
        {
            "id": site.id,
            "code": site.code,
            "name": site.name,
            "archetype": site.archetype,
            "region": site.region,
            "block": str(site.block),
            "devices": len(site.devices),
            "hosts": len(site.hosts),
            "peripherals": len(site.peripherals),
            "change": site.change_class,
        }
        for site in city.sites
    ]


def address_rows(city: City, only: Site | None = None) -> list[Row]:
    """Every address that something has, of one site or of all, in numerical order."""
    sites = (only,) if only else city.sites
    found = {entry for site in sites for entry in _addresses(site)}
    return [
        {"address": str(address), "name": name, "is": what, "site": site}
        for address, name, what, site in sorted(found)
    ]


def _addresses(site: Site) -> Iterator[tuple[IPv4Address, str, str, str]]:
    for device in site.devices:
        own = device.management.address.ip
        yield own, device.name, "management", site.id
        for interface in device.interfaces:
            if interface.address.ip != own:
                yield interface.address.ip, device.name, interface.name, site.id
            if interface.vrrp is not None:
                shared = f"gateway of VLAN {interface.vlan}, shared"
                yield interface.vrrp.address, site.code, shared, site.id
    for host in site.hosts:
        yield host.address.ip, host.name, host.kind.value, site.id


def port_use(device: Device) -> str:
    """How many of a switch's ports are in use, like ``15 of 32``. Empty without ports."""
    if not device.ports:
        return ""
    used = sum(port.mode is not PortMode.UNUSED for port in device.ports)
    return f"{used} of {len(device.ports)}"


def change_rows(city: City, name: str) -> list[tuple[str, str]]:
    """How what is in a change class may be changed: who owns it, who agrees, when."""
    found = city.change_class(name)
    safety = ", public safety: changed last" if found.public_safety else ""
    manual = "" if found.automatic else ", never changed unless it is named"
    return [
        ("change class", f"{name}{safety}{manual}"),
        ("owner", found.owner),
        ("approvers", ", ".join(found.approvers)),
        ("windows", "; ".join(map(span, found.windows)) or "any time"),
        ("freezes", ", ".join(freeze.name for freeze in found.freezes)),
    ]


def span(recurrence: Recurrence) -> str:
    """A window in one line: its name, its rule, when it opens and for how long."""
    hours = recurrence.length / timedelta(hours=1)
    return f"{recurrence.name} ({recurrence.rule} {recurrence.start:%H:%M}, {hours:g} h)"
