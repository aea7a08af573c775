"""Carries out an approved plan: wave after wave, journal first, stop at the first failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from muniform.devices import Approved, Tools, Transaction
from muniform.errors import MuniformError
from muniform.model import City
from muniform.plan import Kind, Plan, TargetPlan
from muniform.results import Result, Status, Summary
from muniform.rollout.hostwave import HostWave
from muniform.rollout.journal import Run, RunState, TargetState
from muniform.rollout.leases import Leases
from muniform.rollout.machinery import Machinery
from muniform.rollout.watching import WatchedRecorder, Watcher
from muniform.rollout.waves import Wave, waves

_STATES = {
    Status.UNCHANGED: TargetState.DONE,
    Status.CHANGED: TargetState.DONE,
    Status.REVERTED: TargetState.REVERTED,
    Status.STALE: TargetState.STALE,
    Status.SKIPPED: TargetState.SKIPPED,
}


class Rollout:
    """One rollout of one approved plan."""

    def __init__(self, city: City, plan: Plan, machinery: Machinery, watcher: Watcher) -> None:
        self._city = city
        self._plan = plan
        self._machinery = machinery
        self._watcher = watcher.unheeded()
        self._results: list[Result] = []

    def run(self) -> Summary:
        """Carry the plan out. Every target of the plan's waves has a result at the end.

        What is raised in the middle of a target's change leaves the run open in the journal: the
        next start finds its process dead, reads the target again and ends the run.
        """
        ordered = waves(self._city, self._plan)
        names = [target.name for wave in ordered for target in wave.targets]
        journal = self._machinery.journal
        run = journal.start_run(self._machinery.kind, self._plan.commit, self._plan.digest, names)
        try:
            for wave in ordered:
                self._wave(run, wave)
        except Exception:
            self._end_if_known(run)
            raise
        failed = any(not result.status.ok for result in self._results)
        journal.end_run(run, RunState.FAILED if failed else RunState.DONE)
        return Summary.of(self._results)

    def _end_if_known(self, run: Run) -> None:
        """After a fault of our own: end the run if no target of it was being changed."""
        journal = self._machinery.journal
        with suppress(MuniformError):
            states = {target.state for target in journal.targets(run)}
            if TargetState.RUNNING not in states:
                journal.end_run(run, RunState.FAILED)

    def _wave(self, run: Run, wave: Wave) -> None:
        self._watcher.wave(wave)
        devices = [target for target in wave.targets if target.kind is Kind.DEVICE]
        hosts = [target for target in wave.targets if target.kind is Kind.HOST]
        for target in devices:
            self._guarded(run, [target], partial(self._device, run, target))
        if hosts:
            self._guarded(run, hosts, partial(self._hosts, run, hosts))

    def _guarded(
        self, run: Run, targets: Sequence[TargetPlan], act: Callable[[], Sequence[Result]]
    ) -> None:
        """Carry targets out unless something failed before; write states around the act."""
        journal = self._machinery.journal
        if any(_stops(result) for result in self._results):
            for target in targets:
                self._finish(run, target, _skipped(target.name))
            return
        for target in targets:
            self._watcher.started(target.name)
            journal.set_state(
                run, target.name, TargetState.RUNNING, target.pre_hash, target.post_hash
            )
        try:
            results = {result.target: result for result in act()}
        except MuniformError as error:
            results = {target.name: _failed(target, error) for target in targets}
        for target in targets:
            missing = Result(target.name, Status.FAILED, message=f"{target.name}: no result")
            self._finish(run, target, results.get(target.name, missing))

    def _finish(self, run: Run, target: TargetPlan, result: Result) -> None:
        self._machinery.journal.set_state(run, target.name, _state(result))
        self._results.append(result)
        self._watcher.finished(result)

    def _device(self, run: Run, target: TargetPlan) -> Sequence[Result]:
        machinery = self._machinery
        device = self._city.device(target.name)
        try:
            intended = machinery.intended(device)
        except MuniformError as error:
            return [Result(target.name, Status.REFUSED, message=error.message, hint=error.hint)]
        tools = Tools(
            connect=machinery.connect,
            key=machinery.key,
            recorder=WatchedRecorder(machinery.journal.recorder(run), self._watcher.event),
            backup=machinery.backups,
            lease=self._leases(run),
            clock_scale=machinery.clock_scale(device),
            now=machinery.now,
            sleep=machinery.sleep,
        )
        approved = Approved(target.pre_hash, target.post_hash, target.diff_digest)
        return [Transaction(device, intended, approved, tools).run()]

    def _hosts(self, run: Run, targets: Sequence[TargetPlan]) -> Sequence[Result]:
        machinery = self._machinery
        recorder = machinery.journal.recorder(run)
        return HostWave(targets, machinery.run_hosts, self._leases(run), recorder).run()

    def _leases(self, run: Run) -> Leases:
        return Leases(self._machinery.journal.store, f"run {run.id} of {run.operator}")


def _state(result: Result) -> TargetState:
    """How a target stands in the journal. What is unsettled, the next start reads again."""
    if result.unsettled or result.status is Status.UNKNOWN:
        return TargetState.UNKNOWN
    return _STATES.get(result.status, TargetState.FAILED)


def _stops(result: Result) -> bool:
    """Whether nothing is started after it. A stale target was not touched: the others go on."""
    return not result.status.ok and result.status is not Status.STALE


def _failed(target: TargetPlan, error: MuniformError) -> Result:
    """What is raised in a device's change leaves open how far it came."""
    status = Status.UNKNOWN if target.kind is Kind.DEVICE else Status.FAILED
    return Result(target.name, status, message=error.message, hint=error.hint)


def _skipped(name: str) -> Result:
    return Result(name, Status.SKIPPED, message="not started: the rollout stopped before it")
