"""``muniform journal give-up``: only for a run about which nothing can be known from here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from muniform.cli import journals
from muniform.cli.context import Context
from muniform.errors import RolloutError, UsageError
from muniform.rollout import Journal, TargetState
from muniform.rollout.leases import Process, this_process
from muniform.rollout.store import Store


@pytest.fixture
def state(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(journals, "context", lambda _: Context(root, tmp_path))
    monkeypatch.delenv("MUNIFORM_JOURNAL", raising=False)
    return tmp_path


def left_by(state: Path, process: Process) -> int:
    with Journal(Store.open(state / "journal.sqlite"), process=process) as journal:
        run = journal.start_run("rollout", "c0ffee", "digest", ["fs03-sw1"], operator="alice")
        journal.set_state(run, "fs03-sw1", TargetState.RUNNING, "a", "b")
    return run.id


def state_of(state: Path) -> TargetState:
    with Journal.open(state / "journal.sqlite") as journal:
        return journal.targets(journal.last_runs()[0])[0].state


def test_a_run_of_another_machine(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = left_by(state, replace(this_process(), host="other-host"))
    journals.give_up(run)
    assert state_of(state) is TargetState.UNKNOWN
    said = capsys.readouterr().out
    assert f"run {run} of alice on other-host was given up" in said
    assert "fs03-sw1: the next rollout reads it again" in said


def test_a_run_that_is_under_way_here(state: Path) -> None:
    run = left_by(state, this_process())
    with pytest.raises(RolloutError, match="is under way on this machine"):
        journals.give_up(run)
    assert state_of(state) is TargetState.RUNNING


def test_no_such_run(state: Path) -> None:
    left_by(state, this_process())
    with pytest.raises(UsageError, match="there is no run 99 that has not ended"):
        journals.give_up(99)
