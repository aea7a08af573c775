"""Coming to a device, and coming back to it."""

from __future__ import annotations

from collections.abc import Callable

from muniform.devices.driver import Connect, Driver, Snapshot
from muniform.devices.standing import Reading, take_reading
from muniform.devices.trail import Trail
from muniform.errors import DeviceError
from muniform.masking import Secret
from muniform.model import Device

RETRY = 0.5
"""Seconds between two attempts."""


class Contact:
    """One device, over as many connections as it takes."""

    def __init__(
        self,
        device: Device,
        connect: Connect,
        key: Secret,
        trail: Trail,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.device = device
        self._connect = connect
        self._key = key
        self._trail = trail
        self._now = now
        self._sleep = sleep

    def open(self) -> Driver:
        """A new connection, tried once."""
        return self._connect(self.device)

    def again(self, deadline: float) -> Driver | None:
        """A new connection, tried until the deadline; at least once.

        A wrong host key is tried again, too: no password is shown to it, and nothing but time
        tells a stranger from a device that is being put back.
        """
        while True:
            try:
                return self.open()
            except DeviceError as error:
                self._trail.saw(error.message)
                if self._now() + RETRY >= deadline:
                    return None
                self._sleep(RETRY)

    def reading(self, snapshot: Snapshot) -> Reading:
        return take_reading(self.device, snapshot, self._key)

    def clean(self, driver: Driver) -> bool:
        """Whether candidate, locks and files of ours are gone from the device."""
        try:
            driver.discard()
        except DeviceError as error:
            said = error.message.removeprefix(f"{self.device.name}: ")
            self._trail.saw(f"cleaning up: {said}")
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
            if found is None and self._now() >= deadline:
                break
        return found

    def _rested(self, driver: Driver, *, insist: bool) -> Reading | None:
        try:
            if not self.clean(driver) and insist:
                return None
            return self.reading(driver.snapshot())
        except DeviceError as error:
            self._trail.saw(error.message)
            return None
        finally:
            driver.close()
