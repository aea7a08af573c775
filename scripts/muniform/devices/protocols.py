"""What a device transaction needs from above: a lease, a recorder and a backup.

The device layer declares these and is handed something that fits; it knows no journal and no
rollout. Targets are names (``fs03-sw1``).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Recorder(Protocol):
    """Writes down what is about to happen, durably, before it happens."""

    def record(self, target: str, kind: str, payload: Mapping[str, object]) -> None:
        """Return only once the event would survive a loss of power."""


class Backup(Protocol):
    """Keeps what a device ran before it was changed."""

    def save(self, target: str, running: str) -> str:
        """Keep a configuration as the device printed it; return its reference."""


class Lease(Protocol):
    """The right to change one target, held by one transaction at a time."""

    def held(self, target: str, seconds: float) -> AbstractContextManager[object]:
        """Hold the target's lease. ``seconds`` outlive the confirm timer plus its grace.

        Leaving through a ``MuniformError`` frees the target at once, so a transaction raises one
        only when the device's timer is no longer running. Any other exception leaves the lease
        to expire, since nobody knows then how the device stands.
        """

    def renew(self, held: Any, seconds: float) -> object:
        """Hold on for ``seconds`` from now; what ``held`` gave, or the last renewal, is passed.

        Raises RolloutError if somebody else has taken the lease: then nothing may be changed.
        """
