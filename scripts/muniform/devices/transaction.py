"""One device's change, from reading to its end.

read -> equal to the plan? -> look around -> back up -> stage -> the device's diff equal to the
approved one? -> commit with the device's own timer -> (``aftermath``) new connection -> read ->
probes -> confirm -> read again.

Success is read back, never assumed; a device that cannot be reached over a new connection takes
its change back by itself. Until the commit nothing runs that did not run before: a failure cleans
up, and reads that it is so.
"""

from __future__ import annotations

from dataclasses import replace

from muniform.devices import probes
from muniform.devices.aftermath import STEADY, Aftermath
from muniform.devices.committed import Committed
from muniform.devices.configuration import Change, difference, fingerprint, show
from muniform.devices.contact import Contact
from muniform.devices.driver import Driver, Health
from muniform.devices.patience import Patience
from muniform.devices.standing import Approved, Reader, Reading, Standing, classify
from muniform.devices.tools import BOOT, GRACE, LAST_LOOK, Tools
from muniform.devices.trail import Trail
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    MuniformError,
    StaleTarget,
    Unreachable,
)
from muniform.model import Device
from muniform.results import Result, Status

# Reading, looking around, backing up and staging, before the timer starts.
_PREPARATION = 600.0
# The share of the timer in which to verify; the rest is for the confirmation on a slow link.
_VERIFYING = 0.75


class Transaction:
    """Carries one approved change to one device."""

    def __init__(self, device: Device, intended: str, approved: Approved, tools: Tools) -> None:
        self._device = device
        self._intended = intended
        self._approved = approved
        self._tools = tools
        self._trail = Trail(device.name, tools.recorder)
        self._reader = Reader(device, tools.key)
        patience = Patience(tools.clock_scale, tools.now)
        self._contact = Contact(
            device, tools.connect, self._reader, self._trail, patience, tools.now, tools.sleep
        )
        self._asked = probes.asked(device)
        self._held: object = None
        self._is_staged = False
        self._reverted_by = float("-inf")

    @property
    def _name(self) -> str:
        return self._device.name

    @property
    def _timer(self) -> float:
        """How long the device waits for our confirmation, in seconds of our clock."""
        return self._device.baseline.confirm_seconds / self._tools.clock_scale

    @property
    def _boot(self) -> float:
        return BOOT / self._tools.clock_scale

    @property
    def _committing(self) -> float:
        return self._tools.committing / self._tools.clock_scale

    def run(self) -> Result:
        """Carry it out. Every outcome is a Result; only faults of our own machine are raised."""
        started = self._tools.now()
        try:
            with self._tools.lease.held(self._name, _PREPARATION) as self._held:
                result = self._guarded()
        except MuniformError as error:
            result = self._failed(error)
        return replace(result, elapsed=self._tools.now() - started)

    def _guarded(self) -> Result:
        """An error of ours between commit and timer must not free the lease before the timer."""
        try:
            return self._carry_out()
        except MuniformError:
            self._tools.sleep(max(0.0, self._reverted_by - self._tools.now()))
            raise

    def _carry_out(self) -> Result:
        self._trail.announce("read")
        driver = self._contact.open()
        try:
            prepared = self._prepare(driver)
            if isinstance(prepared, Result):
                return prepared
            committed = self._commit(driver, prepared)
        except DeviceError as error:
            return self._withdraw(driver, error)
        finally:
            driver.close()
        tools = self._tools
        return Aftermath(
            self._approved,
            committed,
            self._contact,
            self._trail,
            tools.clock_scale,
            tools.now,
            tools.sleep,
        ).run()

    # --- before the commit -------------------------------------------------------------------

    def _prepare(self, driver: Driver) -> Result | Health:
        """Read, compare with the plan, look around, back up and stage.

        What the device sees around it; or a Result when no commit is needed.
        """
        snapshot = driver.snapshot()
        standing = classify(self._reader.reading(snapshot), self._approved)
        if standing is Standing.AFTER:
            self._trail.saw("read: running and startup are the approved configuration")
            return self._trail.end(Status.UNCHANGED, "already as intended")
        if standing is Standing.UNSAVED:
            return self._save(driver)
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
        self._trail.saw("read: running is what the plan read")
        before = self._look_around(driver)
        reference = self._tools.backup.save(self._name, snapshot.running)
        self._trail.announce("backup", reference=reference, pre_hash=self._approved.pre_hash)
        self._trail.saw(f"backed up as {reference}")
        self._stage(driver, snapshot.running)
        return before

    def _save(self, driver: Driver) -> Result:
        """Nothing but the startup configuration differs. What saving answers is not believed."""
        self._trail.saw("read: running is the approved configuration, and not saved")
        self._hold(self._boot + 2 * GRACE + LAST_LOOK)
        self._trail.announce("save")
        error: DeviceError | None = None
        try:
            driver.save(self._intended)
        except DeviceError as raised:
            error = raised
            self._trail.saw(error.message)
        away = self._boot if isinstance(error, Unreachable) else 0.0
        reading = self._contact.at_rest(driver, self._tools.now() + away + GRACE)
        return self._saved(error, classify(reading, self._approved) if reading else None)

    def _saved(self, error: DeviceError | None, standing: Standing | None) -> Result:
        if standing is Standing.AFTER:
            self._trail.saw("read back: running and startup are the approved configuration")
            return self._trail.end(Status.CHANGED)
        if standing is Standing.BEFORE:
            self._trail.saw("read back: running is the old configuration")
            return self._trail.end(
                Status.REVERTED,
                f"{self._name}: it started anew before the approved configuration was saved",
                "run the rollout again",
            )
        if error is not None and standing is Standing.UNSAVED:
            status = Status.UNREACHABLE if isinstance(error, Unreachable) else Status.REFUSED
            told = f"{error.message}; it runs the approved configuration, not saved as before"
            return self._trail.end(status, told, error.hint)
        return self._trail.end(
            Status.UNKNOWN,
            f"{self._name}: saved, but not read back as saved",
            f"look at it: muniform plan --target {self._name}",
        )

    def _look_around(self, driver: Driver) -> Health:
        seen = probes.lasting(self._device, driver.health(self._asked))
        self._trail.saw(f"sees {probes.listed(probes.present(seen))}")
        return seen

    def _stage(self, driver: Driver, running: str) -> None:
        """Raises CandidateRejected if the device would change something else than was approved."""
        self._trail.announce("stage", post_hash=self._approved.post_hash)
        self._is_staged = True
        self._trail.left_behind = "its candidate, which may hold secrets"
        on_device = driver.stage(self._intended, running)
        expected = difference(self._reader.normal(running), self._reader.normal(self._intended))
        self._trail.diff = show(expected)
        if fingerprint(on_device, self._tools.key) != self._approved.diff_digest:
            raise CandidateRejected(
                f"{self._name}: the device would change something else than was approved: "
                + _deviation(expected, on_device),
                "make a new plan; if this stays, the platform's normalising needs a rule",
            )
        self._trail.saw("staged: the device's diff is the approved one")

    def _commit(self, driver: Driver, before: Health) -> Committed:
        """Send the commit. What it answers is kept as a doubt, not believed.

        A refusal isn't proof that nothing was applied: drivers raise it for any suspicious output.
        A lost answer isn't proof of anything; and part of a change can't be read back at all (the
        keys of SNMPv3 users), so what wasn't acknowledged is not kept.
        """
        seconds = self._device.baseline.confirm_seconds
        self._hold(self._committing + self._timer + self._boot + GRACE + LAST_LOOK)
        try:
            self._trail.announce("commit", revert_seconds=seconds)
        except MuniformError:
            self._contact.clean(driver)
            raise
        started = self._tools.now()
        settled_by = started + self._committing
        self._reverted_by = settled_by + self._timer + GRACE
        doubt, refused = "", False
        try:
            driver.commit(seconds)
            self._trail.saw(f"committed with a {seconds} s timer")
        except Unreachable as error:
            doubt = "the answer to the commit was lost"
            self._trail.saw(f"committed with a {seconds} s timer; {error.message}")
        except DeviceError as error:
            doubt, refused = error.message.removeprefix(f"{self._name}: "), True
            self._trail.saw(f"the commit was refused: {doubt}")
        answered = self._tools.now()
        if refused or not doubt:
            settled_by = answered
        self._reverted_by = max(answered, settled_by) + self._timer + GRACE
        return Committed(
            before=before,
            asked=lambda driver: driver.health(self._asked),
            confirm=lambda driver: driver.confirm(self._intended),
            save=lambda driver: driver.save(self._intended),
            settled_by=settled_by,
            chances=(answered + self._timer + STEADY / self._tools.clock_scale, self._reverted_by),
            verify_by=started + _VERIFYING * self._timer,
            reverted_by=self._reverted_by,
            back_by=self._reverted_by + self._boot,
            doubt=doubt,
            refused=refused,
        )

    def _withdraw(self, driver: Driver, error: DeviceError) -> Result:
        """Nothing was committed: leave nothing behind, and read that nothing changed."""
        if not self._is_staged:
            return self._failed(error)
        self._trail.saw(error.message)
        self._hold(self._boot + GRACE + LAST_LOOK)
        reading = self._contact.at_rest(driver, self._tools.now() + self._boot + GRACE)
        return self._withdrawn(error, reading)

    def _hold(self, seconds: float) -> None:
        """Hold on to the lease. Raises RolloutError if it was lost: then the device isn't touched
        any more, since a candidate on it may be of whoever has the lease now.
        """
        self._held = self._tools.lease.renew(self._held, seconds)

    def _withdrawn(self, error: DeviceError, reading: Reading | None) -> Result:
        status = Status.UNREACHABLE if isinstance(error, Unreachable) else Status.REFUSED
        if reading is None:
            return self._trail.end(
                Status.UNREACHABLE,
                f"{error.message}; nothing was committed, and it has not come back since",
                error.hint,
            )
        # A foreign change may be pending by now: that is no matter of ours.
        if reading.running != self._approved.pre_hash:
            return self._trail.end(
                Status.UNKNOWN,
                f"{error.message}; nothing was committed, and yet it runs something else now",
                f"look at it before anything else: muniform plan --target {self._name}",
            )
        self._trail.saw("read back: running is the old configuration")
        return self._trail.end(status, error.message, error.hint)

    def _failed(self, error: MuniformError) -> Result:
        """An outcome without a reading: nothing was sent, or our own machine failed."""
        self._trail.saw(error.message)
        if isinstance(error, StaleTarget):
            return self._trail.end(Status.STALE, error.message, error.hint)
        if self._reverted_by > float("-inf"):
            return self._trail.end(Status.UNKNOWN, error.message, error.hint)
        status = Status.UNREACHABLE if isinstance(error, Unreachable) else Status.REFUSED
        return self._trail.end(status, error.message, error.hint)


def _deviation(expected: frozenset[Change], found: frozenset[Change]) -> str:
    more = show(found - expected) or ("nothing",)
    less = show(expected - found) or ("nothing",)
    return f"beyond the approved: {'; '.join(more[:6])}; missing: {'; '.join(less[:6])}"
