"""The device transaction against a device in memory: each way it can go, by what is left behind."""

from __future__ import annotations

import pytest

from fake_device import FakeDevice, Notes
from muniform.devices import Change
from muniform.errors import RolloutError
from muniform.model import City
from muniform.results import Status
from transactions import NEW, OLD
from transactions import carry_out as run


def test_a_good_change_is_confirmed_saved_and_leaves_no_file(city: City) -> None:
    device, notes = FakeDevice(OLD), Notes()
    result = run(city, device, notes)
    assert result.status is Status.CHANGED
    assert device.running == device.startup == NEW
    assert device.files == 0
    assert notes.kinds == [
        "read", "backup", "stage", "commit", "reconnect", "probes", "confirm", "changed"
    ]  # fmt: skip
    assert notes.kept == [OLD]
    timer = city.device("fs03-sw1").baseline.confirm_seconds
    assert notes.leased[-1] > timer


def test_nothing_recorded_or_shown_holds_a_secret(city: City) -> None:
    notes = Notes()
    result = run(city, FakeDevice(OLD), notes)
    shown = "\n".join([*result.diff, result.message, *notes.texts])
    assert "$9$" not in shown
    assert "(secret changed)" in shown


def test_a_device_already_as_intended_is_not_touched(city: City) -> None:
    device = FakeDevice(NEW)
    assert run(city, device).status is Status.UNCHANGED
    assert device.log == []


def test_an_unsaved_device_is_saved_without_a_commit(city: City) -> None:
    device = FakeDevice(NEW, startup=OLD)
    assert run(city, device).status is Status.CHANGED
    assert (device.startup, device.log) == (NEW, ["saved"])


def test_a_device_changed_since_the_plan_is_stale_and_untouched(city: City) -> None:
    device = FakeDevice(OLD + "lldp run\n")
    result = run(city, device)
    assert result.status is Status.STALE
    assert device.running == OLD + "lldp run\n"


def test_a_diff_other_than_the_approved_one_is_not_committed(city: City) -> None:
    device = FakeDevice(OLD, diff_extra=frozenset({Change(("no aaa new-model",), "+")}))
    result = run(city, device)
    assert result.status is Status.REFUSED
    assert "beyond the approved: + no aaa new-model" in result.message
    assert (device.running, device.files) == (OLD, 0)


def test_a_refused_candidate_leaves_the_old_configuration_and_no_file(city: City) -> None:
    device = FakeDevice(OLD, rejects=True)
    result = run(city, device)
    assert result.status is Status.REFUSED
    assert "it was read again and runs its old configuration" in result.message
    assert (device.running, device.files) == (OLD, 0)


def test_a_change_that_cuts_off_management_reverts_by_itself(city: City) -> None:
    device, notes = FakeDevice(OLD, cuts_off=True), Notes()
    result = run(city, device, notes)
    assert result.status is Status.REVERTED
    assert device.running == device.startup == OLD
    assert device.log == ["reverted by itself"]
    assert notes.kinds[-1] == "reverted"


def test_a_commit_whose_answer_was_lost_is_taken_back_at_once(city: City) -> None:
    device = FakeDevice(OLD, drops_after_commit=True)
    result = run(city, device)
    assert result.status is Status.REVERTED
    assert (device.running, device.log) == (OLD, ["rolled back"])
    assert device.now < 10
    assert "the answer to the commit was lost; the change was taken back" in result.message


def test_a_link_lost_before_the_commit_changes_nothing(city: City) -> None:
    device = FakeDevice(OLD, loses_link_before_commit=True)
    result = run(city, device)
    assert result.status is Status.REVERTED
    assert (device.running, device.log) == (OLD, [])


def test_a_device_that_commits_something_else_is_rolled_back(city: City) -> None:
    device = FakeDevice(OLD, mangles=True)
    result = run(city, device)
    assert result.status is Status.REVERTED
    assert (device.running, device.log) == (OLD, ["rolled back"])


def test_a_confirmation_whose_answer_was_lost_counts_when_read_back(city: City) -> None:
    device = FakeDevice(OLD, drops_after_confirm=True)
    result = run(city, device)
    assert result.status is Status.CHANGED
    assert device.running == device.startup == NEW


def test_a_device_that_never_returns_is_unreachable_and_said_so(city: City) -> None:
    device = FakeDevice(OLD, drops_after_commit=True, never_returns=True)
    result = run(city, device)
    assert result.status is Status.UNKNOWN
    assert "has not come back" in result.message


def test_a_stranger_after_the_commit_gets_no_confirmation(city: City) -> None:
    device = FakeDevice(OLD, wrong_key_after_commit=True)
    result = run(city, device)
    assert result.status is Status.UNKNOWN
    assert any("host key" in fact for fact in result.evidence)
    assert "confirmed" not in device.log
    assert device.running == OLD


def test_a_commit_of_somebody_else_is_left_alone(city: City) -> None:
    device = FakeDevice(OLD)
    device.before, device.reverts_at = OLD, 1e9
    result = run(city, device)
    assert result.status is Status.REFUSED
    assert "another change waits" in result.message
    assert device.reverts_at == 1e9


@pytest.mark.parametrize("flag", ["cuts_off", "drops_after_commit", "rejects", "mangles"])
def test_whatever_goes_wrong_no_device_keeps_an_unconfirmed_change(city: City, flag: str) -> None:
    device = FakeDevice(OLD, **{flag: True})
    result = run(city, device)
    device.sleep(10_000)
    assert not result.status.ok
    assert device.running == device.startup == OLD


def test_a_timer_that_never_fires_ends_the_wait_and_is_said(city: City) -> None:
    device = FakeDevice(OLD, drops_after_commit=True, timer_is_dead=True)
    device.strikes, device.strikes_stay = {"rollback": "refuse"}, True
    result = run(city, device)
    assert result.status is Status.UNKNOWN
    assert "still waits for a confirmation" in result.message
    assert device.now < 10_000


def test_files_that_cannot_be_removed_do_not_hide_how_the_device_stands(city: City) -> None:
    device = FakeDevice(OLD, drops_after_commit=True, flash_is_read_only=True)
    result = run(city, device)
    assert result.status is Status.REVERTED
    assert any("%Error deleting" in fact for fact in result.evidence)
    assert "files or locks of ours may be left on the device" in result.message


def test_a_refusal_after_the_replace_was_armed_is_read_back_and_taken_back(city: City) -> None:
    device = FakeDevice(OLD, refuses_after_commit=True)
    result = run(city, device)
    assert result.status is Status.REVERTED
    assert "error in line 3; the change was taken back" in result.message
    assert (device.running, device.log) == (OLD, ["rolled back"])


def test_a_lost_lease_means_no_commit(city: City) -> None:
    device, notes = FakeDevice(OLD), Notes(lease_is_lost=True)
    result = run(city, device, notes)
    assert result.status is Status.REFUSED
    assert not device.committed
    assert result.unsettled
    assert "its candidate, which may hold secrets" in result.message


def test_a_lost_lease_means_that_nothing_on_the_device_is_removed(city: City) -> None:
    """Whoever has the lease by now may have put it there."""
    device, notes = FakeDevice(OLD), Notes(lease_is_lost=True)
    device.strikes["stage"] = "drop_after"
    result = run(city, device, notes)
    assert "discard" not in device.calls
    assert result.unsettled
    assert "the lease was lost" in result.message


def test_no_error_of_ours_frees_the_target_while_its_timer_runs(city: City) -> None:
    device, notes = FakeDevice(OLD), Notes(full_at="confirm")
    with pytest.raises(RolloutError, match="disk full"):
        run(city, device, notes)
    assert device.reverts_at is None or device.now >= device.reverts_at
    device.tick()
    assert device.running == OLD


@pytest.mark.parametrize("moment", ["read", "backup", "stage"])
def test_without_a_journal_nothing_is_sent(city: City, moment: str) -> None:
    device = FakeDevice(OLD)
    with pytest.raises(RolloutError, match="disk full"):
        run(city, device, Notes(full_at=moment))
    assert (device.running, device.files, device.locked_by) == (OLD, 0, None)
    assert "stage" not in device.calls


def test_a_full_journal_at_the_commit_leaves_nothing_staged(city: City) -> None:
    device = FakeDevice(OLD)
    with pytest.raises(RolloutError, match="disk full"):
        run(city, device, Notes(full_at="commit"))
    assert not device.committed
    assert (device.files, device.locked_by) == (0, None)
