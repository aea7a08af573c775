"""When to try again: soon at first, then ever more seldom, and seldom from the start once a login
was refused, since a device locks an account out that is refused too often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

FIRST = 0.5
"""Seconds before the second attempt."""
_LONGEST = 15.0
"""Device seconds between two attempts in the long run."""
_GROWTH = 1.3
_AFTER_REFUSALS = (5.0, 20.0, 60.0)
"""Device seconds after the first refused login, the second, the third."""


class Patience:
    """The pauses between attempts at one device."""

    def __init__(self, scale: float, now: Callable[[], float]) -> None:
        self._scale = scale
        self._now = now
        self._longest = max(FIRST, _LONGEST / scale)
        self._pause = FIRST
        self._refusals = 0

    def hurry(self) -> None:
        """Something has happened on the device: more may follow soon."""
        self._pause = FIRST

    def let_in(self) -> None:
        """A login was taken: a device counts refusals from here."""
        self._refusals = 0

    def pause(self, deadline: float) -> float | None:
        """Seconds until the next attempt, which the deadline is the last moment for; or None."""
        left = deadline - self._now()
        if left <= 0:
            return None
        pause, self._pause = self._pause, min(self._longest, self._pause * _GROWTH)
        return min(pause, left)

    def after_refusal(self, chances: Sequence[float]) -> float | None:
        """Seconds until the next attempt after a refused login; None if it was the last.

        After a few attempts only the ``chances`` are left: moments at which the device may have
        taken back what shuts us out.
        """
        done, now = self._refusals, self._now()
        self._refusals += 1
        if done < len(_AFTER_REFUSALS):
            return _AFTER_REFUSALS[done] / self._scale
        return next((chance - now for chance in sorted(chances) if chance > now), None)
