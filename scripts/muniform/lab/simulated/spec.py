"""What a simulated device is: its hardware and where it stands. Nothing here can be configured."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

SSH = 22


@dataclass(frozen=True)
class Wiring:
    """The physical truth, set when the lab is built. No configuration can change it."""

    uplinks: tuple[str, ...]
    """Physical ports, by full name, on which the controller's network is plugged in."""
    gateway: IPv4Address | None
    """The router's address on the management subnet. None: the device routes, and is managed on
    its loopback through OSPF."""
    controller: IPv4Address
    """Source address of every session a client opens."""


@dataclass(frozen=True)
class DeviceSpec:
    """One device. ``address`` and ``port`` are where its SSH server listens on this machine."""

    name: str
    model: str
    serial: str
    ports: tuple[str, ...]
    """Full names, such as TenGigabitEthernet1/0/1."""
    startup: str
    """The configuration it boots with."""
    wiring: Wiring
    address: str
    port: int
    version: str = ""
    """What it says its software is; empty: what its platform usually says."""
    management: IPv4Address | None = None
    """The address the city declares for it. None: 10.a.b.c when it listens on 127.a.b.c."""

    @property
    def declared(self) -> IPv4Address:
        """The management address that an SVI must carry to be found by the controller."""
        if self.management is not None:
            return self.management
        return IPv4Address("10." + self.address.partition(".")[2])

    def listens(self, port: int) -> int:
        """Where a standard port of the device is found on this machine."""
        return self.port - SSH + port
