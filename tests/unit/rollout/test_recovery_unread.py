"""A start after a kill reads what it can, and is kept from the rest only by what it can't read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fake_device import FakeDevice
from muniform.devices import BOOT, COMMITTING, GRACE, Driver
from muniform.errors import HostKeyMismatch, Unreachable
from muniform.model import City, Device
from muniform.rollout import Leases, TargetState, recover
from muniform.rollout.journal import RunState
from muniform.rollout.leases import Process, this_process
from recovery_world import NAMES, NEW, OLD, World

LONGEST = COMMITTING + 300 + BOOT + GRACE
"""Seconds for which a commit with a timer of 300 s may keep a device out of reach."""


@pytest.fixture
def dead() -> Process:
    """A process that was ours and is gone: no process has a number this high."""
    return replace(this_process(), pid=2**22 + 1, pid_start=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, {name: FakeDevice(OLD) for name in NAMES})
    yield made
    made.store.close()


def burn(world: World, name: str = "fs03-sw1") -> None:
    device = world.devices[name]
    device.never_returns = device.committed = True


def test_a_dead_device_keeps_nobody_from_the_others(
    world: World, city: City, dead: Process
) -> None:
    run = world.left_by(dead)
    burn(world)
    world.seconds += 3600
    assert world.recover(city) == {"fs03-sw1"}
    assert world.states(run) == {
        "fs03-sw1": TargetState.UNKNOWN,
        "lb05-sw1": TargetState.FAILED,
    }
    assert world.run_state(run) is RunState.RUNNING
    assert any("fs03-sw1: could not be read" in line for line in world.said)
    kinds = [event.kind for event in world.journal.events(run, "fs03-sw1")]
    assert "unread" in kinds
    assert world.journal.verify().ok


def test_it_is_tried_again_and_then_the_run_ends(world: World, city: City, dead: Process) -> None:
    run = world.left_by(dead)
    burn(world)
    world.seconds += 3600
    world.recover(city)
    world.devices["fs03-sw1"].never_returns = False
    assert world.recover(city) == frozenset()
    assert world.tried == ["fs03-sw1"]
    assert world.states(run)["fs03-sw1"] is TargetState.FAILED
    assert world.run_state(run) is RunState.INTERRUPTED


def test_a_commit_of_long_ago_is_not_waited_for(world: World, city: City, dead: Process) -> None:
    world.left_by(dead)
    burn(world)
    world.seconds += 3600
    before = world.seconds
    world.recover(city)
    assert world.tried.count("fs03-sw1") == 1
    assert world.seconds == before


def test_a_commit_of_a_moment_ago_is_waited_for(world: World, city: City, dead: Process) -> None:
    world.left_by(dead)
    burn(world)
    world.seconds += 100
    world.recover(city)
    assert world.tried.count("fs03-sw1") > 1
    # Counted from the commit; not from this start.
    assert LONGEST - 5 <= world.seconds <= LONGEST + 1


def test_without_a_commit_no_timer_is_running(world: World, city: City, dead: Process) -> None:
    world.left_by(dead, committed=False)
    burn(world)
    world.recover(city)
    assert world.tried == ["fs03-sw1", "lb05-sw1"]
    assert world.seconds == 0


def test_a_clock_that_was_set_back_makes_no_longer_wait(
    world: World, city: City, dead: Process
) -> None:
    world.seconds = 5000
    world.left_by(dead)
    burn(world)
    world.seconds = 0
    world.recover(city)
    # For the first device, and the moment that the second one gets to show what it works on.
    assert world.seconds <= LONGEST + COMMITTING + 15


def test_a_device_that_comes_back_in_time_is_read(world: World, city: City, dead: Process) -> None:
    run = world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.before, device.running = OLD, NEW
    device.cuts_off, device.reverts_at = True, 300.0
    assert world.recover(city) == frozenset()
    assert device.running == OLD
    assert world.states(run)["fs03-sw1"] is TargetState.FAILED


def test_a_pending_commit_is_waited_for_whatever_the_journal_says(
    world: World, city: City, dead: Process
) -> None:
    """It may be somebody else's, or our clock may be wrong: the device knows best."""
    world.left_by(dead)
    world.seconds += 3600
    device = world.devices["fs03-sw1"]
    device.now = world.seconds
    device.before, device.running, device.reverts_at = OLD, NEW, world.seconds + 200
    assert world.recover(city) == frozenset()
    assert device.running == OLD


def test_a_commit_that_stays_pending_is_unread(world: World, city: City, dead: Process) -> None:
    run = world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.before, device.reverts_at = OLD, 10.0**9
    assert world.recover(city) == {"fs03-sw1"}
    assert any("still waits for its confirmation" in line for line in world.said)
    assert world.states(run)["lb05-sw1"] is TargetState.FAILED


def test_what_a_dead_run_left_is_removed_and_what_stays_hides_nothing(
    world: World, city: City, dead: Process
) -> None:
    run = world.left_by(dead)
    clean, dirty = (world.devices[name] for name in NAMES)
    clean.files = dirty.files = 2
    dirty.flash_is_read_only = True
    assert world.recover(city) == frozenset()
    assert clean.files == 0
    kinds = [event.kind for event in world.journal.events(run, NAMES[1])]
    assert "discard-failed" in kinds
    assert world.run_state(run) is RunState.INTERRUPTED


def test_a_commit_that_was_just_sent_gets_time_to_show(
    world: World, city: City, dead: Process
) -> None:
    """The device works on what it was sent, a while after the sender has died."""
    run = world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.begins_at, device.candidate = 100.0, NEW
    assert world.recover(city) == frozenset()
    assert device.log == ["reverted by itself"]
    assert device.running == OLD
    assert world.states(run)["fs03-sw1"] is TargetState.FAILED


def test_a_stranger_is_not_waited_for(world: World, city: City, dead: Process) -> None:
    world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.wrong_key_after_commit = device.committed = True
    assert world.recover(city) == {"fs03-sw1"}
    assert world.tried.count("fs03-sw1") == 1
    with pytest.raises(HostKeyMismatch):
        device.connect(city.device("fs03-sw1"))


def test_a_target_under_anothers_lease_is_unread(world: World, city: City, dead: Process) -> None:
    world.left_by(dead)
    elsewhere = replace(this_process(), host="elsewhere")
    other = Leases(world.store, "run 9 of bob", process=elsewhere)
    other.acquire("fs03-sw1", 600)
    assert world.recover(city) == {"fs03-sw1"}
    assert any("is being changed by run 9 of bob" in line for line in world.said)
    assert "fs03-sw1" not in world.tried


def test_a_run_of_another_machine_is_said_and_left_alone(world: World, city: City) -> None:
    run = world.left_by(replace(this_process(), host="other-host"))
    assert world.recover(city) == frozenset()
    assert world.tried == []
    assert world.states(run)["fs03-sw1"] is TargetState.RUNNING
    said = "\n".join(world.said)
    assert f"run {run.id} of alice on other-host" in said
    assert "started 2025-03-01 02:00:00 UTC, has not ended" in said
    assert f"muniform journal give-up {run.id}" in said


def test_a_run_that_was_given_up_is_read(world: World, city: City) -> None:
    run = world.left_by(replace(this_process(), host="other-host"))
    world.seconds += 3600
    world.journal.mark_unknown(given_up=[run.id])
    assert world.recover(city) == frozenset()
    assert world.run_state(run) is RunState.INTERRUPTED


def test_the_fake_burns(world: World, city: City) -> None:
    """The tests above mean something only if a burnt device doesn't answer."""
    burn(world)
    with pytest.raises(Unreachable):
        world.devices["fs03-sw1"].connect(city.device("fs03-sw1"))


def test_a_switch_that_reloads_to_its_old_configuration_is_waited_for(
    world: World, city: City, dead: Process
) -> None:
    run = world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.running, device.away_until = OLD, 800.0
    assert world.recover(city) == frozenset()
    assert world.states(run)["fs03-sw1"] is TargetState.FAILED


def test_a_refused_login_is_not_tried_again_and_again(
    world: World, city: City, dead: Process
) -> None:
    world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.refuses_login = True
    assert world.recover(city) == {"fs03-sw1"}
    assert 3 <= len(device.logins_refused) <= 6


def test_a_lease_outlasts_the_last_reading(world: World, city: City, dead: Process) -> None:
    """A reading that begins at the last moment takes its time, too."""
    world.left_by(dead)
    device = world.devices["fs03-sw1"]
    device.before, device.reverts_at = OLD, 10.0**9
    seen = []

    def connect(declared: Device) -> Driver:
        [holder] = [h for h in Leases(world.store, "x").holders() if h.target == declared.name]
        seen.append((holder.expires_at - holder.acquired_at).total_seconds())
        return world.devices[declared.name].connect(declared)

    recover(city, replace(world.machinery(), connect=connect), world.said.append)
    assert world.seconds + 60 + 60 + 90 <= seen[0]


def test_a_run_of_this_process_that_is_under_way_is_left_alone(world: World, city: City) -> None:
    """Several devices may be changed at the same time by threads of one process."""
    run = world.left_by(this_process())
    assert world.recover(city) == frozenset()
    assert world.tried == []
    assert world.run_state(run) is RunState.RUNNING
    assert set(world.states(run).values()) == {TargetState.RUNNING}


def test_what_an_ended_run_left_unknown_is_read(world: World, city: City) -> None:
    run = world.left_by(this_process())
    device = world.devices["fs03-sw1"]
    device.running = device.startup = NEW
    device.files = 2
    world.journal.set_state(run, "fs03-sw1", TargetState.UNKNOWN)
    world.journal.set_state(run, "lb05-sw1", TargetState.FAILED)
    world.journal.end_run(run, RunState.FAILED)
    assert world.recover(city) == frozenset()
    assert world.tried == ["fs03-sw1"]
    assert world.states(run)["fs03-sw1"] is TargetState.DONE
    assert device.files == 0
    assert world.run_state(run) is RunState.FAILED
    assert world.recover(city) == frozenset()
    assert world.tried == []
    assert world.journal.verify().ok
