"""A device in memory with a clock of its own: the fake beside the real drivers.

It speaks the Driver protocol, keeps running and startup, and takes an unconfirmed commit back
when its timer ends, whoever is connected. What it does wrong is said by its flags, or as a strike
at one call of a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TypeVar

from muniform.devices import (
    Change,
    Driver,
    Facts,
    Health,
    Neighbour,
    Snapshot,
    difference,
    normalise,
)
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    RolloutError,
    Unreachable,
)
from muniform.model import Device

T = TypeVar("T")
STRIKES = (
    "drop", "drop_after", "hang", "hang_after", "garbage", "refuse", "reboot", "reboot_after"
)  # fmt: skip
CALLS = ("snapshot", "health", "stage", "commit", "confirm", "rollback", "save", "discard")
BOOT_SECONDS = 120.0
DEADLINE = 60.0
"""After which the layer above gives a silent call up."""


class Killed(BaseException):
    """Our process is gone: nothing that it would still do happens."""


@dataclass
class FakeDevice:
    """What it does wrong is said by its flags."""

    running: str
    platform: str = "ios"
    cuts_off: bool = False
    """The candidate takes the management path away."""
    drops_after_commit: bool = False
    loses_link_before_commit: bool = False
    commits_late: float = 0.0
    """Loses the link at a commit, and begins with it so many seconds later."""
    locks_us_out: bool = False
    """The candidate takes our account away."""
    saves_before_disarming: bool = False
    """A confirmation only saves: somebody has to come back to end the timer."""
    disarms_at: int = 0
    """The confirmation, counted from one, that ends the timer of such a device."""
    rejects: bool = False
    mangles: bool = False
    """Commits something other than what it was given."""
    wrong_key_after_commit: bool = False
    wrong_key: bool = False
    refuses_login: bool = False
    never_returns: bool = False
    drops_after_confirm: bool = False
    refuses_after_commit: bool = False
    """Applies the candidate and then answers with something that reads like an error."""
    timer_is_dead: bool = False
    forgets_timer: bool = False
    """Keeps a commit without waiting for its confirmation."""
    early_timer: bool = False
    """The timer ends as soon as somebody reads the device."""
    confirms_without_saving: bool = False
    flash_is_read_only: bool = False
    diff_extra: frozenset[Change] = frozenset()
    strikes: dict[str, str] = field(default_factory=dict)
    """What happens at a call of a driver, once: ``{"stage": "drop"}``."""
    strikes_stay: bool = False
    begins_at: float | None = None
    """When it starts on a commit that was sent to it by somebody who is gone."""
    driver: Callable[[FakeDevice], Driver] | None = None
    """What it is spoken to by, if not by a plain FakeDriver."""
    neighbours: frozenset[Neighbour] = frozenset()
    neighbours_after: frozenset[Neighbour] | None = None
    """While the candidate runs; None: the same."""
    neighbours_return: float = 0.0
    """Seconds after a commit in which no neighbour is heard."""
    answering: frozenset[IPv4Address] = frozenset()
    answering_after: frozenset[IPv4Address] | None = None
    now: float = 0.0
    startup: str = ""
    candidate: str = ""
    files: int = 0
    locked_by: object = None
    before: str = ""
    reverts_at: float | None = None
    committed: bool = False
    committed_at: float = 0.0
    away_until: float = 0.0
    boots: int = 0
    log: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    connected_at: list[float] = field(default_factory=list)
    logins_refused: list[float] = field(default_factory=list)
    confirmed_with: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.startup = self.startup or self.running

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.tick()

    def tick(self) -> None:
        if self.begins_at is not None and self.now >= self.begins_at:
            self.before, self.reverts_at = self.running, self.begins_at + 300
            self.committed = True
            self.running, self.begins_at = self.candidate, None
        if self.timer_is_dead or self.reverts_at is None:
            return
        if self.now >= self.reverts_at and self.saves_before_disarming:
            self.reboot()
            self.log.append("reloaded")
        elif self.now >= self.reverts_at:
            self.running, self.reverts_at = self.before, None
            self.log.append("reverted by itself")

    def take(self, call: str) -> str:
        """What strikes at this call; empty for nothing."""
        if self.strikes_stay:
            return self.strikes.get(call, "")
        return self.strikes.pop(call, "")

    def reboot(self) -> None:
        """Unsaved changes, timers and sessions are gone; files stay."""
        self.running, self.reverts_at, self.locked_by = self.startup, None, None
        self.away_until = self.now + BOOT_SECONDS
        self.boots += 1

    def reachable(self) -> bool:
        self.tick()
        if self.never_returns and self.committed:
            return False
        if self.now < self.away_until:
            return False
        return not (self.cuts_off and self.reverts_at is not None)

    def connect(self, _: Device) -> Driver:
        self.now += 0.1
        self.connected_at.append(self.now)
        if not self.reachable():
            raise Unreachable("sw: no answer")
        if self.wrong_key or (self.wrong_key_after_commit and self.committed):
            raise HostKeyMismatch("sw: the host key is not the one that was enrolled")
        if self.refuses_login or (self.locks_us_out and self.reverts_at is not None):
            self.logins_refused.append(self.now)
            raise LoginRefused("sw: the device refused the login of our account")
        return (self.driver or FakeDriver)(self)


class FakeDriver:
    """One session. A strike ends it, but for noise and refusals."""

    def __init__(self, device: FakeDevice) -> None:
        self.device = device
        self.boots = device.boots
        self.is_dead = False

    def snapshot(self) -> Snapshot:
        return self._call("snapshot", self._snapshot)

    def facts(self) -> Facts:
        self._alive()
        return Facts("Nobody", "none", "1.0", "0", "sw")

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        def act(device: FakeDevice) -> Health:
            heard, answering = device.neighbours, device.answering
            if device.running != device.startup and device.committed:
                heard = heard if device.neighbours_after is None else device.neighbours_after
                answering = answering if device.answering_after is None else device.answering_after
                if device.now < device.committed_at + device.neighbours_return:
                    heard = frozenset()
            return Health(heard, answering & frozenset(addresses))

        return self._call("health", act)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        def act(device: FakeDevice) -> frozenset[Change]:
            if device.locked_by not in (None, self):
                raise DeviceError("sw: the configuration is locked by another session")
            device.locked_by = self
            device.candidate, device.files = intended, 2
            found = difference(
                normalise(running, device.platform), normalise(intended, device.platform)
            )
            return found | device.diff_extra

        return self._call("stage", act)

    def commit(self, revert_seconds: int) -> None:
        device = self._alive()
        if device.loses_link_before_commit:
            raise Unreachable("sw: the connection broke")
        if device.rejects:
            raise CandidateRejected("sw: the device refused: % Invalid input")
        if device.commits_late:
            device.begins_at = device.now + device.commits_late
            raise Unreachable("sw: the connection broke")
        self._call("commit", lambda device: self._commit(device, revert_seconds))
        if device.cuts_off or device.drops_after_commit:
            raise Unreachable("sw: the connection broke")
        if device.refuses_after_commit:
            raise CandidateRejected("sw: the device refused: error in line 3")

    def confirm(self, intended: str) -> None:
        def act(device: FakeDevice) -> None:
            device.confirmed_with.append(intended)
            if device.reverts_at is None:
                raise CandidateRejected("sw: nothing waits for a confirmation")
            if device.saves_before_disarming and len(device.confirmed_with) != device.disarms_at:
                device.startup = device.running
                raise Unreachable("sw: the connection broke")
            device.reverts_at = None
            if not device.confirms_without_saving:
                device.startup = device.running
            device.log.append("confirmed")

        self._call("confirm", act)
        if self.device.drops_after_confirm:
            self.device.drops_after_confirm = False
            raise Unreachable("sw: the connection broke")

    def rollback(self) -> None:
        def act(device: FakeDevice) -> None:
            device.running, device.reverts_at = device.before, None
            device.log.append("rolled back")

        self._call("rollback", act)

    def save(self, _: str) -> None:
        def act(device: FakeDevice) -> None:
            device.startup = device.running
            device.log.append("saved")

        self._call("save", act)

    def discard(self) -> None:
        def act(device: FakeDevice) -> None:
            if device.flash_is_read_only:
                raise DeviceError("sw: the device refused: %Error deleting flash:/candidate.txt")
            device.files = 0
            if device.locked_by is self:
                device.locked_by = None

        self._call("discard", act)

    def close(self) -> None:
        """What a session holds goes with it."""
        self.is_dead = True
        if self.device.locked_by is self:
            self.device.locked_by = None

    def _snapshot(self, device: FakeDevice) -> Snapshot:
        if device.early_timer and device.reverts_at is not None:
            device.reverts_at = device.now
            device.tick()
        return Snapshot(device.running, device.startup, device.reverts_at is not None)

    def _commit(self, device: FakeDevice, revert_seconds: int) -> None:
        device.before, device.reverts_at = device.running, device.now + revert_seconds
        if device.forgets_timer:
            device.reverts_at = None
        device.running = device.candidate + ("shutdown\n" if device.mangles else "")
        device.committed, device.committed_at = True, device.now

    def _alive(self) -> FakeDevice:
        if self.is_dead or self.boots != self.device.boots or not self.device.reachable():
            raise Unreachable("sw: the connection broke")
        return self.device

    def _call(self, name: str, act: Callable[[FakeDevice], T]) -> T:
        device = self._alive()
        device.calls.append(name)
        strike = device.take(name)
        if strike == "refuse":
            raise CandidateRejected(f"sw: the device refused: % {name} is not allowed")
        if strike == "kill":
            raise Killed(name)
        if strike in ("", "drop_after", "hang_after", "reboot_after", "kill_after", "garbage"):
            done = act(device)
        if strike == "kill_after":
            raise Killed(name)
        if strike == "":
            return done
        if strike == "garbage":
            raise DeviceError(f"sw: its answer makes no sense: {name}")
        self.is_dead = True
        if strike.startswith("reboot"):
            device.reboot()
        elif strike.startswith("hang"):
            device.sleep(DEADLINE)
        elif device.locked_by is self:
            device.locked_by = None
        raise Unreachable(f"sw: the connection broke: {name}")


@dataclass
class Notes:
    """Recorder, backup and lease in memory."""

    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    leased: list[float] = field(default_factory=list)
    lease_is_lost: bool = False
    full_at: str = ""
    """From this kind of event on, the disk is full."""
    is_full: bool = False

    def record(self, target: str, kind: str, payload: Mapping[str, object]) -> None:
        self.is_full = self.is_full or kind == self.full_at
        if self.is_full:
            raise RolloutError("the journal can't be written: disk full", "free some space")
        self.kinds.append(kind)
        self.texts.append(f"{target} {kind} {dict(payload)}")

    def save(self, target: str, running: str) -> str:
        self.kept.append(running)
        return f"{target}/1"

    @contextmanager
    def held(self, target: str, seconds: float) -> Iterator[object]:
        self.leased.append(seconds)
        yield target

    def renew(self, held: object, seconds: float) -> object:
        if self.lease_is_lost:
            raise RolloutError("the lease was lost: somebody took it", "read the target again")
        self.leased.append(seconds)
        return held
