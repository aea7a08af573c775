"""After a commit: look over new connections until the change is kept, or gone.

Nothing here trusts what the commit answered. Each round reads the device and acts on what it reads:
a pending change is probed and confirmed, or taken back; one that is gone, or kept, is the end. The
device's own timer works beside all this, and takes an unconfirmed change back without us.
"""

from __future__ import annotations

from collections.abc import Callable

from muniform.devices import probes
from muniform.devices.committed import Committed
from muniform.devices.contact import Contact
from muniform.devices.driver import Driver
from muniform.devices.probing import LOOK_AGAIN, Probing
from muniform.devices.standing import Approved, Reading, Standing, classify
from muniform.devices.trail import Trail
from muniform.errors import DeviceError
from muniform.results import Result, Status

TRIES = 2
"""How often a confirmation, a rollback, a save or a cleaning is tried, each over a new
connection."""
STEADY = 10.0
"""Device seconds for which a device must read the same before an unexpected state is believed: a
replace or a revert may still be under way."""


class Aftermath:
    """What becomes of one commit."""

    def __init__(
        self,
        approved: Approved,
        committed: Committed,
        contact: Contact,
        trail: Trail,
        scale: float,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._approved = approved
        self._committed = committed
        self._contact = contact
        self._trail = trail
        self._scale = scale
        self._now = now
        self._sleep = sleep
        self._doubt = committed.doubt
        self._tried: dict[str, int] = {}
        self._first: Reading | None = None
        self._was_seen = False
        self._is_taken_back = False
        self._probing = Probing(committed, trail, LOOK_AGAIN / scale, now, sleep)
        self._last: Reading | None = None
        self._since = 0.0

    def run(self) -> Result:
        """Go on until the device stands somewhere for good, or can't be waited for any longer."""
        committed, name = self._committed, self._contact.device.name
        began = self._now()
        self._trail.announce("reconnect", reason=self._doubt)
        while (driver := self._contact.again(committed.back_by, committed.chances)) is not None:
            if self._last is None:
                self._trail.saw(f"new connection after {self._now() - began:.1f} s")
            try:
                result = self._look(driver)
            except DeviceError as error:
                self._trail.saw(error.message)
                result = None
            finally:
                driver.close()
            if result is not None:
                return result
            until = committed.reverted_by if self._waits else committed.back_by
            pause = self._contact.patience.pause(until)
            if pause is None:
                break
            self._sleep(pause)
        return self._given_up(name)

    def _given_up(self, name: str) -> Result:
        doubt = self._doubt or "the change could not be confirmed"
        still = "it has not come back since"
        if self._contact.is_refused:
            still = "it has not let us in since"
        elif self._waits:
            still = "it still waits for a confirmation beyond its timer"
        return self._trail.end(
            Status.UNKNOWN,
            f"{name}: {doubt}, and {still}",
            "its own timer should have run out: check power and path, then "
            f"muniform plan --target {name}",
        )

    def _look(self, driver: Driver) -> Result | None:
        """Read, and do what follows. None if it must be looked at again."""
        reading = self._contact.look(driver)
        is_steady = self._is_steady(reading)
        standing = classify(reading, self._approved)
        if standing is Standing.PENDING:
            self._was_seen = True
            self._first = self._first or reading
            return self._pending(driver, reading)
        has_begun = self._was_seen or not self._committed.is_lost
        is_final = is_steady and (has_begun or self._now() >= self._committed.settled_by)
        if standing is Standing.BEFORE:
            return self._back(driver) if has_begun or is_final else None
        if standing in (Standing.AFTER, Standing.UNSAVED):
            self._was_seen = True
            if self._doubt:
                return self._kept_in_doubt(driver) if is_final else None
            return self._running_new(driver, standing)
        return self._odd(driver) if is_final else None

    # --- a change that waits for its confirmation -------------------------------------------

    def _pending(self, driver: Driver, reading: Reading) -> Result | None:
        if not self._is_only_to_disarm(reading):
            self._doubt = self._doubt or self._doubts(driver, reading)
        if self._doubt:
            self._take_back(driver)
            return None
        self._count("confirmation")
        self._trail.announce("confirm")
        self._committed.confirm(driver)
        self._trail.saw("confirmed")
        return self._read_back(driver)

    def _is_only_to_disarm(self, reading: Reading) -> bool:
        """Whether our confirmation has saved the change already, and its timer is still to end.

        Where the timer is a reload, that reload would bring nothing back. Where a commit is saved
        when it is made, nothing is told by this: it was so before the confirmation.
        """
        return (
            not self._doubt
            and self._tried.get("confirmation", 0) > 0
            and self._first is not None
            and self._first.startup != reading.startup
            and reading.running == reading.startup == self._approved.post_hash
        )

    def _doubts(self, driver: Driver, reading: Reading) -> str:
        """Why the change must not be confirmed; empty if it may be."""
        if reading.running != self._approved.post_hash:
            return "the device does not run what was committed"
        if self._tried.get("confirmation", 0) >= TRIES:
            return "the device does not take the confirmation"
        if gone := self._probing.gone(driver):
            return f"gone since the commit: {probes.listed(gone)}"
        if self._now() >= self._committed.verify_by:
            return "no time was left to confirm"
        return ""

    def _take_back(self, driver: Driver) -> None:
        """At once, instead of waiting for the timer; which still ends, should this fail."""
        if self._tried.get("rollback", 0) >= TRIES:
            return
        self._count("rollback")
        self._trail.saw(self._doubt)
        self._trail.announce("rollback", reason=self._doubt)
        driver.rollback()
        self._is_taken_back = True
        self._trail.saw("taken back")

    # --- a change that is kept or gone -------------------------------------------------------

    def _running_new(self, driver: Driver, standing: Standing) -> Result | None:
        """Nothing is pending and the new configuration runs: it is kept, if all is well."""
        if not self._probing.has_passed and (gone := self._probing.gone(driver)):
            return self._unknown(
                driver,
                f"it runs the new configuration, no timer takes it back, and this is gone: "
                f"{probes.listed(gone)}",
            )
        if standing is Standing.AFTER:
            return self._kept(driver)
        if self._tried.get("save", 0) >= TRIES:
            return self._unknown(driver, "it runs the new configuration and can't save it")
        self._count("save")
        self._trail.announce("save")
        self._committed.save(driver)
        return self._read_back(driver)

    def _read_back(self, driver: Driver) -> Result | None:
        reading = self._contact.look(driver)
        if classify(reading, self._approved) is Standing.AFTER:
            return self._kept(driver)
        return None

    def _kept_in_doubt(self, driver: Driver) -> Result | None:
        """What was never verified runs, or what was to go: whoever made it last is not our word."""
        return self._unknown(
            driver, f"{self._doubt}; it runs the new configuration, and no timer takes it back"
        )

    def _kept(self, driver: Driver) -> Result | None:
        if not self._is_clean(driver):
            return None
        self._trail.saw("read back: running and startup are the approved configuration")
        return self._trail.end(Status.CHANGED)

    def _back(self, driver: Driver) -> Result | None:
        if not self._is_clean(driver):
            return None
        self._trail.saw("read back: running is the old configuration")
        name = self._contact.device.name
        if self._committed.refused and not self._was_seen:
            return self._trail.end(
                Status.REFUSED,
                f"{name}: {self._doubt}; it was read again and runs its old configuration",
                "compare the platform's templates with what this release accepts",
            )
        why = self._doubt or "it was not confirmed in time, or the device started anew"
        return self._trail.end(
            Status.REVERTED,
            f"{name}: {why}; {self._how_it_went_back()}",
            "look at the diff above and at the evidence: correct the inventory, or try again",
        )

    def _how_it_went_back(self) -> str:
        if self._is_taken_back:
            return (
                "the change was taken back, and the device was read again on its old configuration"
            )
        if self._tried.get("rollback"):
            return (
                "taking it back got no good answer, and the device was read again on its old "
                "configuration"
            )
        return "the device went back to its old configuration by itself"

    def _odd(self, driver: Driver) -> Result | None:
        return self._unknown(
            driver, f"{self._doubt or 'after the commit'}; it now runs neither the old nor the new"
        )

    def _unknown(self, driver: Driver, why: str) -> Result | None:
        if not self._is_clean(driver):
            return None
        name = self._contact.device.name
        self._trail.saw(why)
        return self._trail.end(
            Status.UNKNOWN,
            f"{name}: {why}",
            f"look at it before anything else: muniform plan --target {name}",
        )

    # --- bookkeeping -------------------------------------------------------------------------

    @property
    def _waits(self) -> bool:
        """Whether a change was pending when the device was last read."""
        return self._last is not None and self._last.pending

    def _is_clean(self, driver: Driver) -> bool:
        """Also true once cleaning failed twice: then the evidence says what is left."""
        self._count("cleaning")
        return self._contact.clean(driver) or self._tried["cleaning"] >= TRIES

    def _is_steady(self, reading: Reading) -> bool:
        if reading != self._last:
            self._last, self._since = reading, self._now()
            self._contact.patience.hurry()
        return self._now() - self._since >= STEADY / self._scale

    def _count(self, what: str) -> None:
        self._tried[what] = self._tried.get(what, 0) + 1
        self._contact.patience.hurry()
