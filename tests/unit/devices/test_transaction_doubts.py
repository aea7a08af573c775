"""What a transaction does not know for certain: it waits, tries seldom, and never claims it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fake_device import FakeDevice, FakeDriver, Notes
from muniform.devices import Driver, Normal, Snapshot
from muniform.devices.patience import FIRST, Patience
from muniform.devices.standing import Reader
from muniform.errors import CandidateRejected
from muniform.model import City, Device
from muniform.results import Status
from transactions import KEY, NAME, NEW, OLD, carry_out


@pytest.mark.parametrize("late", [30.0, 150.0])
def test_a_commit_that_begins_late_is_seen_and_taken_back(city: City, late: float) -> None:
    """Its answer was lost: the old configuration proves nothing before it must have begun."""
    device = FakeDevice(OLD, commits_late=late)
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert device.log == ["rolled back"]
    assert (device.running, device.files, device.begins_at) == (OLD, 0, None)


def test_the_lease_outlasts_a_commit_that_begins_late(city: City) -> None:
    device, notes = FakeDevice(OLD, commits_late=170.0), Notes()
    device.strikes, device.strikes_stay = {"rollback": "refuse"}, True
    assert carry_out(city, device, notes).status is Status.REVERTED
    timer = city.device(NAME).baseline.confirm_seconds
    assert device.now >= 170 + timer
    assert notes.leased[-1] >= 170 + timer


def test_a_withdrawal_is_covered_by_the_lease(city: City) -> None:
    notes = Notes()

    class Gone(FakeDevice):
        def connect(self, declared: Device) -> Driver:
            driver = super().connect(declared)
            self.away_until = 1e9 if "stage" in self.calls else 0.0
            return driver

    gone = Gone(OLD, strikes={"stage": "drop_after"})
    result = carry_out(city, gone, notes)
    assert result.status is Status.UNREACHABLE
    assert result.unsettled
    assert "its candidate, which may hold secrets" in result.message
    assert notes.leased[-1] >= gone.now >= 600


@pytest.mark.parametrize("stays", [False, True])
def test_a_change_in_doubt_that_somebody_kept_is_not_called_ours(city: City, stays: bool) -> None:
    """Its answer was lost, and when we come back it is neither pending nor gone."""
    device = FakeDevice(OLD, drops_after_commit=True, forgets_timer=True)

    class Kept(FakeDriver):
        def snapshot(self) -> Snapshot:
            if device.committed and stays:
                device.startup = device.running
            return super().snapshot()

    device.driver = Kept
    result = carry_out(city, device)
    assert result.status is Status.UNKNOWN
    assert "the answer to the commit was lost; it runs the new configuration" in result.message
    assert device.log == []
    assert result.unsettled


def test_a_change_that_was_to_be_taken_back_and_was_kept_is_unknown(city: City) -> None:
    """Somebody confirms it while we try to take it back."""
    device = FakeDevice(OLD, drops_after_commit=True)

    class Beaten(FakeDriver):
        def rollback(self) -> None:
            device.reverts_at, device.startup = None, device.running
            raise CandidateRejected("sw: the newest commit is not ours")

    device.driver = Beaten
    result = carry_out(city, device)
    assert result.status is Status.UNKNOWN
    assert device.startup == NEW


def test_a_saved_change_is_only_disarmed_and_never_reloaded_away(city: City) -> None:
    """The reload that was to take it back would start what is saved by now."""
    device = FakeDevice(OLD, saves_before_disarming=True, disarms_at=4)
    result = carry_out(city, device)
    assert result.status is Status.CHANGED
    assert "rollback" not in device.calls
    assert device.log == ["confirmed"]
    assert device.confirmed_with == [NEW] * 4


def test_a_saved_change_survives_a_timer_that_cannot_be_disarmed(city: City) -> None:
    device = FakeDevice(OLD, saves_before_disarming=True)
    result = carry_out(city, device)
    assert result.status is Status.CHANGED
    assert device.log == ["reloaded"]
    assert device.running == device.startup == NEW


def test_an_account_that_the_change_took_away_is_not_locked_out(city: City) -> None:
    device = FakeDevice(OLD, locks_us_out=True)
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert device.log == ["reverted by itself"]
    assert 3 <= len(device.logins_refused) <= 5
    gaps = [after - before for before, after in pairwise(device.logins_refused)]
    assert gaps == sorted(gaps)
    timer = city.device(NAME).baseline.confirm_seconds
    assert device.now < device.committed_at + timer + 20


def test_a_login_that_stays_refused_is_given_up_after_the_timer(city: City) -> None:
    device = FakeDevice(OLD, locks_us_out=True, timer_is_dead=True)
    result = carry_out(city, device)
    assert result.status is Status.UNKNOWN
    assert "it has not let us in since" in result.message
    assert len(device.logins_refused) <= 6


def test_a_timer_is_waited_for_with_ever_fewer_logins(city: City) -> None:
    device = FakeDevice(OLD, mangles=True)
    device.strikes, device.strikes_stay = {"rollback": "refuse"}, True
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert len(device.connected_at) < 50
    after = [moment for moment in device.connected_at if moment >= device.committed_at]
    assert after[1] - after[0] < 1


def test_a_timer_that_ends_after_two_failed_rollbacks_is_told_as_it_was(city: City) -> None:
    device = FakeDevice(OLD, mangles=True)
    device.strikes, device.strikes_stay = {"rollback": "refuse"}, True
    result = carry_out(city, device)
    assert device.log == ["reverted by itself"]
    assert "the change was taken back" not in result.message
    assert "taken back" not in result.evidence
    assert "taking it back got no good answer" in result.message


def test_pauses_grow_are_reset_and_shrink_with_the_clock() -> None:
    now = [0.0]
    patience = Patience(1.0, lambda: now[0])
    pauses = [patience.pause(1e6) for _ in range(40)]
    assert pauses[0] == FIRST
    assert pauses == sorted(pauses, key=lambda each: each or 0)
    assert pauses[-1] == 15
    patience.hurry()
    assert patience.pause(1e6) == FIRST
    now[0] = 9.9
    assert patience.pause(10.0) == pytest.approx(0.1)
    assert patience.pause(9.9) is None
    quick = Patience(30.0, lambda: 0.0)
    assert [quick.pause(1e6) for _ in range(5)] == [FIRST] * 5


def test_refusals_have_few_tries_and_then_only_the_chances() -> None:
    patience = Patience(10.0, lambda: 50.0)
    assert [patience.after_refusal(()) for _ in range(4)] == [0.5, 2.0, 6.0, None]
    assert patience.after_refusal((90.0, 70.0, 40.0)) == 20
    patience.let_in()
    assert patience.after_refusal(()) == 0.5


@pytest.mark.parametrize(
    ("running", "startup", "texts"),
    [
        ("! at 10:00\n!\nhostname a\n", "! at 09:00\nhostname a\n", 1),
        ("hostname a\n", "hostname b\n", 2),
        ("hostname a\n! SNMPv3 user x, group g, SHA, AES 128\n", "hostname a\n", 2),
    ],
)
def test_equal_stores_are_normalised_once(
    city: City, monkeypatch: pytest.MonkeyPatch, running: str, startup: str, texts: int
) -> None:
    seen: list[str] = []
    reader = Reader(city.device(NAME), KEY)
    plain = reader.normal

    def counted(text: str) -> Normal:
        seen.append(text)
        return plain(text)

    monkeypatch.setattr(reader, "normal", counted)
    reading = reader.reading(Snapshot(running, startup, pending=False))
    assert len(seen) == texts
    exact = [
        Reader(city.device(NAME), KEY).reading(Snapshot(each, each, pending=False)).running
        for each in (running, startup)
    ]
    assert [reading.running, reading.startup] == exact


def test_the_intended_text_reaches_the_confirmation(city: City) -> None:
    device = FakeDevice(OLD)
    assert carry_out(city, device).status is Status.CHANGED
    assert device.confirmed_with == [NEW]
