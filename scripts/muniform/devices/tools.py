"""What a transaction is handed, and for how long things may take on a device."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from muniform.devices.driver import Connect
from muniform.devices.protocols import Backup, Lease, Recorder
from muniform.masking import Secret

# Beyond the device's timer: how long its revert and a reconnection may take, in seconds.
GRACE = 60.0
# Device seconds that a reload may take: a large switch needs ten minutes.
BOOT = 600.0
# Device seconds for which a device may work on a commit whose answer was lost before that shows.
COMMITTING = 180.0
# At a deadline one attempt may have just begun: a login, a cleaning, a reading. In seconds.
LAST_LOOK = 240.0


@dataclass(frozen=True)
class Tools:
    """What a transaction works with. ``clock_scale`` is how much faster device time runs.

    ``committing`` is for how many device seconds a commit may be under way that nothing shows of.
    """

    connect: Connect
    key: Secret
    recorder: Recorder
    backup: Backup
    lease: Lease
    clock_scale: float = 1.0
    committing: float = COMMITTING
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
