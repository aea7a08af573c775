"""Configuration sessions as ``show configuration sessions detail`` tells them. Pure.

From 4.32 on the session under a commit timer is named beside the sessions; before, its own state
says it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

PREFIX = "muniform-"
"""What our sessions are called, so that those of a killed process are recognised."""

_OPEN = "pending"
_UNDER_TIMER = "pendingCommitTimer"


@dataclass(frozen=True)
class Sessions:
    """The sessions that matter: those being edited, and the one that waits for a confirmation."""

    open: tuple[str, ...]
    unconfirmed: str

    @property
    def ours(self) -> tuple[str, ...]:
        """What we, or a process of ours that died, left open."""
        return tuple(name for name in self.open if is_ours(name))

    @property
    def others(self) -> tuple[str, ...]:
        """What somebody else edits; a commit of ours would be overwritten by theirs."""
        return tuple(name for name in self.open if not is_ours(name))


def is_ours(name: str) -> bool:
    return name.startswith(PREFIX)


def read_sessions(text: str) -> Sessions:
    """The JSON that the command prints. Raises ValueError if it is none."""
    told = json.loads(text)
    states = {name: str(each["state"]) for name, each in _sessions(told).items()}
    unconfirmed = str(told.get("commitTimerSessionName") or "") or next(
        (name for name, state in states.items() if _UNDER_TIMER in state), ""
    )
    is_open = [n for n, state in states.items() if state == _OPEN and n != unconfirmed]
    return Sessions(tuple(sorted(is_open)), unconfirmed)


def _sessions(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict) or not isinstance(told.get("sessions"), dict):
        raise ValueError("no configuration sessions are told")
    return dict(told["sessions"])
