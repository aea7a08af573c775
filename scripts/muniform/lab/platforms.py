"""The platforms that the lab can simulate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniform.lab import eos, ios, junos, procurve
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import Identity, Listener, SimulatedDevice
from muniform.lab.simulated.spec import SSH, DeviceSpec

HTTPS = 443
NETCONF = 830


@dataclass(frozen=True)
class Platform:
    """How to make a device of a platform, and what listens on it."""

    make: Callable[[DeviceSpec, Clock], SimulatedDevice]
    listeners: Callable[[Any, Identity, Identity], Iterable[Listener]]
    ports: tuple[int, ...] = (SSH,)
    """The standard ports of its services. All but HTTPS speak SSH."""

    @property
    def ssh_ports(self) -> tuple[int, ...]:
        """Where it shows its host key."""
        return tuple(port for port in self.ports if port != HTTPS)

    @property
    def has_certificate(self) -> bool:
        return HTTPS in self.ports


PLATFORMS: Mapping[str, Platform] = {
    "ios": Platform(ios.IosSwitch, ios.listeners),
    "eos": Platform(eos.EosSwitch, eos.listeners, (SSH, HTTPS)),
    "junos": Platform(junos.JunosDevice, junos.listeners, (SSH, NETCONF)),
    "procurve": Platform(procurve.ProcurveSwitch, procurve.listeners),
}
