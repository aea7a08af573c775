"""Coming to a device, and coming back to it."""

from __future__ import annotations

from collections.abc import Callable

from muniform.devices.driver import Connect, Driver
from muniform.devices.patience import Patience
from muniform.devices.standing import Reader, Reading
from muniform.devices.trail import Trail
from muniform.errors import DeviceError, LoginRefused, Unreachable
from muniform.model import Device


class Contact:
    """One device, over as many connections as it takes."""

    def __init__(
        self,
        device: Device,
        connect: Connect,
        reader: Reader,
        trail: Trail,
        patience: Patience,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.device = device
        self.reader = reader
        self.patience = patience
        self.is_refused = False
        """Whether the last attempt was turned away at the login."""
        self._connect = connect
        self._trail = trail
        self._now = now
        self._sleep = sleep

    def open(self) -> Driver:
        """A new connection, tried once."""
        return self._connect(self.device)

    def again(self, deadline: float, chances: tuple[float, ...] = ()) -> Driver | None:
        """A new connection, tried until the deadline; at least once.

        A wrong host key is tried again, too: no password is shown to it, and nothing but time
        tells a stranger from a device that is being put back. A refused login is tried again a few
        times, and then at the ``chances`` only.
        """
        while True:
            try:
                driver = self.open()
            except DeviceError as error:
                self._trail.saw(error.message)
                self.is_refused = isinstance(error, LoginRefused)
                pause = self._pause(deadline, chances)
                if pause is None:
                    return None
                self._sleep(pause)
            else:
                self.is_refused = False
                self.patience.let_in()
                return driver

    def _pause(self, deadline: float, chances: tuple[float, ...]) -> float | None:
        pause = self.patience.pause(deadline)
        if self.is_refused and pause is not None:
            pause = self.patience.after_refusal(chances)
        return None if pause is None or self._now() + pause > deadline else pause

    def look(self, driver: Driver) -> Reading:
        """How the device stands."""
        return self.reader.reading(driver.snapshot())

    def clean(self, driver: Driver) -> bool:
        """Whether candidate, locks and files of ours are gone from the device."""
        try:
            driver.discard()
        except DeviceError as error:
            said = error.message.removeprefix(f"{self.device.name}: ")
            self._trail.saw(f"cleaning up: {said}")
            # A link that broke says nothing of what is there.
            if not (isinstance(error, Unreachable) and self._trail.left_behind):
                self._trail.left_behind = said
            return False
        self._trail.left_behind = ""
        return True

    def at_rest(self, driver: Driver, deadline: float) -> Reading | None:
        """Clean up and read, over this connection, or else over new ones. Closes them.

        None if the device can't be read any more. What can't be removed is tried twice, and hides
        not how the device stands.
        """
        found = self._rested(driver, insist=True)
        while found is None and (again := self.again(deadline)) is not None:
            found = self._rested(again, insist=False)
            if found is None:
                pause = self.patience.pause(deadline)
                if pause is None:
                    break
                self._sleep(pause)
        return found

    def _rested(self, driver: Driver, *, insist: bool) -> Reading | None:
        try:
            if not self.clean(driver) and insist:
                return None
            return self.look(driver)
        except DeviceError as error:
            self._trail.saw(error.message)
            return None
        finally:
            driver.close()
