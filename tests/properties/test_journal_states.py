"""Runs, kills and restarts in any order: the journal agrees with a model of it, and verifies."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muniform.rollout.journal import Journal, Run, RunState, TargetState
from muniform.rollout.leases import this_process
from muniform.rollout.store import Store

TARGETS = ("dc01-sw1", "fs03-sw1", "lb05-sw1")


class JournalMachine(RuleBasedStateMachine):
    """Each start is another process: an earlier boot of this machine is surely dead."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.starts = 0
        self.runs: dict[int, Run] = {}
        self.model: dict[int, dict[str, TargetState]] = {}
        self.written = 0
        self.start_process()

    def start_process(self) -> None:
        self.starts += 1
        process = replace(this_process(), boot_id=f"start {self.starts}")
        self.journal = Journal(Store.open(self.folder / "journal.sqlite"), process=process)

    @rule()
    def start_run(self) -> None:
        run = self.journal.start_run("merge", "c", "d", TARGETS)
        self.runs[run.id] = run
        self.model[run.id] = dict.fromkeys(TARGETS, TargetState.PENDING)
        self.written += 1

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), name=st.sampled_from(TARGETS), state=st.sampled_from(TargetState))
    def set_state(self, data: st.DataObject, name: str, state: TargetState) -> None:
        run = data.draw(st.sampled_from(list(self.runs.values())))
        self.journal.set_state(run, name, state)
        self.model[run.id][name] = state
        self.written += 1

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), payload=st.dictionaries(st.text(), st.text() | st.integers()))
    def record(self, data: st.DataObject, payload: dict[str, object]) -> None:
        run = data.draw(st.sampled_from(list(self.runs.values())))
        self.journal.record(run, "fs03-sw1", "note", payload)
        assert self.journal.events(run)[-1].payload == payload
        self.written += 1

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def end_run(self, data: st.DataObject) -> None:
        run = self.runs.pop(data.draw(st.sampled_from(list(self.runs))))
        self.journal.end_run(run, RunState.DONE)
        self.written += 1

    @rule()
    def die_and_start_again(self) -> None:
        self.journal.close()
        self.start_process()
        unknown = {(target.run_id, target.name) for target in self.journal.mark_unknown()}
        for run_id in self.runs:
            self.written += 1  # the adoption
            for target, state in self.model[run_id].items():
                if state is TargetState.RUNNING:
                    self.model[run_id][target] = TargetState.UNKNOWN
                    self.written += 1
        assert unknown == {
            (run_id, target)
            for run_id in self.runs
            for target, state in self.model[run_id].items()
            if state is TargetState.UNKNOWN
        }

    @invariant()
    def agrees_and_verifies(self) -> None:
        report = self.journal.verify()
        assert report.ok, report
        assert report.head.count == self.written
        assert {run.id for run in self.journal.unfinished()} == set(self.runs)
        for run in self.journal.last_runs(1000):
            states = {target.name: target.state for target in self.journal.targets(run)}
            assert states == self.model[run.id]

    def teardown(self) -> None:
        self.journal.close()
        shutil.rmtree(self.folder)


JournalMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestJournalMachine = JournalMachine.TestCase
