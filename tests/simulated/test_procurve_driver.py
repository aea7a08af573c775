"""Our driver for ArubaOS-Switch against the simulated one: whole changes, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from muniform.devices import difference, normalise
from muniform.devices.procurve import ProcurveDriver
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    Unreachable,
)
from muniform.lab.procurve.editor import Editor
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.model import load_city
from procurve_lab import Bench, bench
from simulated_devices import Identities

pytestmark = pytest.mark.lab
SCALE = 60.0
"""A minute of the switch takes a second, its restart half of one."""
_hosts = count(1)


@pytest.fixture
def switch(root: Path, tmp_path: Path, identities: Identities) -> Iterator[Bench]:
    city = load_city(root / "inventory")
    address = f"127.95.2.{next(_hosts)}"
    with bench(city, city.device("pk01-sw1"), tmp_path, identities, address, SCALE) as found:
        yield found


def staged(driver: ProcurveDriver, intended: str) -> None:
    driver.stage(intended, driver.snapshot().running)


def is_intended(switch: Bench, text: str) -> bool:
    return normalise(text, "procurve") == normalise(switch.intended, "procurve")


def await_boot(switch: Bench, seconds: float = 10.0) -> None:
    """Until a scheduled reload has happened and is over."""
    deadline = time.monotonic() + seconds
    while switch.switch.residue() or switch.switch.cut is not None:
        assert time.monotonic() < deadline, "the switch did not come back"
        time.sleep(0.05)
    # What the loop is in the middle of, opening the door, is over then.
    switch.background.call(lambda: None)


def test_a_whole_change_is_made_under_the_reload_and_kept(switch: Bench) -> None:
    with switch.driver() as driver:
        before = driver.snapshot()
        assert not before.pending
        changes = driver.stage(switch.intended, before.running)
        assert changes == difference(
            normalise(before.running, "procurve"), normalise(switch.intended, "procurve")
        )
        assert driver.snapshot() == before
        driver.commit(300)
    with switch.driver() as driver:
        pending = driver.snapshot()
        assert pending.pending
        assert is_intended(switch, pending.running)
        assert not is_intended(switch, pending.startup)
        driver.confirm(switch.intended)
        after = driver.snapshot()
        assert not after.pending
        assert is_intended(switch, after.running)
        assert is_intended(switch, after.startup)
        assert driver.stage(switch.intended, after.running) == frozenset()
    assert switch.switch.residue() == []


def test_facts_and_health(switch: Bench) -> None:
    gateway = switch.device.management.gateway
    assert gateway is not None
    switch.switch.fabric.answering = frozenset()
    with switch.driver() as driver:
        facts = driver.facts()
        assert (facts.vendor, facts.model) == ("Aruba", switch.device.model)
        assert (facts.hostname, facts.serial) == (switch.device.name, switch.device.serial)
        assert driver.health([gateway, gateway + 77]).answering == {gateway}


def test_an_unconfirmed_change_is_gone_after_the_reload(switch: Bench) -> None:
    before = switch.switch.running
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(60)
        assert switch.switch.running != before
    await_boot(switch)
    assert switch.switch.running == before


def test_rolling_back_is_the_reload_at_once(switch: Bench) -> None:
    before = switch.switch.running
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(600)
        driver.rollback()
    await_boot(switch)
    assert switch.switch.running == before
    with switch.driver() as driver, pytest.raises(CandidateRejected, match="no reload is sched"):
        driver.rollback()


def test_what_is_saved_already_is_never_reloaded_away(switch: Bench) -> None:
    """Saved, and the answer lost before the reload was cancelled: only that is left to do."""
    switch.switch.faults.strike(Strike.DROP_AFTER, Point.SAVE)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(600)
        with pytest.raises(Unreachable):
            driver.confirm(switch.intended)
    with switch.driver() as driver:
        assert driver.snapshot().pending
        with pytest.raises(CandidateRejected, match="nothing to take back; its reload was canc"):
            driver.rollback()
        after = driver.snapshot()
    assert not after.pending
    assert is_intended(switch, after.startup)
    assert switch.switch.residue() == []


@pytest.mark.parametrize("key", ["?", "\t"])
def test_a_key_that_means_something_is_never_typed(switch: Bench, key: str) -> None:
    before = switch.switch.running
    with switch.driver() as driver, pytest.raises(CandidateRejected, match="can't be typed"):
        staged(driver, f'{switch.intended}snmp-server location "who{key}"\n')
    assert switch.switch.running == before
    assert switch.switch.residue() == []


def test_minutes_are_rounded_up(switch: Bench) -> None:
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(61)
        schedule = switch.switch.schedule
        assert schedule is not None
        left = (schedule.at - switch.switch.clock.now()).total_seconds()
        assert 60 < left <= 120


def test_what_was_not_saved_before_stops_the_change(switch: Bench) -> None:
    switch.background.call(lambda: Editor(switch.switch.state).load("vlan 777"))
    with switch.driver() as driver, pytest.raises(CandidateRejected, match="is not saved"):
        staged(driver, switch.intended)


def test_a_line_that_no_command_leads_to_stops_the_change(switch: Bench) -> None:
    other = switch.intended.replace("no telnet-server\n", "no telnet-server\nno no-such-thing x\n")
    with switch.driver() as driver:
        staged(driver, other)
        with pytest.raises(CandidateRejected, match="no-such-thing"):
            driver.commit(600)
    assert switch.switch.residue() == ["a scheduled reload"]


def test_a_refused_line_leaves_the_reload_to_take_all_back(switch: Bench) -> None:
    before = switch.switch.running
    with switch.driver() as driver:
        staged(driver, switch.intended + "frobnicate all\n")
        with pytest.raises(CandidateRejected, match="frobnicate"):
            driver.commit(60)
    assert switch.switch.residue() == ["a scheduled reload"]
    await_boot(switch)
    assert switch.switch.running == before


def test_without_the_reload_nothing_is_changed(switch: Bench) -> None:
    before = switch.switch.running
    switch.switch.faults.strike(Strike.REFUSE, Point.STAGE)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        with pytest.raises(CandidateRejected, match="can't be scheduled"):
            driver.commit(60)
    assert switch.switch.running == before
    assert switch.switch.residue() == []


def test_a_session_that_dies_in_the_middle_leaves_the_reload(switch: Bench) -> None:
    before = switch.switch.running
    switch.switch.faults.strike(Strike.DROP_AFTER, Point.COMMIT)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        with pytest.raises(Unreachable):
            driver.commit(60)
    assert switch.switch.running != before
    await_boot(switch)
    assert switch.switch.running == before


def test_what_is_not_saved_stays_under_the_reload(switch: Bench) -> None:
    before = switch.switch.running
    switch.switch.faults.set(Condition.FLASH_FULL)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(120)
        with pytest.raises(DeviceError, match="did not save"):
            driver.confirm(switch.intended)
        assert driver.snapshot().pending
    await_boot(switch)
    assert switch.switch.running == before


def test_a_change_whose_time_has_run_out_is_not_confirmed(switch: Bench) -> None:
    switch.switch.faults.set(Condition.EARLY_TIMER)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(600)
    await_boot(switch)
    with switch.driver() as driver, pytest.raises(CandidateRejected, match="run out"):
        driver.confirm(switch.intended)


def test_somebody_elses_reload_reads_as_pending(switch: Bench) -> None:
    switch.switch.faults.set(Condition.LOCKED)
    with switch.driver() as driver:
        assert driver.snapshot().pending


def test_something_else_than_was_sent_is_seen(switch: Bench) -> None:
    switch.switch.faults.set(Condition.COMMITS_OTHER)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        driver.commit(600)
        assert not is_intended(switch, driver.snapshot().running)


def test_a_lost_line_that_a_later_one_needs_is_a_refusal(switch: Bench) -> None:
    switch.switch.faults.set(Condition.PARTIAL_LOAD)
    with switch.driver() as driver:
        staged(driver, switch.intended)
        with pytest.raises(CandidateRejected, match="the device refused"):
            driver.commit(600)
    assert switch.switch.residue() == ["a scheduled reload"]


def test_a_lost_line_that_nothing_needs_is_seen(switch: Bench) -> None:
    before = switch.switch.running
    intended = before.replace("console idle-timeout 300", "console idle-timeout 600")
    switch.switch.faults.set(Condition.PARTIAL_LOAD)
    with switch.driver() as driver:
        assert driver.stage(intended, driver.snapshot().running)
        driver.commit(600)
        assert switch.switch.running == before


def test_snmpv3_is_not_switched_on_by_us(switch: Bench) -> None:
    """It would ask for passwords, and no session of ours could answer."""
    off = switch.switch.running.replace("snmpv3 enable\n", "")
    with switch.driver() as driver, pytest.raises(CandidateRejected, match="no SNMPv3") as caught:
        driver.stage(switch.intended, off)
    assert "'snmpv3 enable'" in caught.value.hint


def test_noise_is_no_configuration(switch: Bench) -> None:
    switch.switch.faults.strike(Strike.GARBAGE, Point.READ)
    with switch.driver() as driver, pytest.raises(DeviceError, match="makes no sense"):
        driver.snapshot()


def test_who_it_is_and_who_we_are_is_checked(switch: Bench) -> None:
    for condition, error in (
        (Condition.WRONG_HOST_KEY, HostKeyMismatch),
        (Condition.REFUSE_LOGIN, LoginRefused),
    ):
        switch.switch.faults.set(condition)
        with pytest.raises(error), switch.driver():
            pass
        switch.switch.faults.clear()


def test_no_secret_stands_in_a_refusal(switch: Bench) -> None:
    with switch.driver() as driver:
        staged(driver, switch.intended + 'radius-server host nowhere key "Sesame-42"\n')
        with pytest.raises(CandidateRejected) as caught:
            driver.commit(600)
    assert "nowhere" in str(caught.value)
    assert "Sesame-42" not in str(caught.value)
