"""Results are values: what happened to one target, and the summary over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How one target ended. A network device ends as anything but ``failed``."""

    UNCHANGED = "unchanged"
    """It was as intended before."""
    CHANGED = "changed"
    """It was read back as intended."""
    STALE = "stale"
    """It is no longer what the plan read; not touched."""
    REFUSED = "refused"
    """The device, or its lease, did not let us: nothing was changed."""
    REVERTED = "reverted"
    """The change was sent, and the device was read back on its old configuration."""
    UNREACHABLE = "unreachable"
    """No answer, and nothing was committed."""
    UNKNOWN = "unknown"
    """Something was committed, and the device was not read back on the old or the new."""
    FAILED = "failed"
    """A host's run failed."""
    SKIPPED = "skipped"
    """Not started."""

    @property
    def ok(self) -> bool:
        return self in (Status.UNCHANGED, Status.CHANGED)


@dataclass(frozen=True)
class Result:
    """One target's outcome. All text in it is masked; ``elapsed`` is in seconds.

    ``evidence`` are the facts that led to it, in their order. What is ``unsettled`` must be read
    again: nobody knows how it stands, or something of ours may be left on it.
    """

    target: str
    status: Status
    diff: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    elapsed: float = 0.0
    evidence: tuple[str, ...] = ()
    unsettled: bool = False


@dataclass(frozen=True)
class Summary:
    """The results of a run, in the order in which the targets were worked on."""

    results: tuple[Result, ...] = field(default=())

    @classmethod
    def of(cls, results: Iterable[Result]) -> Summary:
        return cls(tuple(results))

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(r for r in self.results if not r.status.ok and r.status is not Status.SKIPPED)

    @property
    def changed(self) -> tuple[Result, ...]:
        return tuple(r for r in self.results if r.status is Status.CHANGED)

    def count(self, status: Status) -> int:
        return sum(1 for r in self.results if r.status is status)
