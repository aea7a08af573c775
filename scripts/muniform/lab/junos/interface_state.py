"""Interfaces as the device sees them: what is there, up, and named how. Reads, changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from muniform.lab.junos import interfaces
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.values import natural

_SPEEDS = {"ge": "1000mbps", "mge": "2500mbps", "xe": "10Gbps", "et": "100Gbps"}
_DEFAULT_MTU = 1514


@dataclass(frozen=True)
class Port:
    """One physical interface, or one that acts as one."""

    name: str
    is_enabled: bool
    is_up: bool
    description: str
    kind: str
    mtu: int
    speed: str
    mac: str


def ports(device: JunosDevice) -> list[Port]:
    """Every interface: those of the hardware, and those that the configuration makes."""
    configured = [n for n in interfaces.names(device.config) if not _is_absent(device, n)]
    names = dict.fromkeys([*device.spec.ports, *configured, "lo0"])
    return [_port(device, name) for name in sorted(names, key=natural)]


def _is_absent(device: JunosDevice, name: str) -> bool:
    """Junos takes a configuration for a port that it hasn't got."""
    return "/" in name and name not in device.spec.ports


def _port(device: JunosDevice, name: str) -> Port:
    found = interfaces.physical(device.config, name)
    is_hardware = "/" in name
    mtu = found.value("mtu") if found else None
    return Port(
        name,
        interfaces.is_enabled(device.config, name),
        is_up(device, name),
        (found.value("description") if found else None) or "",
        "Ethernet" if is_hardware or name.startswith("ae") else "Loopback",
        int(mtu) if mtu else _DEFAULT_MTU,
        _SPEEDS.get(name.partition("-")[0], "") if is_hardware else "",
        _mac(device, name) if is_hardware else device.chassis,
    )


def is_up(device: JunosDevice, name: str) -> bool:
    """Enabled and with carrier; a bundle with one of its members. Others follow no wire."""
    if device.is_away or not interfaces.is_enabled(device.config, name):
        return False
    if name.startswith("ae"):
        return any(is_up(device, port) for port in interfaces.members(device.config, name))
    return "/" not in name or device.fabric.has_link(device.spec.name, name)


def _mac(device: JunosDevice, name: str) -> str:
    digest = hashlib.sha256(f"{device.chassis} {name}".encode()).digest()
    return f"{device.chassis[:8]}:{digest[0]:02x}:{digest[1]:02x}:{digest[2]:02x}"
