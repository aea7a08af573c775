"""A device that only has to save: whatever happens then, what is said of it is read back."""

from __future__ import annotations

import pytest

from fake_device import STRIKES, FakeDevice, Notes
from muniform.model import City
from muniform.results import Status
from transactions import NEW, OLD, carry_out

SAVED, UNSAVED, RESTARTED = (NEW, NEW), (NEW, OLD), (OLD, OLD)
ENDS = {
    "drop": (Status.UNREACHABLE, UNSAVED),
    "hang": (Status.UNREACHABLE, UNSAVED),
    "refuse": (Status.REFUSED, UNSAVED),
    "reboot": (Status.REVERTED, RESTARTED),
    "drop_after": (Status.CHANGED, SAVED),
    "hang_after": (Status.CHANGED, SAVED),
    "garbage": (Status.CHANGED, SAVED),
    "reboot_after": (Status.CHANGED, SAVED),
}


def test_every_strike_has_its_end() -> None:
    assert set(ENDS) == set(STRIKES)


@pytest.mark.parametrize("strike", STRIKES)
def test_what_is_said_of_a_save_is_what_was_read(city: City, strike: str) -> None:
    device, notes = FakeDevice(NEW, startup=OLD, strikes={"save": strike}), Notes()
    result = carry_out(city, device, notes)
    assert (result.status, (device.running, device.startup)) == ENDS[strike], result
    assert notes.kinds[-1] == result.status.value
    assert device.files == 0
