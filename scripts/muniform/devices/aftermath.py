"""After a commit: look over new connections until the change is kept, or gone.

Nothing here trusts what the commit answered. Each round reads the device and acts on what it reads:
a pending change is probed and confirmed, or taken back; one that is gone, or kept, is the end. The
device's own timer works beside all this, and takes an unconfirmed change back without us.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muniform.devices import probes
from muniform.devices.contact import RETRY, Contact
from muniform.devices.driver import Driver, Health
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
LOOK_AGAIN = 5.0
"""Device seconds between two looks for neighbours; LLDP speaks every 30 s."""


@dataclass(frozen=True)
class Committed:
    """A commit that was sent, and until when what may happen. Times are of ``Tools.now``."""

    before: Health
    """What the device saw around it, as far as that must last."""
    asked: Callable[[Driver], Health]
    verify_by: float
    """From then on no time is left to confirm: the change is taken back."""
    reverted_by: float
    """The device's timer has surely ended."""
    back_by: float
    """A device that reloaded has surely started."""
    doubt: str = ""
    """Why the change must not be kept, whatever is read: empty if the device took it well."""
    refused: bool = False
    """The device answered the commit, with an error."""


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
        self._was_seen = False
        self._is_probed = False
        self._last: Reading | None = None
        self._since = 0.0

    def run(self) -> Result:
        """Go on until the device stands somewhere for good, or can't be waited for any longer."""
        committed, name = self._committed, self._contact.device.name
        began = self._now()
        self._trail.announce("reconnect", reason=self._doubt)
        while (driver := self._contact.again(committed.back_by)) is not None:
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
            if self._now() >= (committed.reverted_by if self._waits else committed.back_by):
                break
            self._sleep(RETRY)
        return self._given_up(name)

    def _given_up(self, name: str) -> Result:
        doubt = self._doubt or "the change could not be confirmed"
        still = (
            "it still waits for a confirmation beyond its timer"
            if self._waits
            else "it has not come back since"
        )
        return self._trail.end(
            Status.UNKNOWN,
            f"{name}: {doubt}, and {still}",
            "its own timer should have run out: check power and path, then "
            f"muniform plan --target {name}",
        )

    def _look(self, driver: Driver) -> Result | None:
        """Read, and do what follows. None if it must be looked at again."""
        reading = self._contact.reading(driver.snapshot())
        is_steady = self._is_steady(reading)
        standing = classify(reading, self._approved)
        if standing is Standing.PENDING:
            self._was_seen = True
            return self._pending(driver, reading)
        if standing is Standing.BEFORE:
            return self._back(driver) if self._was_answered or is_steady else None
        if standing in (Standing.AFTER, Standing.UNSAVED):
            self._was_seen = True
            return self._running_new(driver, standing)
        return self._odd(driver) if is_steady else None

    # --- a change that waits for its confirmation -------------------------------------------

    def _pending(self, driver: Driver, reading: Reading) -> Result | None:
        self._doubt = self._doubt or self._doubts(driver, reading)
        if self._doubt:
            self._take_back(driver)
            return None
        self._count("confirmation")
        self._trail.announce("confirm")
        driver.confirm()
        self._trail.saw("confirmed")
        return self._read_back(driver)

    def _doubts(self, driver: Driver, reading: Reading) -> str:
        """Why the change must not be confirmed; empty if it may be."""
        if reading.running != self._approved.post_hash:
            return "the device does not run what was committed"
        if self._tried.get("confirmation", 0) >= TRIES:
            return "the device does not take the confirmation"
        if gone := self._gone(driver):
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
        self._trail.saw("taken back")

    def _gone(self, driver: Driver) -> tuple[str, ...]:
        """What is no longer there, looked for as long as there is time to confirm."""
        before, wait = self._committed.before, LOOK_AGAIN / self._scale
        while True:
            seen = self._committed.asked(driver)
            gone = probes.missing(before, seen)
            if not gone or self._now() + wait >= self._committed.verify_by:
                break
            self._sleep(wait)
        kept = Health(before.neighbours & seen.neighbours, before.answering & seen.answering)
        there = probes.present(kept)
        self._trail.announce("probes", there=list(there), gone=list(gone))
        self._trail.saw(f"still there: {probes.listed(there)}")
        if gone:
            self._trail.saw(f"gone: {probes.listed(gone)}")
        self._is_probed = not gone
        return gone

    # --- a change that is kept or gone -------------------------------------------------------

    def _running_new(self, driver: Driver, standing: Standing) -> Result | None:
        """Nothing is pending and the new configuration runs: it is kept, if all is well."""
        if not self._is_probed and (gone := self._gone(driver)):
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
        driver.save()
        return self._read_back(driver)

    def _read_back(self, driver: Driver) -> Result | None:
        reading = self._contact.reading(driver.snapshot())
        if classify(reading, self._approved) is Standing.AFTER:
            return self._kept(driver)
        return None

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
        how = (
            "the change was taken back, and the device was read again on its old configuration"
            if self._tried.get("rollback")
            else "the device went back to its old configuration by itself"
        )
        why = self._doubt or "it was not confirmed in time, or the device started anew"
        return self._trail.end(
            Status.REVERTED,
            f"{name}: {why}; {how}",
            "look at the diff above and at the evidence: correct the inventory, or try again",
        )

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

    @property
    def _was_answered(self) -> bool:
        """Whether nothing of the commit can be under way any more."""
        return self._was_seen or self._committed.refused or not self._committed.doubt

    def _is_clean(self, driver: Driver) -> bool:
        """Also true once cleaning failed twice: then the evidence says what is left."""
        self._count("cleaning")
        return self._contact.clean(driver) or self._tried["cleaning"] >= TRIES

    def _is_steady(self, reading: Reading) -> bool:
        if reading != self._last:
            self._last, self._since = reading, self._now()
        return self._now() - self._since >= STEADY / self._scale

    def _count(self, what: str) -> None:
        self._tried[what] = self._tried.get(what, 0) + 1
