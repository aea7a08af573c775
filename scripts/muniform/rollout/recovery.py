"""What a rollout left behind is brought to a known state, by reading it again.

It may have been killed, or have ended without knowing how a target stands. A target that can't be
read stays UNKNOWN, and a killed run stays open: the next start tries again. It keeps nobody from
changing the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from muniform.devices import (
    BOOT,
    COMMITTING,
    GRACE,
    LAST_LOOK,
    Approved,
    Driver,
    Patience,
    Reading,
    Standing,
    classify,
    take_reading,
)
from muniform.errors import DeviceError, HostKeyMismatch, LoginRefused, MuniformError, RolloutError
from muniform.model import City, Device
from muniform.rollout.journal import Run, RunState, Target, TargetState
from muniform.rollout.leases import Leases, Life, this_process
from muniform.rollout.machinery import Machinery

GIVE_UP_COMMAND = "muniform journal give-up"


def recover(city: City, machinery: Machinery, say: Callable[[str], None]) -> frozenset[str]:
    """Read every target of which a run that is over left unknown how it stands.

    Returns the targets whose standing is still not known: those that could not be read, and those
    that another start is reading now. They must not be changed. A device with a pending commit is
    waited for: nobody verified that commit, so its own timer takes it back.
    """
    journal = machinery.journal
    journal.mark_unknown()
    unfinished = journal.unfinished()
    # Adopted a moment ago: another start at the same time sees them as ours and leaves them. A run
    # that this process has started itself is under way, in another thread.
    adopted = [
        run for run in unfinished if run.process == this_process() and journal.was_adopted(run)
    ]
    for run in adopted:
        say(f"run {run.id} was interrupted; reading again what it was working on")
        _recover_run(city, machinery, run, say)
        if not _unknown(machinery, run):
            _end(machinery, run)
    for run in (run for run in journal.unread() if run.ended_at):
        say(f"run {run.id} ended without knowing everything; reading again what it left open")
        _recover_run(city, machinery, run, say)
    for run in (run for run in journal.unfinished() if journal.life_of(run) is Life.UNKNOWN):
        _report(run, say)
    return frozenset(target.name for run in journal.unread() for target in _unknown(machinery, run))


def _recover_run(city: City, machinery: Machinery, run: Run, say: Callable[[str], None]) -> None:
    for target in _unknown(machinery, run):
        say(f"  {target.name}: {_recover_target(city, machinery, run, target)}")


def _end(machinery: Machinery, run: Run) -> None:
    """Another thread of this process may have been here at the same time, and ended it."""
    try:
        machinery.journal.end_run(run, RunState.INTERRUPTED)
    except RolloutError:
        if any(left.id == run.id for left in machinery.journal.unfinished()):
            raise


def _unknown(machinery: Machinery, run: Run) -> list[Target]:
    targets = machinery.journal.targets(run)
    return [target for target in targets if target.state is TargetState.UNKNOWN]


def _report(run: Run, say: Callable[[str], None]) -> None:
    """A run of which nothing can be said from here: it may be under way, or dead for long."""
    say(
        f"run {run.id} of {run.operator} on {run.process.host} (process {run.process.pid}), "
        f"started {run.started_at:%Y-%m-%d %H:%M:%S} UTC, has not ended"
    )
    say(f"  -> if it is known to be gone: {GIVE_UP_COMMAND} {run.id}")


def _recover_target(city: City, machinery: Machinery, run: Run, target: Target) -> str:
    journal = machinery.journal
    try:
        device = city.device(target.name)
    except KeyError:
        # A host, or no longer declared: a playbook starts from what it finds anyway.
        journal.set_state(run, target.name, TargetState.FAILED)
        return "the next plan compares it anew"
    approved = Approved(target.pre_hash or "", target.post_hash or "", "")
    try:
        reading = _read(device, machinery, run, approved)
    except MuniformError as error:
        journal.record(run, target.name, "unread", {"message": error.message})
        return f"could not be read, the next start tries again: {error.message}"
    standing = classify(reading, approved)
    journal.record(run, target.name, "recovered", {"standing": standing.value})
    done = standing is Standing.AFTER
    journal.set_state(run, target.name, TargetState.DONE if done else TargetState.FAILED)
    return {
        Standing.AFTER: "the change had been confirmed; nothing is left to do",
        Standing.UNSAVED: "the change runs and is not saved yet; the next plan saves it",
        Standing.BEFORE: "back on its old configuration; the next plan starts over",
    }.get(standing, "it runs something else than before and after; look at the next plan")


def _read(device: Device, machinery: Machinery, run: Run, approved: Approved) -> Reading:
    """Read a device under its lease. Raises MuniformError if that can't be done now."""
    scale = machinery.clock_scale(device)
    timer = device.baseline.confirm_seconds / scale
    commit = _last_commit(device, machinery, run)
    begins_within = commit.begins_within(scale) if commit else 0.0
    back_within = commit.back_within(scale) if commit else 0.0
    settled_within = begins_within + timer + GRACE
    leases = Leases(machinery.journal.store, f"recovery of run {run.id}")
    with leases.held(device.name, max(back_within, settled_within) + LAST_LOOK):
        now = machinery.now()
        waits = _Waits(now + begins_within, now + back_within, now + settled_within)
        return _Settling(device, machinery, run, approved, waits).read()


@dataclass(frozen=True)
class _Commit:
    """A commit that the dead run had sent, or was about to. Seconds; the age is of our clock."""

    age: float
    revert_seconds: float

    def begins_within(self, scale: float) -> float:
        """For how long it may be under way without a sign, although nobody listens any more."""
        return max(0.0, COMMITTING / scale - self.age)

    def back_within(self, scale: float) -> float:
        """For how long it may keep a device out of reach: its timer may end with a reload."""
        lasting = (COMMITTING + self.revert_seconds + BOOT) / scale + GRACE
        return max(0.0, lasting - self.age)


def _last_commit(device: Device, machinery: Machinery, run: Run) -> _Commit | None:
    """None if the run never came to a commit."""
    commits = [
        event for event in machinery.journal.events(run, device.name) if event.kind == "commit"
    ]
    if not commits:
        return None
    told = commits[-1].payload.get("revert_seconds", device.baseline.confirm_seconds)
    # A clock that was set back must not make a wait longer than the timer.
    age = max(machinery.utc_now() - commits[-1].at, timedelta())
    return _Commit(age.total_seconds(), float(told))


@dataclass(frozen=True)
class _Waits:
    """Until when what may happen on a device; times are of ``Machinery.now``."""

    begun_by: float
    """A commit that was sent has begun by then, or never will."""
    back_by: float
    """It may be out of reach until then."""
    settled_by: float
    """A commit may be pending on it until then, whoever made that one."""


class _Settling:
    """Reads a device once no commit waits on it any more; what the run left there goes."""

    def __init__(
        self, device: Device, machinery: Machinery, run: Run, approved: Approved, waits: _Waits
    ) -> None:
        self._device = device
        self._machinery = machinery
        self._run = run
        self._approved = approved
        self._waits = waits
        self._patience = Patience(machinery.clock_scale(device), machinery.now)
        self._was_pending = False

    def read(self) -> Reading:
        """Tried at least once. Raises MuniformError if it can't be read, or stays pending."""
        while True:
            try:
                reading = self._once()
                pause = self._patience.pause(self._waits.settled_by)
            except HostKeyMismatch:
                raise  # somebody else answers, and waiting won't make it ours
            except DeviceError as error:
                reading, pause = None, self._pause_after(error)
                if pause is None:
                    raise
            if reading is not None:
                return reading
            if pause is None:
                raise DeviceError(
                    f"{self._device.name}: a commit still waits for its confirmation",
                    "look at the device: its timer should have ended",
                )
            self._machinery.sleep(pause)

    def _once(self) -> Reading | None:
        """None while something may still happen on it by itself."""
        driver = self._machinery.connect(self._device)
        try:
            self._patience.let_in()
            snapshot = driver.snapshot()
            self._was_pending = self._was_pending or snapshot.pending
            reading = take_reading(self._device, snapshot, self._machinery.key)
            if not self._is_settled(reading):
                return None
            _clean(driver, self._device, self._machinery, self._run)
            return reading
        finally:
            driver.close()

    def _is_settled(self, reading: Reading) -> bool:
        if reading.pending:
            return False
        has_begun = self._was_pending or self._machinery.now() >= self._waits.begun_by
        return has_begun or classify(reading, self._approved) is Standing.AFTER

    def _pause_after(self, error: DeviceError) -> float | None:
        pause = self._patience.pause(self._waits.back_by)
        if pause is not None and isinstance(error, LoginRefused):
            pause = self._patience.after_refusal((self._waits.settled_by, self._waits.back_by))
        return pause


def _clean(driver: Driver, device: Device, machinery: Machinery, run: Run) -> None:
    """Remove candidates, locks and files of the dead run; what stays is noted, and no more."""
    try:
        driver.discard()
    except DeviceError as error:
        machinery.journal.record(run, device.name, "discard-failed", {"message": error.message})
