"""What can be made to go wrong with a simulated device, while it runs.

A fault either holds everywhere (``refuse_login``) or strikes at a point of a client's work
(``hang`` at ``commit``). Each platform says which of its commands belong to which point; what
happens then is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from muniform.errors import LabError


class Point(StrEnum):
    """A step of a client's work, as the device sees it."""

    READ = "read"
    """Showing the running or the startup configuration."""
    STAGE = "stage"
    """Taking a candidate in: a file, a session, a load, a line of configuration."""
    COMPARE = "compare"
    """Printing what the candidate would change."""
    COMMIT = "commit"
    """Making the candidate run."""
    PROBE = "probe"
    """Telling neighbours, and pinging."""
    CONFIRM = "confirm"
    SAVE = "save"
    ROLLBACK = "rollback"
    """Taking a pending change back on request."""
    CLEAN = "clean"
    """Deleting files, dropping a session or a candidate, unlocking."""


class Strike(StrEnum):
    """What happens at a point."""

    DROP = "drop"
    """The session dies before the device has acted."""
    DROP_AFTER = "drop_after"
    """The device acts; the session dies before its answer is seen."""
    HANG = "hang"
    """The device neither acts nor answers; the session stays open."""
    HANG_AFTER = "hang_after"
    """The device acts and says nothing more; the session stays open."""
    REBOOT = "reboot"
    """The device starts anew before it has acted."""
    REBOOT_AFTER = "reboot_after"
    """The device acts and then starts anew."""
    GARBAGE = "garbage"
    """The device acts; its answer is noise."""
    REFUSE = "refuse"
    """The device does not act and answers with an error of its kind."""


class Condition(StrEnum):
    """What is wrong everywhere."""

    REFUSE_LOGIN = "refuse_login"
    """Every password is refused."""
    WRONG_HOST_KEY = "wrong_host_key"
    """New connections are answered with another host key or certificate."""
    LOCKED = "locked"
    """Somebody else holds the configuration: a lock, a pending session, a revert timer."""
    FLASH_FULL = "flash_full"
    """No file can be written."""
    PARTIAL_LOAD = "partial_load"
    """The last third of a candidate is lost while it is taken in, without a word."""
    COMMITS_OTHER = "commits_other"
    """What runs after a commit is not quite what was committed."""
    EARLY_TIMER = "early_timer"
    """A revert timer ends at once, while the client still verifies."""


@dataclass
class _Struck:
    strike: Strike
    times: int | None
    """How often it will still happen; None: until it is switched off."""
    passes: int = 0
    """How many visits of the point still pass before it happens."""


@dataclass
class Faults:
    """The faults of one device. ``latency`` is the round-trip time of its link in milliseconds."""

    latency: float = 0.0
    _conditions: set[Condition] = field(default_factory=set)
    _points: dict[Point, _Struck] = field(default_factory=dict)
    struck: list[Point] = field(default_factory=list)
    """Where something happened since the faults were last cleared."""

    def has(self, condition: Condition) -> bool:
        return condition in self._conditions

    def set(self, condition: Condition, on: bool = True) -> None:
        (self._conditions.add if on else self._conditions.discard)(condition)

    def strike(self, strike: Strike, point: Point, times: int | None = 1, after: int = 0) -> None:
        """Let something happen when a client comes to a point, ``after`` so many visits of it."""
        self._points[point] = _Struck(strike, times, after)

    def clear(self) -> None:
        """Behave again."""
        self.latency = 0.0
        self._conditions.clear()
        self._points.clear()
        self.struck.clear()

    def take(self, point: Point) -> Strike | None:
        """What happens now that a client has come to ``point``; counts one time of it."""
        struck = self._points.get(point)
        if struck is None:
            return None
        if struck.passes:
            struck.passes -= 1
            return None
        self.struck.append(point)
        if struck.times is not None:
            struck.times -= 1
            if struck.times <= 0:
                del self._points[point]
        return struck.strike

    def switch(
        self, name: str, on: bool, point: str = "", times: int | None = None, after: int = 0
    ) -> None:
        """Switch a fault by its name. Raises LabError for what does not exist.

        ``latency`` takes its milliseconds in ``point``.
        """
        if name == "latency":
            self.latency = _milliseconds(point) if on else 0.0
        elif name in set(Condition):
            if point or times is not None or after:
                raise LabError(
                    f"{name} holds everywhere until it is switched off",
                    "leave --at, --times and --after out",
                )
            self.set(Condition(name), on)
        elif name in set(Strike):
            where = _point(name, point)
            if on:
                self.strike(Strike(name), where, times, after)
            else:
                self._points.pop(where, None)
        else:
            raise LabError(f"there is no fault {name!r}", f"one of: {', '.join(NAMES)}")

    def described(self) -> list[str]:
        """The faults that are on, as a person would name them."""
        found = [condition.value for condition in Condition if condition in self._conditions]
        found += [f"{s.strike.value} at {point.value}" for point, s in self._points.items()]
        return [*found, *([f"latency {self.latency:g} ms"] if self.latency else [])]


NAMES = ("latency", *Condition, *Strike)


def _point(name: str, point: str) -> Point:
    if point not in set(Point):
        raise LabError(
            f"{name} happens at a point of a client's work"
            + (f", not at {point!r}" if point else ": at which one?"),
            f"--at one of: {', '.join(Point)}",
        )
    return Point(point)


def _milliseconds(text: str) -> float:
    if not text.replace(".", "", 1).isdigit():
        raise LabError("latency needs its milliseconds", "for example: latency --at 600")
    return float(text)
