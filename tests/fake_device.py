"""A device in memory with a clock of its own: the fake beside the real drivers.

It speaks the Driver protocol, keeps running and startup, and takes an unconfirmed commit back
when its timer ends, whoever is connected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from muniform.devices import Change, Driver, Facts, Health, Snapshot, difference, normalise
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    RolloutError,
    Unreachable,
)
from muniform.model import Device


@dataclass
class FakeDevice:
    """What it does wrong is said by its flags."""

    running: str
    platform: str = "ios"
    cuts_off: bool = False
    """The candidate takes the management path away."""
    drops_after_commit: bool = False
    loses_link_before_commit: bool = False
    rejects: bool = False
    mangles: bool = False
    """Commits something other than what it was given."""
    wrong_key_after_commit: bool = False
    never_returns: bool = False
    drops_after_confirm: bool = False
    refuses_after_commit: bool = False
    """Applies the candidate and then answers with something that reads like an error."""
    timer_is_dead: bool = False
    flash_is_read_only: bool = False
    diff_extra: frozenset[Change] = frozenset()
    now: float = 0.0
    startup: str = ""
    candidate: str = ""
    files: int = 0
    before: str = ""
    reverts_at: float | None = None
    committed: bool = False
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.startup = self.startup or self.running

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.tick()

    def tick(self) -> None:
        if self.timer_is_dead or self.reverts_at is None:
            return
        if self.now >= self.reverts_at:
            self.running, self.reverts_at = self.before, None
            self.log.append("reverted by itself")

    def reachable(self) -> bool:
        self.tick()
        if self.never_returns and self.committed:
            return False
        return not (self.cuts_off and self.reverts_at is not None)

    def connect(self, _: Device) -> Driver:
        self.now += 0.1
        if not self.reachable():
            raise Unreachable("sw: no answer")
        if self.wrong_key_after_commit and self.committed:
            raise HostKeyMismatch("sw: the host key is not the one that was enrolled")
        return FakeDriver(self)


class FakeDriver:
    def __init__(self, device: FakeDevice) -> None:
        self.device = device

    def _alive(self) -> FakeDevice:
        if not self.device.reachable():
            raise Unreachable("sw: the connection broke")
        return self.device

    def snapshot(self) -> Snapshot:
        device = self._alive()
        return Snapshot(device.running, device.startup, device.reverts_at is not None)

    def facts(self) -> Facts:
        self._alive()
        return Facts("Nobody", "none", "1.0", "0", "sw")

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        self._alive()
        return Health(frozenset(), frozenset(addresses))

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        device = self._alive()
        device.candidate, device.files = intended, 2
        found = difference(
            normalise(running, device.platform), normalise(intended, device.platform)
        )
        return found | device.diff_extra

    def commit(self, revert_seconds: int) -> None:
        device = self._alive()
        if device.loses_link_before_commit:
            raise Unreachable("sw: the connection broke")
        if device.rejects:
            raise CandidateRejected("sw: the device refused: % Invalid input")
        device.before, device.reverts_at = device.running, device.now + revert_seconds
        device.running = device.candidate + ("shutdown\n" if device.mangles else "")
        device.committed = True
        if device.cuts_off or device.drops_after_commit:
            raise Unreachable("sw: the connection broke")
        if device.refuses_after_commit:
            raise CandidateRejected("sw: the device refused: error in line 3")

    def confirm(self) -> None:
        device = self._alive()
        device.reverts_at, device.startup = None, device.running
        device.log.append("confirmed")
        if device.drops_after_confirm:
            device.drops_after_confirm = False
            raise Unreachable("sw: the connection broke")

    def rollback(self) -> None:
        device = self._alive()
        device.running, device.reverts_at = device.before, None
        device.log.append("rolled back")

    def save(self) -> None:
        device = self._alive()
        device.startup = device.running
        device.log.append("saved")

    def discard(self) -> None:
        if self._alive().flash_is_read_only:
            raise DeviceError("sw: the device refused: %Error deleting flash:/candidate_config.txt")
        self.device.files = 0

    def close(self) -> None:
        pass


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
