"""``reload in`` and ``reload cancel``: a start of the switch that is planned, and waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

ABORTED = ["", "", "***", "*** --- SHUTDOWN ABORTED ---", "***", ""]
NONE_PLANNED = "%No reload is scheduled."


@dataclass(frozen=True)
class PlannedReload:
    """A reload to come, and who ordered it from where."""

    at: datetime
    user: str
    source: str
    timer: asyncio.TimerHandle

    def described(self, now: datetime) -> list[str]:
        """What ``show reload`` prints."""
        return announced(self.at, now, self.user, self.source)


def announced(at: datetime, now: datetime, user: str, source: str) -> list[str]:
    moment = at.strftime("%H:%M:%S UTC %a %b ") + f"{at.day} {at.year}"
    return [
        f"Reload scheduled for {moment} (in {_span(at - now)}) by {user} on vty0 ({source})",
        "Reload reason: Reload Command",
    ]


def minutes(text: str) -> int | None:
    """``10`` or ``1:30`` (hours and minutes) as minutes; None for anything else."""
    hours, colon, rest = text.rpartition(":")
    if not rest.isdigit() or (colon and not hours.isdigit()):
        return None
    total = int(hours or 0) * 60 + int(rest)
    return total if 0 < total <= 999 * 60 + 59 else None


def _span(left: timedelta) -> str:
    seconds = max(0, round(left.total_seconds()))
    parts = ((seconds // 3600, "hour"), (seconds // 60 % 60, "minute"), (seconds % 60, "second"))
    texts = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts) or "now"
