"""What the journal promises to the engine: durable, masked, append-only, and never ambiguous."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniform.devices.protocols import Recorder
from muniform.errors import RolloutError
from muniform.masking import MASK, Secret
from muniform.rollout.journal import Journal, RunState, TargetState
from muniform.rollout.leases import this_process
from muniform.rollout.store import Store

PASSWORD = Secret("automation_password", 'päss"wörd\\1')


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path, [PASSWORD], Clock()) as journal:
        yield journal


def test_a_run_from_start_to_end(journal: Journal) -> None:
    run = journal.start_run("merge", "4f2a", "d1", ["fs03-sw1", "lb05-sw1"], operator="alice")
    journal.set_state(run, "fs03-sw1", TargetState.RUNNING, pre_hash="aa")
    journal.record(run, "fs03-sw1", "commit", {"timer": 120, "post_hash": "bb"})
    journal.set_state(run, "fs03-sw1", TargetState.DONE, post_hash="bb")
    journal.set_states(run, ["lb05-sw1"], TargetState.SKIPPED)
    ended = journal.end_run(run, RunState.DONE)

    assert journal.last_runs() == (ended,)
    assert (ended.operator, ended.commit, ended.state) == ("alice", "4f2a", RunState.DONE)
    assert ended.started_at == datetime(2025, 3, 1, 2, 0, 1, tzinfo=UTC)
    assert journal.unfinished() == ()
    done, skipped = journal.targets(run)
    assert (done.state, done.pre_hash, done.post_hash) == (TargetState.DONE, "aa", "bb")
    assert skipped.state is TargetState.SKIPPED
    kinds = [event.kind for event in journal.events(run)]
    assert kinds == ["run-started", "state", "commit", "state", "state", "run-ended"]
    assert [event.seq for event in journal.events(run)] == [1, 2, 3, 4, 5, 6]
    assert journal.events(target="lb05-sw1")[0].payload == {"state": "SKIPPED"}
    assert journal.verify().ok


def test_times_are_utc_with_microseconds(journal: Journal, path: Path) -> None:
    journal.start_run("merge", "c", "d", [])
    stored = sqlite3.connect(path).execute("SELECT started_at FROM runs").fetchone()
    assert stored == ("2025-03-01T02:00:01.000000+00:00",)


def test_a_recorded_event_is_seen_by_others_at_once(journal: Journal, path: Path) -> None:
    run = journal.start_run("merge", "c", "d", ["t"])
    journal.recorder(run).record("t", "load", {"lines": ["ntp server 10.1.1.10"]})
    with Journal.open(path) as other:
        assert other.events()[-1].payload == {"lines": ["ntp server 10.1.1.10"]}


def test_the_recorder_is_what_devices_ask_for(journal: Journal) -> None:
    recorder: Recorder = journal.recorder(journal.start_run("merge", "c", "d", ["t"]))
    recorder.record("t", "confirm", {})
    assert [event.target for event in journal.events()] == [None, "t"]


def test_secrets_are_masked_wherever_they_stand(journal: Journal, path: Path) -> None:
    value = PASSWORD.reveal()
    run = journal.start_run(value, value, value, ["t"], operator=f"alice {value}")
    journal.record(run, "t", "load", {"deep": [{"diff": f"+ secret {value}!"}], value: 1})
    assert journal.events()[-1].payload == {"deep": [{"diff": f"+ secret {MASK}!"}], MASK: 1}
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for spelling in (value, value[2:5], 'p\\u00e4ss\\"w\\u00f6rd'):
        assert spelling.encode() not in kept
    assert journal.verify().ok


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"a": [PASSWORD]}, "payload.a[0] can't be recorded: it is Secret"),
        ({PASSWORD: 1}, "payload can't be recorded: a key is Secret"),
        ({"a": b"x"}, "payload.a can't be recorded: it is bytes"),
        ({"a": float("nan")}, "payload.a can't be recorded: it is float"),
        ({"a": {1: 2}}, "payload.a can't be recorded: a key is int"),
    ],
)
def test_what_json_has_no_word_for_is_refused(
    journal: Journal, payload: dict[str, object], message: str
) -> None:
    run = journal.start_run("merge", "c", "d", ["t"])
    with pytest.raises(TypeError) as caught:
        journal.record(run, "t", "load", payload)
    assert str(caught.value) == message
    assert len(journal.events()) == 1
    assert journal.verify().ok


def test_the_journals_own_kinds_cannot_be_forged(journal: Journal) -> None:
    run = journal.start_run("merge", "c", "d", ["t"])
    with pytest.raises(ValueError, match="'state' are written by the journal itself"):
        journal.record(run, "t", "state", {"state": "DONE"})


def test_a_state_for_a_stranger_changes_nothing(journal: Journal) -> None:
    run = journal.start_run("merge", "c", "d", ["a", "b"])
    with pytest.raises(RolloutError, match="run 1 has no target x"):
        journal.set_states(run, ["a", "x"], TargetState.SKIPPED)
    assert {target.state for target in journal.targets(run)} == {TargetState.PENDING}
    assert len(journal.events()) == 1


def test_a_run_ends_once(journal: Journal) -> None:
    run = journal.start_run("merge", "c", "d", [])
    journal.end_run(run, RunState.FAILED)
    with pytest.raises(RolloutError, match="run 1 has ended already"):
        journal.end_run(run, RunState.DONE)
    assert journal.last_runs()[0].state is RunState.FAILED


def test_an_event_of_an_unknown_run_is_refused(journal: Journal, tmp_path: Path) -> None:
    with Journal.open(tmp_path / "other.sqlite") as other:
        foreign = other.start_run("merge", "c", "d", [])
    with pytest.raises(RolloutError, match="the run is not in this journal"):
        journal.record(foreign, "t", "load", {})


def test_last_runs_are_the_newest(journal: Journal) -> None:
    for commit in "abc":
        journal.start_run("merge", commit, "d", [])
    assert [run.commit for run in journal.last_runs(2)] == ["c", "b"]


def test_a_run_of_a_living_process_is_left_alone(journal: Journal) -> None:
    run = journal.start_run("merge", "c", "d", ["t"])
    journal.set_state(run, "t", TargetState.RUNNING)
    assert journal.mark_unknown() == ()
    assert journal.unfinished() == (run,)
    assert journal.targets(run)[0].state is TargetState.RUNNING


def test_a_run_from_before_the_machine_started_is_adopted(path: Path) -> None:
    earlier = replace(this_process(), boot_id="an earlier start")
    with Journal(Store.open(path), process=earlier) as before:
        run = before.start_run("merge", "c", "d", ["a", "b", "c"])
        before.set_state(run, "a", TargetState.DONE)
        before.set_state(run, "b", TargetState.RUNNING, pre_hash="aa")
    with Journal.open(path) as journal:
        (unknown,) = journal.mark_unknown()
        assert (unknown.name, unknown.state, unknown.pre_hash) == ("b", TargetState.UNKNOWN, "aa")
        states = [target.state for target in journal.targets(run)]
        assert states == [TargetState.DONE, TargetState.UNKNOWN, TargetState.PENDING]
        assert journal.verify().ok
        # It is ours now: its next RUNNING isn't taken for one of the dead process.
        journal.set_state(run, "b", TargetState.RUNNING)
        with Journal.open(path) as third:
            assert third.mark_unknown() == ()
        assert journal.unfinished()[0].process == this_process()


def test_unknown_stays_unknown_if_the_cleaner_dies_too(path: Path) -> None:
    for boot in ("first start", "second start"):
        with Journal(Store.open(path), process=replace(this_process(), boot_id=boot)) as journal:
            if boot == "first start":
                run = journal.start_run("merge", "c", "d", ["t"])
                journal.set_state(run, "t", TargetState.RUNNING)
            assert len(journal.mark_unknown()) == (boot == "second start")
    with Journal.open(path) as journal:
        assert [target.name for target in journal.mark_unknown()] == ["t"]


def test_a_run_on_another_machine_needs_an_operators_word(path: Path) -> None:
    with Journal(Store.open(path), process=replace(this_process(), host="ctl2")) as there:
        run = there.start_run("merge", "c", "d", ["t"])
        there.set_state(run, "t", TargetState.RUNNING)
    with Journal.open(path) as journal:
        assert journal.life_of(run) == "unknown"
        assert journal.mark_unknown() == ()
        assert [target.name for target in journal.mark_unknown(given_up=[run.id])] == ["t"]
