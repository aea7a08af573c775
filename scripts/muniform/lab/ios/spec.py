"""What a simulated switch is: its hardware, its wiring, its faults, and the clock it runs on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address


@dataclass(frozen=True)
class Wiring:
    """The physical truth, set when the lab is built. No configuration can change it."""

    uplinks: tuple[str, ...]
    """Physical ports, by full name, on which the controller's network is plugged in."""
    gateway: IPv4Address | None
    """The router's address on the management subnet. None: the switch routes, and is managed on
    its loopback through OSPF."""
    controller: IPv4Address
    """Source address of every session a client opens."""


@dataclass(frozen=True)
class SwitchSpec:
    """One switch. ``address`` and ``port`` are where it listens on this machine."""

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
    version: str = "17.12.4"
    management: IPv4Address | None = None
    """The address the city declares for it. None: 10.a.b.c when it listens on 127.a.b.c."""

    @property
    def declared(self) -> IPv4Address:
        """The management address that an SVI must carry to be found by the controller."""
        if self.management is not None:
            return self.management
        return IPv4Address("10." + self.address.partition(".")[2])


@dataclass
class Faults:
    """What can be made to go wrong, switched while the device runs."""

    refuse_login: bool = False
    """Every password is refused."""
    drop_after_commit: bool = False
    """A session that replaced the configuration under a timer dies before it sees the output."""
    wrong_host_key: bool = False
    """New connections are answered with another host key."""


class Clock:
    """The device's time. It runs ``scale`` times faster than ours."""

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError("a clock's scale must be positive")
        self.scale = scale
        self._epoch = datetime.now(UTC)
        self._start = time.monotonic()

    def elapsed(self) -> float:
        """Seconds of device time since the clock was made."""
        return (time.monotonic() - self._start) * self.scale

    def now(self) -> datetime:
        """What the device believes the time is."""
        return self._epoch + timedelta(seconds=self.elapsed())

    def call_later(self, device_seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Run ``action`` in the running event loop after so many seconds of device time."""
        return asyncio.get_running_loop().call_later(device_seconds / self.scale, action)
