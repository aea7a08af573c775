"""One device's change, from reading to confirming.

read -> equal to the plan? -> back up -> stage -> the device's diff equal to the approved one? ->
commit with the device's own timer -> new connection -> read -> confirm -> read again -> done.

Success is read back, never assumed; a device that cannot be reached over a new connection takes
its change back by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from muniform.devices.configuration import (
    Change,
    difference,
    fingerprint,
    normalise,
    show,
)
from muniform.devices.driver import Connect, Driver, Snapshot
from muniform.devices.protocols import Backup, Lease, Recorder
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    MuniformError,
    StaleTarget,
    Unreachable,
)
from muniform.masking import Secret
from muniform.model import Device
from muniform.results import Result, Status

# Beyond the device's timer: how long its revert and a reconnection may take, in seconds.
GRACE = 60.0
# Reading, backing up and staging, before the timer starts; and the commit command itself.
_PREPARATION = 300.0
_COMMITTING = 180.0
_RETRY = 0.5


@dataclass(frozen=True)
class Approved:
    """What was approved for one device: the keyed digests of before, after and the change."""

    pre_hash: str
    post_hash: str
    diff_digest: str


@dataclass(frozen=True)
class Reading:
    """What one look at a device says, as keyed digests. Holds no configuration text."""

    running: str
    startup: str
    pending: bool


class Standing(StrEnum):
    """Where a device stands with respect to an approved change."""

    BEFORE = "before"
    AFTER = "after"
    UNSAVED = "unsaved"
    PENDING = "pending"
    UNKNOWN = "unknown"


def classify(reading: Reading, approved: Approved) -> Standing:
    """The state that a device is in, from what was read and from nothing else."""
    if reading.pending:
        return Standing.PENDING
    if reading.running == approved.post_hash:
        return Standing.AFTER if reading.startup == approved.post_hash else Standing.UNSAVED
    return Standing.BEFORE if reading.running == approved.pre_hash else Standing.UNKNOWN


@dataclass(frozen=True)
class Tools:
    """What a transaction works with. ``clock_scale`` is how much faster device time runs."""

    connect: Connect
    key: Secret
    recorder: Recorder
    backup: Backup
    lease: Lease
    clock_scale: float = 1.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Transaction:
    """Carries one approved change to one device."""

    def __init__(self, device: Device, intended: str, approved: Approved, tools: Tools) -> None:
        self._device = device
        self._intended = intended
        self._approved = approved
        self._tools = tools
        self._shown: tuple[str, ...] = ()
        self._held: object = None
        # Our deadline to confirm counts from before the commit; the moment from which the device
        # has surely reverted counts from after it.
        self._confirm_by = float("-inf")
        self._reverted_by = float("-inf")

    @property
    def _name(self) -> str:
        return self._device.name

    @property
    def _timer(self) -> float:
        """How long the device waits for our confirmation, in seconds of our clock."""
        return self._device.baseline.confirm_seconds / self._tools.clock_scale

    def run(self) -> Result:
        """Carry it out. Every outcome is a Result; only faults of our own machine are raised."""
        started = self._tools.now()
        try:
            with self._tools.lease.held(self._name, _PREPARATION) as self._held:
                result = self._guarded()
        except StaleTarget as error:
            result = self._failure(Status.STALE, error)
        except (Unreachable, LoginRefused, HostKeyMismatch) as error:
            result = self._failure(Status.UNREACHABLE, error)
        except MuniformError as error:
            result = self._failure(Status.FAILED, error)
        elapsed = self._tools.now() - started
        return Result(
            result.target, result.status, result.diff, result.message, result.hint, elapsed
        )

    def _guarded(self) -> Result:
        """An error of ours between commit and timer must not free the lease before the timer."""
        try:
            return self._carry_out()
        except MuniformError:
            self._outlast_timer()
            raise

    def _outlast_timer(self) -> None:
        self._tools.sleep(max(0.0, self._reverted_by - self._tools.now()))

    def _carry_out(self) -> Result:
        driver = self._tools.connect(self._device)
        try:
            done = self._prepare(driver)
            if done is not None:
                return done
            committed = self._commit(driver)
        finally:
            driver.close()
        if committed is not None:
            return self._await_revert(*committed)
        return self._verify()

    def _prepare(self, driver: Driver) -> Result | None:
        """Read, compare with the plan, back up and stage. A Result when no commit is needed."""
        snapshot = driver.snapshot()
        standing = classify(self._reading(snapshot), self._approved)
        if standing is Standing.AFTER:
            self._record("unchanged", {})
            return Result(self._name, Status.UNCHANGED, message="already as intended")
        if standing is Standing.UNSAVED:
            self._record("save", {})
            driver.save()
            return self._conclude(driver)
        if standing is Standing.PENDING:
            raise DeviceError(
                f"{self._name}: another change waits for its confirmation on the device",
                "it reverts by itself when its timer ends; then run the rollout again",
            )
        if standing is Standing.UNKNOWN:
            raise StaleTarget(
                f"{self._name} is no longer what the plan read; it was not changed",
                "make a new plan: muniform plan",
            )
        reference = self._tools.backup.save(self._name, snapshot.running)
        self._record("backup", {"reference": reference, "pre_hash": self._approved.pre_hash})
        self._stage(driver, snapshot.running)
        return None

    def _stage(self, driver: Driver, running: str) -> None:
        self._record("stage", {"post_hash": self._approved.post_hash})
        try:
            on_device = driver.stage(self._intended, running)
            platform = self._device.platform
            expected = difference(normalise(running, platform), normalise(self._intended, platform))
            self._shown = show(expected)
            digest = fingerprint(on_device, self._tools.key)
            if digest != self._approved.diff_digest:
                raise CandidateRejected(
                    f"{self._name}: the device would change something else than was approved: "
                    + _deviation(expected, on_device),
                    "make a new plan; if this stays, the platform's normalising needs a rule",
                )
        except MuniformError:
            self._discard(driver)
            raise

    def _commit(self, driver: Driver) -> tuple[str, Status] | None:
        """None once the device has answered; else why its state must be read, and how to call it.

        A refusal isn't proof that nothing was applied: drivers raise it for any suspicious output.
        """
        seconds = self._device.baseline.confirm_seconds
        try:
            self._held = self._tools.lease.renew(self._held, _COMMITTING + self._timer + 2 * GRACE)
            self._record("commit", {"revert_seconds": seconds})
        except MuniformError:
            self._discard(driver)
            raise
        started = self._tools.now()
        self._confirm_by = started + self._timer
        self._reverted_by = started + _COMMITTING + self._timer + GRACE
        failure = None
        try:
            driver.commit(seconds)
        except Unreachable as error:
            self._record("cut-off", {"message": error.message})
            failure = ("the link died during the commit", Status.REVERTED)
        except DeviceError as error:
            self._record("refused", {"message": error.message})
            failure = (error.message, Status.FAILED)
        self._reverted_by = self._tools.now() + self._timer + GRACE
        return failure

    def _verify(self) -> Result:
        """Come back over a new connection, look, confirm, look again."""
        try:
            driver = self._reconnect(self._confirm_by)
        except HostKeyMismatch as error:
            return self._abandon(error)
        if driver is None:
            return self._await_revert("no new connection could be made after the commit")
        try:
            reading = self._reading(driver.snapshot())
            if reading.running != self._approved.post_hash:
                return self._take_back(driver, reading)
            self._record("confirm", {})
            driver.confirm()
            return self._conclude(driver)
        except DeviceError as error:
            return self._await_revert(f"verification failed: {error.message}")
        finally:
            driver.close()

    def _abandon(self, error: HostKeyMismatch) -> Result:
        """Somebody else answers now: confirm nothing, hold the lease until the timer is over."""
        self._record("unverified", {"message": error.message})
        self._outlast_timer()
        return Result(self._name, Status.UNREACHABLE, self._shown, error.message, error.hint)

    def _conclude(self, driver: Driver) -> Result:
        self._discard(driver)
        standing = classify(self._reading(driver.snapshot()), self._approved)
        if standing is not Standing.AFTER:
            self._record("failed", {"standing": standing.value})
            return Result(
                self._name,
                Status.FAILED,
                self._shown,
                f"{self._name}: confirmed, but read back as {standing.value!r}",
                f"look at it: muniform plan --target {self._name}",
            )
        self._record("done", {"post_hash": self._approved.post_hash})
        return Result(self._name, Status.CHANGED, self._shown)

    def _take_back(self, driver: Driver, reading: Reading) -> Result:
        """The device runs something else than what was committed."""
        if reading.pending:
            self._record("rollback", {})
            driver.rollback()
        self._discard(driver)
        reading = self._reading(driver.snapshot())
        return self._reverted(reading, "the device did not run what was committed", Status.REVERTED)

    def _await_revert(self, why: str, ending: Status = Status.REVERTED) -> Result:
        """Wait until the device has taken its change back, and say how it stands then.

        ``ending`` is what it is called when the device is on its old configuration again.
        """
        self._record("await-revert", {"reason": why})
        while (driver := self._reconnect(self._reverted_by)) is not None:
            try:
                snapshot = driver.snapshot()
                if not snapshot.pending:
                    self._discard(driver)
                    return self._settled(driver, self._reading(snapshot), why, ending)
            except DeviceError as error:
                # It may cut us off once more while it reverts.
                self._record("await-revert", {"reason": error.message})
            finally:
                driver.close()
            if self._tools.now() >= self._reverted_by:
                return self._lost(f"{why}, and its change still waits for a confirmation")
            self._tools.sleep(_RETRY)
        return self._lost(f"{why}, and it has not come back since")

    def _lost(self, why: str) -> Result:
        self._record("unreachable", {"reason": why})
        return Result(
            self._name,
            Status.UNREACHABLE,
            self._shown,
            f"{self._name}: {why}",
            f"its own timer should have run out: check power and path, then muniform plan "
            f"--target {self._name}",
        )

    def _settled(self, driver: Driver, reading: Reading, why: str, ending: Status) -> Result:
        """No commit is pending any more: it was reverted, or our confirmation had arrived."""
        standing = classify(reading, self._approved)
        if standing is Standing.UNSAVED:
            self._record("save", {})
            driver.save()
        if standing in (Standing.AFTER, Standing.UNSAVED):
            return self._conclude(driver)
        return self._reverted(reading, why, ending)

    def _reverted(self, reading: Reading, why: str, ending: Status) -> Result:
        standing = classify(reading, self._approved)
        if standing is not Standing.BEFORE:
            self._record("failed", {"standing": standing.value, "reason": why})
            return Result(
                self._name,
                Status.FAILED,
                self._shown,
                f"{self._name}: {why}; it now reads as {standing.value!r}",
                f"look at it before anything else: muniform plan --target {self._name}",
            )
        self._record(ending.value, {"pre_hash": reading.running, "reason": why})
        said, hint = _BACK[ending]
        return Result(self._name, ending, self._shown, f"{self._name}: {why}; {said}", hint)

    def _reconnect(self, deadline: float) -> Driver | None:
        """A new connection, tried until the deadline. A wrong host key is final."""
        while True:
            try:
                return self._tools.connect(self._device)
            except HostKeyMismatch:
                raise
            except DeviceError:
                if self._tools.now() + _RETRY >= deadline:
                    return None
                self._tools.sleep(_RETRY)

    def _discard(self, driver: Driver) -> None:
        try:
            driver.discard()
        except DeviceError as error:
            self._record("discard-failed", {"message": error.message})

    def _reading(self, snapshot: Snapshot) -> Reading:
        return take_reading(self._device, snapshot, self._tools.key)

    def _record(self, kind: str, payload: dict[str, object]) -> None:
        self._tools.recorder.record(self._name, kind, payload)

    def _failure(self, status: Status, error: MuniformError) -> Result:
        self._record(status.value, {"message": error.message})
        return Result(self._name, status, self._shown, error.message, error.hint)


_BACK = {
    Status.REVERTED: (
        "the device went back to its old configuration by itself",
        "correct the inventory: the diff above is what cut it off",
    ),
    Status.FAILED: (
        "it was read again and runs its old configuration",
        "compare the platform's templates with what this release accepts",
    ),
}


def take_reading(device: Device, snapshot: Snapshot, key: Secret) -> Reading:
    """Digests of what was read, so that no configuration needs to be kept."""
    return Reading(
        fingerprint(normalise(snapshot.running, device.platform), key),
        fingerprint(normalise(snapshot.startup, device.platform), key),
        snapshot.pending,
    )


def _deviation(expected: frozenset[Change], found: frozenset[Change]) -> str:
    more = show(found - expected) or ("nothing",)
    less = show(expected - found) or ("nothing",)
    return f"beyond the approved: {'; '.join(more[:6])}; missing: {'; '.join(less[:6])}"
