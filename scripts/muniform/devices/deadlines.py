"""No call to a device lasts without end.

The libraries have time-outs of their own, mostly; a session that stays open and silent finds the
one place that has none. Here each call runs in a thread that may be left behind: the caller goes on
with a new connection, and closing the old one ends what still hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TypeVar

from muniform.devices.configuration import Change
from muniform.devices.driver import Driver, Facts, Health, Snapshot
from muniform.devices.threads import started
from muniform.errors import Unreachable

T = TypeVar("T")


@dataclass(frozen=True)
class Deadlines:
    """Seconds after which a call counts as hanging. Generous: a slow device on LTE is no fault."""

    opening: float = 60.0
    reading: float = 90.0
    looking: float = 90.0
    """Neighbours and pings; one that isn't answered takes its own time-out."""
    staging: float = 240.0
    committing: float = 180.0
    confirming: float = 60.0
    """Also saving: a full flash is slow."""
    reverting: float = 120.0
    cleaning: float = 60.0
    closing: float = 10.0

    def over(self, factor: float) -> Deadlines:
        """All of them divided, as a lab's tests need."""
        return Deadlines(**{name: value / factor for name, value in vars(self).items()})


DEFAULT = Deadlines()


def open_within(deadlines: Deadlines, name: str, opening: Callable[[], Driver]) -> Driver:
    """A driver each of whose calls is bounded. Raises what ``opening`` does, or Unreachable."""
    future = started(opening)
    try:
        driver = future.result(deadlines.opening)
    except TimeoutError:
        if not future.done():
            # Should it still come, nobody waits for it any more.
            future.add_done_callback(_close_unwanted)
            raise _silent(name, "the login", deadlines.opening) from None
        driver = future.result()  # done at the last moment; or the error is its own
    return BoundedDriver(name, driver, deadlines)


class BoundedDriver:
    """A driver whose calls end. After one that hung, only ``close`` is left to do."""

    def __init__(self, name: str, driver: Driver, deadlines: Deadlines) -> None:
        self._name = name
        self._driver = driver
        self._deadlines = deadlines
        self._hangs = False

    def facts(self) -> Facts:
        return self._within(self._deadlines.reading, "reading", self._driver.facts)

    def snapshot(self) -> Snapshot:
        return self._within(self._deadlines.reading, "reading", self._driver.snapshot)

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        return self._within(
            self._deadlines.looking, "looking around", lambda: self._driver.health(addresses)
        )

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        return self._within(
            self._deadlines.staging, "staging", lambda: self._driver.stage(intended, running)
        )

    def commit(self, revert_seconds: int) -> None:
        self._within(
            self._deadlines.committing, "the commit", lambda: self._driver.commit(revert_seconds)
        )

    def confirm(self, intended: str, /) -> None:
        self._within(
            self._deadlines.confirming, "the confirmation", lambda: self._driver.confirm(intended)
        )

    def rollback(self) -> None:
        self._within(self._deadlines.reverting, "taking back", self._driver.rollback)

    def save(self, intended: str) -> None:
        self._within(self._deadlines.confirming, "saving", lambda: self._driver.save(intended))

    def discard(self) -> None:
        self._within(self._deadlines.cleaning, "cleaning up", self._driver.discard)

    def close(self) -> None:
        # Also after a call that hangs: closing is what ends it.
        with suppress(TimeoutError):
            started(self._driver.close).result(self._deadlines.closing)

    def _within(self, seconds: float, doing: str, act: Callable[[], T]) -> T:
        if self._hangs:
            raise Unreachable(f"{self._name}: its session hangs", f"check the path to {self._name}")
        future = started(act)
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.done():
                return future.result()  # done at the last moment; or the error is its own
            self._hangs = True
            raise _silent(self._name, doing, seconds) from None


def _close_unwanted(future: Future[Driver]) -> None:
    if future.exception() is None:
        future.result().close()


def _silent(name: str, doing: str, seconds: float) -> Unreachable:
    return Unreachable(
        f"{name}: no answer within {seconds:g} s ({doing})",
        f"check the path to {name}; its session was given up",
    )
