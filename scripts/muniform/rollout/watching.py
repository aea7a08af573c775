"""Lets somebody look on while a run goes its way. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from muniform.devices import Recorder
from muniform.results import Result
from muniform.rollout.waves import Wave

Tell = Callable[[str, str, Mapping[str, object]], None]
"""Told what was recorded of a target: its name, the kind of event, what is said of it."""


def _unseen(target: str, kind: str, payload: Mapping[str, object]) -> None:
    """Nobody looks on that closely."""


def _unheeded(tell: Callable[..., None]) -> Callable[..., None]:
    def told(*words: object) -> None:
        with suppress(OSError):
            tell(*words)

    return told


@dataclass(frozen=True)
class Watcher:
    """Called while a rollout runs. ``event`` follows every step of a device's transaction."""

    wave: Callable[[Wave], None]
    started: Callable[[str], None]
    finished: Callable[[Result], None]
    event: Tell = _unseen

    def unheeded(self) -> Watcher:
        """The same, but that it can't disturb: whoever looked on may have closed the pipe."""
        return Watcher(*(_unheeded(each) for each in vars(self).values()))


@dataclass(frozen=True)
class WatchedRecorder:
    """Records, and then tells: what is told is durable. Fits ``muniform.devices.Recorder``."""

    recorder: Recorder
    tell: Tell

    def record(self, target: str, kind: str, payload: Mapping[str, object]) -> None:
        """See ``Recorder.record``."""
        self.recorder.record(target, kind, payload)
        self.tell(target, kind, payload)
