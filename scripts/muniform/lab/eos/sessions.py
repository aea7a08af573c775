"""Configuration sessions: copies of the configuration that are changed and then committed whole.

A session starts from what ran when it was opened. Its commit puts its own copy in the place of
whatever runs by then, so what others changed meanwhile is overwritten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.defaults import clean, settle
from muniform.lab.eos.editor import Rejected, load
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.tree import Node
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.faults import Condition, Faults
from muniform.lab.simulated.spoiling import arrived

LIMIT = 5
"""Sessions that may be open."""
SAVED = 1
"""Completed sessions that are remembered."""
STRANGER = "cvp-maintenance"
"""The session that somebody else holds while the device is ``locked``."""
CLEAN = "rollback clean-config"
FULL = (
    "Maximum number of pending sessions has been reached. Please commit or abort previous sessions "
    "before creating a new one."
)


class State(StrEnum):
    PENDING = "pending"
    TIMED = "pendingCommitTimer"
    """Committed, until a timer puts back what ran before."""
    COMPLETED = "completed"


@dataclass
class Candidate:
    """One session."""

    name: str
    root: Node
    user: str
    state: State = State.PENDING
    completed_at: datetime | None = None
    entered: Node = field(default_factory=Node)
    """How it looked when somebody entered it last."""
    taken: list[str] = field(default_factory=list)
    """What was fed since then, line by line."""

    def enter(self) -> None:
        self.entered, self.taken = self.root.copy(), []


@dataclass
class Pending:
    """A commit that is undone unless it is confirmed in time."""

    candidate: Candidate
    before: Node
    due: float
    """On the device's clock, in seconds since it was made."""
    timer: asyncio.TimerHandle


class Runs(Protocol):
    """The device, as far as sessions are concerned."""

    hardware: Hardware
    clock: Clock
    faults: Faults
    config: Node

    def exchange(self, root: Node, user: str) -> None:
        """Run another configuration from now on."""

    def revert_after(self, seconds: float, revert: Callable[[], None]) -> asyncio.TimerHandle:
        """Start a revert timer of so much device time."""


class Sessions:
    """All sessions of a device, from boot to boot."""

    def __init__(self, device: Runs) -> None:
        self._device = device
        self._count = 0
        self.all: dict[str, Candidate] = {}
        self.pending: Pending | None = None

    def named(self, name: str) -> Candidate:
        """Raises CliError if there is none."""
        if name not in self.all:
            raise CliError(f"Session {name} does not exist")
        return self.all[name]

    def enter(self, name: str | None, user: str) -> Candidate:
        """The session of that name, opened if need be. Raises CliError if there are too many."""
        if name is None:
            self._count += 1
            name = f"sess-{self._count}"
        found = self.all.get(name)
        if found is not None and found.state is State.TIMED:
            raise CliError(f"Cannot enter session {name}: its commit timer is running")
        if found is None or found.state is State.COMPLETED:
            if len(self.open) + int(self._device.faults.has(Condition.LOCKED)) >= LIMIT:
                raise CliError(FULL)
            found = self.all[name] = Candidate(name, self._device.config.copy(), user)
        found.enter()
        return found

    @property
    def open(self) -> list[Candidate]:
        """Those that somebody still works on."""
        return [each for each in self.all.values() if each.state is State.PENDING]

    def leave(self, candidate: Candidate) -> None:
        """Nobody feeds it any more, for now. A device that loses a part of what it takes in has
        lost it by then."""
        if self._device.faults.has(Condition.PARTIAL_LOAD) and candidate.taken:
            kept = arrived(candidate.taken)
            candidate.root = candidate.entered
            if CLEAN in kept:
                candidate.root = clean(self._device.hardware)
            load([line for line in kept if line != CLEAN], candidate.root, self._device.hardware)
        settle(candidate.root, self._device.hardware)
        candidate.enter()

    def roll_back(self, candidate: Candidate) -> None:
        """Start from an empty configuration."""
        candidate.root = clean(self._device.hardware)
        candidate.taken.append(CLEAN)

    def load(self, candidate: Candidate, text: str) -> list[Rejected]:
        """Take a file's lines in, on top of what is there; returns those that were refused."""
        lines = text.split("\n")
        candidate.taken += lines
        return load(lines, candidate.root, self._device.hardware)

    # Committing

    def commit(self, candidate: Candidate, user: str, seconds: int | None) -> None:
        """Run it; with ``seconds``, only until then unless it is committed again. Raises CliError.

        Committing what waits for its timer confirms it, or gives it another deadline.
        """
        pending = self.pending
        if pending is not None and pending.candidate is not candidate:
            other = pending.candidate.name
            raise CliError(f"Cannot commit session {candidate.name}: session {other} is not done")
        if candidate.state is State.COMPLETED:
            raise CliError(f"Cannot commit session {candidate.name}: it is completed")
        if pending is not None:
            pending.timer.cancel()
            self.pending = None
        before = self._device.config.copy() if pending is None else pending.before
        if pending is None:
            self.leave(candidate)
        candidate.state = State.COMPLETED if seconds is None else State.TIMED
        candidate.completed_at, candidate.user = self._device.clock.now(), user
        self._forget_old()
        if seconds is not None:
            self.pending = self._armed(candidate, before, seconds)
        if pending is None:
            self._device.exchange(self._run_by(candidate), user)

    def _armed(self, candidate: Candidate, before: Node, seconds: int) -> Pending:
        timer = self._device.revert_after(seconds, self._run_out)
        return Pending(candidate, before, self._device.clock.elapsed() + seconds, timer)

    def _run_by(self, candidate: Candidate) -> Node:
        root = candidate.root.copy()
        if self._device.faults.has(Condition.COMMITS_OTHER):
            _alter(root, self._device.hardware)
        return root

    def abort(self, candidate: Candidate) -> None:
        """Drop it. What waits for its timer is undone."""
        self.all.pop(candidate.name, None)
        pending = self.pending
        if pending is not None and pending.candidate is candidate:
            pending.timer.cancel()
            self.pending = None
            self._device.exchange(pending.before, candidate.user)

    def _run_out(self) -> None:
        if self.pending is not None:
            self.abort(self.pending.candidate)

    def stop(self) -> None:
        """The device stops: nothing of this is left."""
        if self.pending is not None:
            self.pending.timer.cancel()
        self.pending = None
        self.all.clear()

    def _forget_old(self) -> None:
        done = [each for each in self.all.values() if each.state is State.COMPLETED]
        for candidate in sorted(done, key=lambda each: str(each.completed_at))[:-SAVED]:
            del self.all[candidate.name]


def _alter(root: Node, hardware: Hardware) -> None:
    """Not quite what was committed: the last port loses its description, or gets one."""
    port = root.find("interface", hardware.ports[-1])
    if port is None or not port.value("description"):
        load([f"interface {hardware.ports[-1]}", "description altered"], root, hardware)
    else:
        port.children = [child for child in port.children if child.key != ("description",)]
