"""A change that is taken back unless somebody keeps it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from muniform.lab.simulated.language.tree import Node


@dataclass
class Pending:
    """A change that reverts unless it is confirmed in time."""

    before: Node
    user: str
    minutes: int
    since: datetime
    timer: asyncio.TimerHandle | None
    """None: a change of somebody else's, whose timer is none of ours."""

    def cancel(self) -> None:
        """Its timer does nothing any more."""
        if self.timer is not None:
            self.timer.cancel()
