"""How simulated devices are cabled, what they hear from each other, and who answers them.

A fabric is the lab's wiring: it holds for all devices together, and each of them decides by its own
configuration whether it speaks on a port.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol


@dataclass(frozen=True)
class End:
    """A port of a device, by the port's full name."""

    device: str
    port: str


@dataclass(frozen=True)
class Announcement:
    """What a device says of itself on a port (IEEE 802.1AB)."""

    device: str
    """Its host name, with the domain where the platform adds it."""
    port: str
    chassis: str
    """A MAC address, xx:xx:xx:xx:xx:xx."""
    system: str
    """Its description of itself."""
    address: IPv4Address | None = None


class Speaker(Protocol):
    """A device in the fabric."""

    def announces(self, port: str) -> Announcement | None:
        """What it says on a port now; None if the port is down or LLDP is off there."""

    def is_up(self, port: str) -> bool:
        """Whether the port is administratively up and the device runs."""


class Fabric:
    """All cables between devices."""

    def __init__(self, cables: Iterable[tuple[End, End]] = ()) -> None:
        self._far: dict[End, End] = {}
        for a, b in cables:
            self._far[a], self._far[b] = b, a
        self.devices: dict[str, Speaker] = {}
        self.answering: frozenset[IPv4Address] | None = None
        """Who answers a ping, besides gateways and the controller; None: whoever is routed to."""

    def far_end(self, device: str, port: str) -> End | None:
        return self._far.get(End(device, port))

    def has_link(self, device: str, port: str) -> bool:
        """Whether a port has carrier: a cable whose far end is up. What the lab doesn't simulate
        (routers, hosts) counts as up."""
        far = self.far_end(device, port)
        if far is None:
            return False
        other = self.devices.get(far.device)
        return other is None or other.is_up(far.port)

    def hears(self, device: str, port: str) -> Announcement | None:
        """What arrives on a port of a device; its own port's state is its own business."""
        far = self.far_end(device, port)
        other = self.devices.get(far.device) if far else None
        return other.announces(far.port) if far and other else None
