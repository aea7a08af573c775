"""Everything that can strike, at every call of a driver: where the device is then, and the word."""

from __future__ import annotations

import pytest

from fake_device import CALLS, STRIKES, FakeDevice, Notes
from muniform.model import City
from muniform.results import Result, Status
from transactions import NEW, OLD, carry_out

ENDS_ON = {
    Status.CHANGED: NEW,
    Status.REVERTED: OLD,
    Status.REFUSED: OLD,
    Status.UNREACHABLE: OLD,
}
# Before the commit nothing can have been applied; from the confirmation on it is kept or reverted.
BEFORE = ("snapshot", "health", "stage")


def struck(city: City, call: str, strike: str, stays: bool) -> tuple[FakeDevice, Result, Notes]:
    """A transaction on a device that goes wrong so, and the device long after."""
    device, notes = FakeDevice(OLD, strikes={call: strike}, strikes_stay=stays), Notes()
    if call == "rollback":
        device.mangles = True
    if call == "save":
        device.confirms_without_saving = True
    result = carry_out(city, device, notes)
    device.strikes.clear()
    device.sleep(10_000)
    return device, result, notes


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("call", CALLS)
def test_what_strikes_once_leaves_the_device_where_the_word_says(
    city: City, call: str, strike: str
) -> None:
    device, result, notes = struck(city, call, strike, stays=False)
    assert result.status in ENDS_ON, result
    assert device.running == device.startup == ENDS_ON[result.status], result
    assert (device.files, device.locked_by, device.reverts_at) == (0, None, None), result
    assert notes.kinds[-1] == result.status.value
    assert result.evidence


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("call", CALLS)
def test_what_strikes_again_and_again_ends_too(city: City, call: str, strike: str) -> None:
    device, result, notes = struck(city, call, strike, stays=True)
    assert device.running in (OLD, NEW) or (call, device.mangles) == ("rollback", True)
    assert device.running == ENDS_ON.get(result.status, device.running), result
    assert device.reverts_at is None
    assert device.locked_by is None
    assert notes.kinds[-1] == result.status.value
    assert device.now < 20_000


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("call", BEFORE)
@pytest.mark.parametrize("stays", [False, True])
def test_before_the_commit_it_is_refused_or_unreachable(
    city: City, call: str, strike: str, stays: bool
) -> None:
    device, result, _ = struck(city, call, strike, stays)
    refused = strike in ("refuse", "garbage")
    assert not device.committed
    assert result.status in ((Status.REFUSED if refused else Status.UNREACHABLE),) or (
        # Once it is staged a reading is due, and that may be the one that fails.
        stays and result.status is Status.UNREACHABLE
    )


def test_a_device_that_is_silent_for_good_after_the_commit_is_unknown(city: City) -> None:
    """Every read fails from the commit on: nobody knows, and nobody says otherwise."""
    device = FakeDevice(OLD, drops_after_commit=True)
    device.never_returns = True
    result = carry_out(city, device)
    assert result.status is Status.UNKNOWN


def test_a_hang_holds_the_lock_until_its_session_is_closed(city: City) -> None:
    device, result, _ = struck(city, "stage", "hang_after", stays=False)
    assert result.status is Status.UNREACHABLE
    assert "stage" in device.calls
    assert device.calls[-2:] == ["discard", "snapshot"]
