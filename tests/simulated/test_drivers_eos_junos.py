"""The drivers of Arista EOS and Junos against simulated devices, over the real protocols."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from device_fleet import SCALE, Fleet, Member, fleet
from muniform.devices import Driver, difference, normalise
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    RolloutError,
    Unreachable,
)
from muniform.lab.junos.database import Editor
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.model import City, load_city
from muniform.results import Status
from simulated_devices import Identities

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1200)]
NETWORKS = {"eos": "127.94.2", "junos": "127.94.3"}
TIMER = 60
"""Of device time, in seconds."""


@pytest.fixture(scope="module")
def big_city(root: Path) -> City:
    return load_city(root / "inventory")


class Bench:
    """One simulated device with drivers in front of it."""

    def __init__(self, fleet: Fleet, stack: contextlib.ExitStack) -> None:
        self.fleet = fleet
        self.member: Member = fleet.members[0]
        self.simulated = self.member.simulated
        self.platform = self.member.device.platform
        self._stack = stack

    def driver(self) -> Driver:
        """A driver on a new connection."""
        driver = self.fleet.connect(self.member.device)
        self._stack.callback(driver.close)
        return driver

    def stage(self, driver: Driver) -> None:
        driver.stage(self.member.after, driver.snapshot().running)

    def stage_and_commit(self, driver: Driver) -> None:
        self.stage(driver)
        driver.commit(TIMER)

    def committed(self) -> None:
        """A commit of ours waits for its confirmation, and nobody is connected."""
        driver = self.driver()
        self.stage_and_commit(driver)
        driver.close()

    def is_on(self, text: str) -> bool:
        """Whether the device runs a configuration; looked at from inside."""
        running = self.fleet.background.call(lambda: str(self.simulated.running))
        return normalise(running, self.platform) == normalise(text, self.platform)

    def await_(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)

    def leftovers(self) -> list[str]:
        """What of ours is left on the device: timers, sessions, locks, candidates, files."""
        return self.fleet.background.call(self.simulated.residue)


@pytest.fixture(params=sorted(NETWORKS))
def bench(
    request: pytest.FixtureRequest, big_city: City, identities: Identities, tmp_path: Path
) -> Iterator[Bench]:
    platform: str = request.param
    with (
        fleet(big_city, platform, 1, NETWORKS[platform], tmp_path, identities) as switches,
        contextlib.ExitStack() as stack,
    ):
        yield Bench(switches, stack)


def test_what_is_read_is_what_was_declared(bench: Bench) -> None:
    snapshot = bench.driver().snapshot()
    intended = normalise(bench.member.before, bench.platform)
    assert normalise(snapshot.running, bench.platform) == intended
    assert normalise(snapshot.startup, bench.platform) == intended
    assert not snapshot.pending


def test_facts_and_health(bench: Bench) -> None:
    driver = bench.driver()
    facts = driver.facts()
    device = bench.member.device
    assert facts.hostname == device.name
    assert facts.serial == device.serial
    assert facts.vendor in ("Arista", "Juniper")
    assert facts.uptime >= 0
    gateway = device.management.gateway
    assert gateway is not None
    seen = driver.health([gateway, IPv4Address("10.99.99.99")])
    assert gateway in seen.answering


def test_the_diff_is_the_devices_own_and_nothing_runs_yet(bench: Bench) -> None:
    driver, member = bench.driver(), bench.member
    changes = driver.stage(member.after, driver.snapshot().running)
    assert changes == difference(
        normalise(member.before, bench.platform), normalise(member.after, bench.platform)
    )
    assert changes
    assert bench.is_on(member.before)
    assert bench.leftovers()
    driver.discard()
    assert bench.leftovers() == []


def test_a_fresh_connection_confirms(bench: Bench) -> None:
    bench.committed()
    assert bench.is_on(bench.member.after)
    driver = bench.driver()
    assert driver.snapshot().pending
    driver.confirm(bench.member.after)
    snapshot = driver.snapshot()
    assert not snapshot.pending
    after = normalise(bench.member.after, bench.platform)
    assert normalise(snapshot.running, bench.platform) == after
    assert normalise(snapshot.startup, bench.platform) == after
    time.sleep(1.5 * TIMER / SCALE)
    assert bench.is_on(bench.member.after)
    assert bench.leftovers() == []


def test_a_driver_that_read_nothing_confirms_too(bench: Bench) -> None:
    bench.committed()
    bench.driver().confirm(bench.member.after)
    assert not bench.driver().snapshot().pending


def test_an_unconfirmed_commit_is_taken_back_with_nobody_connected(bench: Bench) -> None:
    bench.committed()
    bench.await_(lambda: bench.is_on(bench.member.before))
    assert not bench.driver().snapshot().pending


def test_rollback_over_a_fresh_connection(bench: Bench) -> None:
    bench.committed()
    driver = bench.driver()
    driver.rollback()
    assert bench.is_on(bench.member.before)
    assert not driver.snapshot().pending
    assert bench.leftovers() == []


def test_nothing_is_rolled_back_where_nothing_waits(bench: Bench) -> None:
    with pytest.raises(DeviceError, match="waits for a confirmation"):
        bench.driver().rollback()
    assert bench.is_on(bench.member.before)


def test_a_refused_line_leaves_nothing(bench: Bench) -> None:
    driver = bench.driver()
    line = "swichport banana\n" if bench.platform == "eos" else "system { banana; }\n"
    with pytest.raises(CandidateRejected, match=r"refused") as caught:
        driver.stage(bench.member.after.removesuffix("end\n") + line, driver.snapshot().running)
    assert caught.value.hint
    assert bench.leftovers() == []
    assert bench.is_on(bench.member.before)


def test_a_stranger_is_told_nothing(bench: Bench) -> None:
    bench.simulated.faults.set(Condition.WRONG_HOST_KEY)
    with pytest.raises(HostKeyMismatch):
        bench.driver()


def test_a_refused_login(bench: Bench) -> None:
    bench.simulated.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(LoginRefused):
        bench.driver()


def test_nobody_there(bench: Bench) -> None:
    bench.fleet.background.call(bench.simulated.reload)
    with pytest.raises(Unreachable):
        bench.driver()


def test_somebody_else_is_editing(bench: Bench) -> None:
    bench.simulated.faults.set(Condition.LOCKED)
    driver = bench.driver()
    with pytest.raises(DeviceError) as caught:
        bench.stage(driver)
    assert not isinstance(caught.value, Unreachable)
    assert caught.value.hint
    bench.simulated.faults.set(Condition.LOCKED, on=False)
    assert bench.leftovers() == []


def test_a_full_flash_is_known_before_anything_runs(bench: Bench) -> None:
    bench.simulated.faults.set(Condition.FLASH_FULL)
    driver = bench.driver()
    with pytest.raises(CandidateRejected, match=r"flash is full|No space|no space"):
        bench.stage_and_commit(driver)
    driver.close()
    assert bench.is_on(bench.member.before)
    bench.await_(lambda: bench.leftovers() == [])


def test_a_part_that_was_lost_is_seen_in_the_diff(bench: Bench) -> None:
    bench.simulated.faults.set(Condition.PARTIAL_LOAD)
    driver, member = bench.driver(), bench.member
    changes = driver.stage(member.after, driver.snapshot().running)
    assert changes != difference(
        normalise(member.before, bench.platform), normalise(member.after, bench.platform)
    )
    driver.discard()
    assert bench.leftovers() == []


def test_what_a_killed_process_left_is_removed(bench: Bench) -> None:
    driver = bench.driver()
    bench.stage(driver)
    driver.close()
    bench.await_(lambda: bench.platform == "eos" or not bench.leftovers())
    fresh = bench.driver()
    fresh.discard()
    assert bench.leftovers() == []
    bench.stage(fresh)


def test_discarding_takes_no_pending_commit_back(bench: Bench) -> None:
    bench.committed()
    driver = bench.driver()
    driver.discard()
    assert bench.is_on(bench.member.after)
    assert driver.snapshot().pending


@pytest.mark.parametrize("point", [Point.READ, Point.STAGE, Point.COMMIT])
@pytest.mark.parametrize("strike", [Strike.DROP, Strike.DROP_AFTER, Strike.GARBAGE, Strike.REFUSE])
def test_a_broken_step_is_an_error_of_ours_at_once(
    bench: Bench, point: Point, strike: Strike
) -> None:
    driver = bench.driver()
    bench.simulated.faults.strike(strike, point)
    started = time.monotonic()
    with pytest.raises(DeviceError):
        bench.stage_and_commit(driver)
    assert time.monotonic() - started < 15
    bench.simulated.faults.clear()
    driver.close()
    bench.await_(lambda: not bench.driver().snapshot().pending)
    assert bench.is_on(bench.member.before)
    fresh = bench.driver()
    fresh.discard()
    bench.await_(lambda: bench.leftovers() == [])


def test_closing_ends_a_call_that_hangs(bench: Bench) -> None:
    driver = bench.driver()
    bench.simulated.faults.strike(Strike.HANG, Point.READ)
    errors: list[DeviceError] = []

    def read() -> None:
        try:
            driver.snapshot()
        except DeviceError as error:
            errors.append(error)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    time.sleep(0.5)
    assert reading.is_alive()
    driver.close()
    reading.join(10)
    assert isinstance(errors[0], Unreachable)


@pytest.mark.parametrize("bench", ["eos"], indirect=True)
def test_a_timer_of_a_day_is_refused(bench: Bench) -> None:
    driver = bench.driver()
    bench.stage(driver)
    with pytest.raises(CandidateRejected, match="beyond a day"):
        driver.commit(24 * 60 * 60)
    driver.discard()
    assert bench.leftovers() == []


@pytest.mark.parametrize("bench", ["eos"], indirect=True)
def test_the_session_format_before_4_32(bench: Bench) -> None:
    bench.simulated.version = "4.30.5M"
    bench.committed()
    driver = bench.driver()
    assert driver.snapshot().pending
    driver.confirm(bench.member.after)
    assert not driver.snapshot().pending
    assert bench.is_on(bench.member.after)


@pytest.mark.parametrize("bench", ["eos"], indirect=True)
def test_somebody_elses_commit_is_neither_confirmed_nor_taken_back(bench: Bench) -> None:
    def commit() -> None:
        sessions = bench.simulated.sessions
        sessions.commit(sessions.enter("by-hand", "admin"), "admin", TIMER)

    bench.fleet.background.call(commit)
    driver = bench.driver()
    assert driver.snapshot().pending
    for act in (lambda: driver.confirm(bench.member.after), driver.rollback):
        with pytest.raises(DeviceError, match="session by-hand waits"):
            act()
    assert driver.snapshot().pending


@pytest.mark.parametrize("bench", ["junos"], indirect=True)
def test_a_commit_on_top_of_ours_is_neither_confirmed_nor_taken_back(bench: Bench) -> None:
    """Any commit of ours would end its timer, and keep ours with it."""
    before = bench.fleet.background.call(lambda: str(bench.simulated.running))
    bench.committed()

    def commit() -> None:
        editor = Editor("netops", "cli", 4712, bench.simulated.clock.now())
        bench.simulated.commit(editor, minutes=1)

    bench.fleet.background.call(commit)
    driver = bench.driver()
    assert driver.snapshot().pending
    for act in (lambda: driver.confirm(bench.member.after), driver.rollback):
        with pytest.raises(CandidateRejected, match="is not ours, or somebody committed on top"):
            act()
    assert driver.snapshot().pending
    bench.await_(lambda: not bench.driver().snapshot().pending)
    assert not bench.is_on(bench.member.after) or bench.is_on(before)
    assert bench.leftovers() == []


@pytest.mark.parametrize("bench", ["eos"], indirect=True)
def test_a_confirmation_that_was_cut_short_is_ended_by_the_next(bench: Bench) -> None:
    bench.committed()
    driver = bench.driver()

    def commit() -> None:
        sessions = bench.simulated.sessions
        assert sessions.pending is not None
        sessions.commit(sessions.pending.candidate, "muniform", None)

    bench.fleet.background.call(commit)
    assert driver.snapshot().startup != driver.snapshot().running
    driver.confirm(bench.member.after)
    snapshot = driver.snapshot()
    assert not snapshot.pending
    assert normalise(snapshot.startup, "eos") == normalise(bench.member.after, "eos")


@pytest.mark.parametrize("bench", ["junos"], indirect=True)
def test_a_full_disk_of_ours_is_no_broken_connection(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RolloutError, match="can't be written: No space left on device") as caught:
        bench.driver()
    assert "make room on this machine" in caught.value.hint


@pytest.mark.parametrize("bench", ["junos"], indirect=True)
def test_no_plain_commit_of_what_somebody_else_edits(bench: Bench) -> None:
    bench.committed()
    driver = bench.driver()

    def edit() -> None:
        database = bench.simulated.database
        database.candidate = database.history[1].root

    bench.fleet.background.call(edit)
    with pytest.raises(DeviceError, match="database modified"):
        driver.confirm(bench.member.after)
    bench.await_(lambda: not bench.driver().snapshot().pending)


def test_a_whole_transaction_and_its_round_trips(bench: Bench) -> None:
    bench.simulated.is_metered = True
    result = bench.fleet.carry_out(bench.member)
    assert result.status is Status.CHANGED, result
    assert bench.is_on(bench.member.after)
    assert bench.leftovers() == []
    turns = bench.simulated.turns
    print(f"{bench.platform}: {turns} round trips for a verified transaction")
    assert turns <= LIMITS[bench.platform]
    before = bench.simulated.turns
    driver = bench.driver()
    after_login = bench.simulated.turns
    driver.snapshot()
    print(f"{after_login - before} to log in, {bench.simulated.turns - after_login} to read")
    assert bench.simulated.turns - after_login <= 3


LIMITS = {"eos": 25, "junos": 50}
"""Round trips, logins included."""
