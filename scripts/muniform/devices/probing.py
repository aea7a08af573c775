"""Looking, after a commit, for what was there before it."""

from __future__ import annotations

from collections.abc import Callable

from muniform.devices import probes
from muniform.devices.committed import Committed
from muniform.devices.driver import Driver, Health
from muniform.devices.trail import Trail

LOOK_AGAIN = 5.0
"""Device seconds between two looks for neighbours; LLDP speaks every 30 s."""


class Probing:
    """The probes of one commit. ``wait`` is in seconds, between two looks."""

    def __init__(
        self,
        committed: Committed,
        trail: Trail,
        wait: float,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._committed = committed
        self._trail = trail
        self._wait = wait
        self._now = now
        self._sleep = sleep
        self.has_passed = False
        """Whether everything was there when it was last looked for."""

    def gone(self, driver: Driver) -> tuple[str, ...]:
        """What is no longer there, looked for as long as there is time to confirm."""
        before = self._committed.before
        while True:
            seen = self._committed.asked(driver)
            gone = probes.missing(before, seen)
            if not gone or self._now() + self._wait >= self._committed.verify_by:
                break
            self._sleep(self._wait)
        kept = Health(before.neighbours & seen.neighbours, before.answering & seen.answering)
        there = probes.present(kept)
        self._trail.announce("probes", there=list(there), gone=list(gone))
        self._trail.saw(f"still there: {probes.listed(there)}")
        if gone:
            self._trail.saw(f"gone: {probes.listed(gone)}")
        self.has_passed = not gone
        return gone
