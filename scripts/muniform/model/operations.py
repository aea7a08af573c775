"""What a city declares about its operations: change classes, waivers, software. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Recurrence:
    """A span of time that comes again: an iCalendar rule (RFC 5545), from when, for how long.

    ``start`` is local time in the city's zone. A one-off has ``COUNT=1`` in its rule.
    """

    name: str
    rule: str
    start: datetime
    length: timedelta


@dataclass(frozen=True)
class ChangeClass:
    """How sites of a class may be changed, who owns them and who has to agree."""

    name: str
    public_safety: bool
    """Changed last, whatever else says otherwise."""
    automatic: bool
    """False: never pushed to by itself (NIST SP 800-82r3 on operational technology)."""
    owner: str
    approvers: tuple[str, ...]
    windows: tuple[Recurrence, ...]
    """When changes may be made. None declared: at any time."""
    freezes: tuple[Recurrence, ...]
    """When nothing is changed, whatever the windows say; the city's holidays are among them."""


WaivedLine = tuple[str, ...]
"""A line of configuration below its sections: ("interface Vlan10", "shutdown")."""


@dataclass(frozen=True)
class Waiver:
    """An accepted deviation from a control, or of a device's lines of configuration."""

    id: str
    control: str
    """Empty where only lines are waived."""
    targets: tuple[str, ...]
    """Names of sites, archetypes, devices or hosts; where lines are waived, of devices."""
    owner: str
    reason: str
    expires: date
    keep: tuple[WaivedLine, ...] = ()
    without: tuple[WaivedLine, ...] = ()


class SoftwareState(StrEnum):
    ALLOWED = "allowed"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"


class SystemFamily(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    OTHER = "other"


@dataclass(frozen=True)
class OperatingSystem:
    id: str
    name: str
    family: SystemFamily
    end_of_support: date


@dataclass(frozen=True)
class Package:
    id: str
    name: str
    state: SoftwareState
    systems: tuple[str, ...]
    """Ids of operating systems. Empty: all of them."""
    end_of_support: date | None


@dataclass(frozen=True)
class Software:
    """The software catalogue (CM-7(5), CM-8)."""

    systems: tuple[OperatingSystem, ...]
    packages: tuple[Package, ...]

    def system(self, name: str) -> OperatingSystem:
        """The operating system with this id. KeyError if there is none."""
        for system in self.systems:
            if system.id == name:
                return system
        raise KeyError(name)


@dataclass(frozen=True)
class HostProfile:
    """What a computer is used for, and what follows from it."""

    name: str
    purpose: str
    lock_minutes: int | None
    """CJIS AC-11. None: exempt, for the reason given."""
    reason: str
