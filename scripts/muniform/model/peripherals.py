"""Which port each printer, phone, camera and access point is plugged into."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model.city import Device, Peripheral
from muniform.model.declaration import peripheral_names
from muniform.model.parts.kinds import PeripheralKind
from muniform.model.parts.switching import Port
from muniform.model.schema import ArchetypeFile, SiteFile


def peripherals(
    site_id: str, site: SiteFile, archetype: ArchetypeFile, devices: tuple[Device, ...]
) -> tuple[Peripheral, ...]:
    """All of a site's, dealt out over the ports of their profiles in the order of the devices.

    A phone shares its port with the computer behind it, so phones are dealt out by themselves.
    """
    phones: dict[str, Iterator[tuple[str, Port]]] = {}
    others: dict[str, Iterator[tuple[str, Port]]] = {}
    found = []
    for label, entry in archetype.peripherals.items():
        dealt = phones if entry.kind is PeripheralKind.PHONE else others
        free = dealt.setdefault(entry.port, profile_ports(devices, entry.port))
        for name in peripheral_names(site, label, entry):
            device, port = next(free)
            vlan = _vlan(entry.kind, port)
            found.append(
                Peripheral(
                    f"{site.code}-{name}", site_id, entry.kind, entry.model, device, port.name, vlan
                )
            )
    return tuple(found)


def _vlan(kind: PeripheralKind, port: Port) -> int:
    """A phone speaks in the voice VLAN where its port has one."""
    profile = port.profile
    if profile is None:
        raise ValueError(f"{port.name} has no profile")
    return (profile.voice_vlan if kind is PeripheralKind.PHONE else None) or profile.vlan


def profile_ports(devices: tuple[Device, ...], profile: str) -> Iterator[tuple[str, Port]]:
    """Device and port of every port with a profile."""
    for device in devices:
        for port in device.ports:
            if port.profile is not None and port.profile.name == profile:
                yield device.name, port
