"""The platforms that the lab can simulate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniform.lab import ios
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import Identity, Listener, SimulatedDevice
from muniform.lab.simulated.spec import SSH, DeviceSpec


@dataclass(frozen=True)
class Platform:
    """How to make a device of a platform, and what listens on it."""

    make: Callable[[DeviceSpec, Clock], SimulatedDevice]
    listeners: Callable[[Any, Identity, Identity], Iterable[Listener]]
    ports: tuple[int, ...] = (SSH,)
    """The standard ports of its services."""


PLATFORMS: Mapping[str, Platform] = {
    "ios": Platform(ios.IosSwitch, ios.listeners),
}
