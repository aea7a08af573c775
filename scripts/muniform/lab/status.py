"""What a lab is now: values for those who ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from muniform.lab.spec import LabSpec
from muniform.model import LinkEnd


@dataclass(frozen=True)
class DeviceStatus:
    """A simulated device now."""

    name: str
    platform: str
    model: str
    cut: str | None = None
    """Why no session can reach it, or None."""
    faults: tuple[str, ...] = ()
    sessions: int = 0


@dataclass(frozen=True)
class LabStatus:
    """A lab as it is now."""

    running: bool
    pid: int | None = None
    clock_scale: float = 1.0
    services: tuple[str, ...] = ()
    devices: tuple[DeviceStatus, ...] = ()
    containers: tuple[tuple[str, bool], ...] = ()
    """Name, and whether it runs; only root sees them. Without a daemon: what a dead lab left."""


@dataclass(frozen=True)
class WireEnd:
    """A port at the end of a cable."""

    device: str
    port: str
    simulated: bool
    up: bool
    """Switched on, and its device runs."""

    def __str__(self) -> str:
        return f"{self.device} {self.port}"


@dataclass(frozen=True)
class Wire:
    """A cable or circuit of the lab."""

    a: WireEnd
    b: WireEnd
    medium: str

    @property
    def down(self) -> tuple[WireEnd, ...]:
        """The ends that keep the cable from carrying anything."""
        return tuple(end for end in (self.a, self.b) if not end.up)

    def seen_from(self, device: str) -> Wire:
        """The same cable, with the end at this device first."""
        return self if self.a.device == device else Wire(self.b, self.a, self.medium)


def wires(spec: LabSpec, ports_up: Collection[str]) -> tuple[Wire, ...]:
    """All cables of a lab. ``ports_up`` names the ports that are up as ``device:port``. Pure."""
    simulated = {device.name for device in spec.devices}

    def end(at: LinkEnd) -> WireEnd:
        return WireEnd(at.device, at.port, at.device in simulated, str(at) in ports_up)

    return tuple(Wire(end(cable.a), end(cable.b), cable.medium) for cable in spec.cables)
