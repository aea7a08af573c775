"""A device's transaction, step by step as it happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from muniform.cli import show, showplan
from muniform.results import Result, Status
from muniform.rollout import Tell, Watcher

_WORDS = {
    "read": "reading",
    "backup": "backed up",
    "stage": "loading the candidate",
    "commit": "committing with the device's own timer",
    "reconnect": "connecting anew",
    "probes": "looking at what it sees",
    "confirm": "confirming",
    "save": "saving",
    "rollback": "taking the change back",
}
"""Of the kinds of event whose name alone says too little. Others are shown by their name."""
_TOLD = ("reference", "revert_seconds", "reason", "message")
"""What of an event a person is told; the rest is for the journal."""
_ENDS = frozenset(status.value for status in Status)
"""How a device ended is shown as its result, with the evidence."""


def watcher() -> Watcher:
    """Shows waves, steps and results."""
    return Watcher(showplan.wave, _started, _finished, steps())


def steps(now: Callable[[], float] = time.monotonic) -> Tell:
    """Shows each event with the seconds since this was called."""
    begun = now()

    def step(target: str, kind: str, payload: Mapping[str, object]) -> None:
        if kind in _ENDS:
            return
        words = _WORDS.get(kind, kind.replace("-", " "))
        told = ", ".join(_told(name, payload[name]) for name in _TOLD if payload.get(name))
        show.say(f"  {target}  {now() - begun:6.1f} s  {words}{f': {told}' if told else ''}", "dim")

    return step


def _told(name: str, value: object) -> str:
    if name == "revert_seconds":
        return f"it reverts in {value} s of its time"
    return str(value)


def _finished(done: Result) -> None:
    showplan.result(done, evidence=True)


def _started(name: str) -> None:
    show.say(f"  {name}: started")
