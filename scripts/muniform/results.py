"""Results are values: what happened to one target, and the summary over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How one target ended."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REVERTED = "reverted"
    STALE = "stale"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    SKIPPED = "skipped"

    @property
    def ok(self) -> bool:
        return self in (Status.UNCHANGED, Status.CHANGED)


@dataclass(frozen=True)
class Result:
    """One target's outcome. ``diff`` and ``message`` are masked; ``elapsed`` is in seconds."""

    target: str
    status: Status
    diff: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    elapsed: float = 0.0


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
