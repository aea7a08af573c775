"""What a killed rollout left behind is brought to a known state, by reading it again.

A target that can't be read stays UNKNOWN and its run stays open: the next start tries again. It
keeps nobody from changing the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from muniform.devices import (
    GRACE,
    STEADY,
    Approved,
    Driver,
    Reading,
    Standing,
    classify,
    take_reading,
)
from muniform.errors import DeviceError, HostKeyMismatch, MuniformError
from muniform.model import City, Device
from muniform.rollout.journal import Run, RunState, Target, TargetState
from muniform.rollout.leases import Leases, Life, this_process
from muniform.rollout.machinery import Machinery

GIVE_UP_COMMAND = "muniform journal give-up"
_POLL = 1.0


def recover(city: City, machinery: Machinery, say: Callable[[str], None]) -> frozenset[str]:
    """Read every target that a dead run was working on, then end that run.

    Returns the targets whose standing is still not known: those that could not be read, and those
    that another start is reading now. They must not be changed. A device with a pending commit is
    waited for: nobody verified that commit, so its own timer takes it back.
    """
    journal = machinery.journal
    journal.mark_unknown()
    # Adopted a moment ago: another start at the same time sees them as ours and leaves them.
    for run in (run for run in journal.unfinished() if run.process == this_process()):
        say(f"run {run.id} was interrupted; reading again what it was working on")
        for target in _unknown(machinery, run):
            say(f"  {target.name}: {_recover_target(city, machinery, run, target)}")
        if not _unknown(machinery, run):
            journal.end_run(run, RunState.INTERRUPTED)
    left = journal.unfinished()
    for run in (run for run in left if journal.life_of(run) is Life.UNKNOWN):
        _report(run, say)
    return frozenset(target.name for run in left for target in _unknown(machinery, run))


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
    try:
        reading = _read(device, machinery, run)
    except MuniformError as error:
        journal.record(run, target.name, "unread", {"message": error.message})
        return f"could not be read, the next start tries again: {error.message}"
    standing = classify(reading, Approved(target.pre_hash or "", target.post_hash or "", ""))
    journal.record(run, target.name, "recovered", {"standing": standing.value})
    done = standing is Standing.AFTER
    journal.set_state(run, target.name, TargetState.DONE if done else TargetState.FAILED)
    return {
        Standing.AFTER: "the change had been confirmed; nothing is left to do",
        Standing.UNSAVED: "the change runs and is not saved yet; the next plan saves it",
        Standing.BEFORE: "back on its old configuration; the next plan starts over",
    }.get(standing, "it runs something else than before and after; look at the next plan")


def _read(device: Device, machinery: Machinery, run: Run) -> Reading:
    """Read a device under its lease. Raises MuniformError if that can't be done now."""
    scale = machinery.clock_scale(device)
    timer = device.baseline.confirm_seconds / scale
    leases = Leases(machinery.journal.store, f"recovery of run {run.id}")
    with leases.held(device.name, timer + 2 * GRACE):
        commit = _last_commit(device, machinery, run)
        back_by = machinery.now() + (commit.still_away(scale) if commit else 0.0)
        if commit is not None:
            # The device may go on with what it was sent, although nobody listens any more.
            machinery.sleep(max(0.0, STEADY / scale - commit.age))
        return _read_settled(
            device,
            machinery,
            run,
            back_by=back_by,
            settled_by=machinery.now() + timer + GRACE,
        )


@dataclass(frozen=True)
class _Commit:
    """A commit that the dead run had sent, or was about to. Seconds; the age is of our clock."""

    age: float
    revert_seconds: float

    def still_away(self, scale: float) -> float:
        """For how long it may still keep a device out of reach: 0 once its timer has ended."""
        return max(0.0, self.revert_seconds / scale + GRACE - self.age)


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


def _read_settled(
    device: Device, machinery: Machinery, run: Run, back_by: float, settled_by: float
) -> Reading:
    """Read a device once no commit waits on it any more; what the dead run left there goes.

    Tried at least once. ``back_by`` is until when it may be out of reach, ``settled_by`` until
    when a commit may be pending on it, whoever made that one.
    """
    while True:
        try:
            driver = machinery.connect(device)
            try:
                snapshot = driver.snapshot()
                if not snapshot.pending:
                    _clean(driver, device, machinery, run)
                    return take_reading(device, snapshot, machinery.key)
            finally:
                driver.close()
        except HostKeyMismatch:
            raise  # somebody else answers, and waiting won't make it ours
        except DeviceError:
            if machinery.now() + _POLL > back_by:
                raise
        else:
            if machinery.now() >= settled_by:
                raise DeviceError(
                    f"{device.name}: a commit still waits for its confirmation",
                    "look at the device: its timer should have ended",
                )
        machinery.sleep(_POLL)


def _clean(driver: Driver, device: Device, machinery: Machinery, run: Run) -> None:
    """Remove candidates, locks and files of the dead run; what stays is noted, and no more."""
    try:
        driver.discard()
    except DeviceError as error:
        machinery.journal.record(run, device.name, "discard-failed", {"message": error.message})
