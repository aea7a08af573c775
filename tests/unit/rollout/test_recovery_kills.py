"""A process that is killed at any step of a transaction: what the next start makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fake_device import CALLS, FakeDevice, Killed
from muniform.devices import Approved, Tools, Transaction, difference, fingerprint, normalise
from muniform.model import City
from muniform.rollout import Journal, Leases, Run, TargetState
from muniform.rollout.journal import RunState
from muniform.rollout.leases import Process, this_process
from recovery_world import KEY, NAMES, NEW, OLD, World

NAME = NAMES[0]


@pytest.fixture
def dead() -> Process:
    """A process that was ours and is gone: no process has a number this high."""
    return replace(this_process(), pid=2**22 + 1, pid_start=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, {name: FakeDevice(OLD) for name in NAMES})
    yield made
    made.store.close()


def killed(world: World, city: City, dead: Process, call: str, strike: str) -> Run:
    """A run whose process dies at a call of its first device's driver."""
    device = world.devices[NAME]
    device.strikes[call] = strike
    device.mangles = call == "rollback"
    device.confirms_without_saving = call == "save"
    journal = Journal(world.store, now=world.utc_now, process=dead)
    run = journal.start_run("rollout", "c0ffee", "digest", [NAME], operator="alice")
    before, after = normalise(OLD, "ios"), normalise(NEW, "ios")
    approved = Approved(
        fingerprint(before, KEY),
        fingerprint(after, KEY),
        fingerprint(difference(before, after), KEY),
    )
    journal.set_state(run, NAME, TargetState.RUNNING, approved.pre_hash, approved.post_hash)
    machinery = world.machinery()
    tools = Tools(
        connect=world.connect,
        key=KEY,
        recorder=journal.recorder(run),
        backup=machinery.backups,
        lease=Leases(world.store, "the dead run", now=world.utc_now, process=dead),
        now=machinery.now,
        sleep=machinery.sleep,
    )
    with pytest.raises(Killed):
        Transaction(city.device(NAME), NEW, approved, tools).run()
    return run


@pytest.mark.parametrize("strike", ["kill", "kill_after"])
@pytest.mark.parametrize("call", CALLS)
def test_the_next_start_finds_old_or_new_says_which_and_leaves_nothing_behind(
    world: World, city: City, dead: Process, call: str, strike: str
) -> None:
    run = killed(world, city, dead, call, strike)
    device = world.devices[NAME]
    assert world.recover(city) == frozenset()
    assert (device.files, device.locked_by, device.reverts_at) == (0, None, None)
    found = [event for event in world.journal.events(run, NAME) if event.kind == "recovered"]
    told = {"before": OLD, "after": NEW, "unsaved": NEW}
    assert device.running == told[found[0].payload["standing"]]
    done = device.running == device.startup == NEW
    assert world.states(run)[NAME] is (TargetState.DONE if done else TargetState.FAILED)
    assert world.run_state(run) is RunState.INTERRUPTED
    assert Leases(world.store, "x").holders() == ()


def test_every_outcome_of_a_kill_occurs(world: World, city: City, dead: Process) -> None:
    """The test above means something only if kills end in more than one way."""
    killed(world, city, dead, "commit", "kill_after")
    device = world.devices[NAME]
    assert device.running == NEW
    assert device.reverts_at is not None
    world.recover(city)
    assert device.log == ["reverted by itself"]
