"""The time that simulated devices live by. It may run faster than ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


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
