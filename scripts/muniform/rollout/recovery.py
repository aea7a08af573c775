"""What a killed rollout left behind is brought to a known state, by reading it again."""

from __future__ import annotations

import time
from collections.abc import Callable

from muniform.devices import GRACE, Approved, Reading, Standing, classify, take_reading
from muniform.errors import DeviceError, RolloutError
from muniform.model import City, Device
from muniform.rollout.journal import Run, RunState, Target, TargetState
from muniform.rollout.leases import Leases, this_process
from muniform.rollout.machinery import Machinery

_POLL = 1.0


def recover(city: City, machinery: Machinery, say: Callable[[str], None]) -> None:
    """Read every target that a dead run was working on, then end that run.

    A device with a pending commit is waited for: nobody verified that commit, so its own timer
    takes it back. Raises RolloutError if a target can't be read.
    """
    journal = machinery.journal
    left = journal.mark_unknown()
    # Adopted a moment ago: another start at the same time sees them as ours and leaves them.
    for run in (run for run in journal.unfinished() if run.process == this_process()):
        say(f"run {run.id} was interrupted; reading again what it was working on")
        for target in (target for target in left if target.run_id == run.id):
            say(f"  {target.name}: {_recover_target(city, machinery, run, target)}")
        journal.end_run(run, RunState.INTERRUPTED)


def _recover_target(city: City, machinery: Machinery, run: Run, target: Target) -> str:
    journal = machinery.journal
    try:
        device = city.device(target.name)
    except KeyError:
        # A host, or no longer declared: a playbook starts from what it finds anyway.
        journal.set_state(run, target.name, TargetState.FAILED)
        return "the next plan compares it anew"
    timer = device.baseline.confirm_seconds / machinery.clock_scale(device)
    leases = Leases(journal.store, f"recovery of run {run.id}")
    with leases.held(device.name, timer + 2 * GRACE):
        reading = _read_settled(device, machinery, time.monotonic() + timer + GRACE)
    standing = classify(reading, Approved(target.pre_hash or "", target.post_hash or "", ""))
    journal.record(run, target.name, "recovered", {"standing": standing.value})
    done = standing is Standing.AFTER
    journal.set_state(run, target.name, TargetState.DONE if done else TargetState.FAILED)
    return {
        Standing.AFTER: "the change had been confirmed; nothing is left to do",
        Standing.UNSAVED: "the change runs and is not saved yet; the next plan saves it",
        Standing.BEFORE: "back on its old configuration; the next plan starts over",
    }.get(standing, "it runs something else than before and after; look at the next plan")


def _read_settled(device: Device, machinery: Machinery, deadline: float) -> Reading:
    """Read a device once no commit waits on it any more; the files of the dead run go."""
    while True:
        try:
            driver = machinery.connect(device)
            try:
                snapshot = driver.snapshot()
                if not snapshot.pending:
                    driver.discard()
                    return take_reading(device, snapshot, machinery.key)
            finally:
                driver.close()
        except DeviceError as error:
            if time.monotonic() >= deadline:
                raise RolloutError(
                    f"{device.name} was left in the middle of a change and can't be read: "
                    f"{error.message}",
                    "bring it back into reach, then run the rollout again",
                ) from error
        if time.monotonic() >= deadline:
            raise RolloutError(
                f"{device.name}: a commit still waits for its confirmation",
                "look at the device: its timer should have ended",
            )
        time.sleep(_POLL)
