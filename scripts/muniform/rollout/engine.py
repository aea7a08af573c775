"""Carries out an approved plan: wave after wave, journal first, stop at the first failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from muniform.devices import Approved, Tools, Transaction
from muniform.model import City
from muniform.plan import Kind, Plan, TargetPlan, host_digest
from muniform.render import render
from muniform.results import Result, Status, Summary
from muniform.rollout.journal import Run, RunState, TargetState
from muniform.rollout.leases import Leases
from muniform.rollout.machinery import Machinery
from muniform.rollout.waves import Wave, waves

_STATES = {
    Status.UNCHANGED: TargetState.DONE,
    Status.CHANGED: TargetState.DONE,
    Status.REVERTED: TargetState.REVERTED,
    Status.STALE: TargetState.STALE,
    Status.SKIPPED: TargetState.SKIPPED,
}
_HOST_LEASE = 1800.0


@dataclass(frozen=True)
class Watcher:
    """Called while a rollout runs, so that somebody can look on. Decides nothing."""

    wave: Callable[[Wave], None]
    started: Callable[[str], None]
    finished: Callable[[Result], None]


class Rollout:
    """One rollout of one approved plan."""

    def __init__(self, city: City, plan: Plan, machinery: Machinery, watcher: Watcher) -> None:
        self._city = city
        self._plan = plan
        self._machinery = machinery
        self._watcher = watcher
        self._results: list[Result] = []

    def run(self) -> Summary:
        """Carry the plan out. Every target of the plan's waves has a result at the end."""
        ordered = waves(self._city, self._plan)
        names = [target.name for wave in ordered for target in wave.targets]
        journal = self._machinery.journal
        run = journal.start_run("rollout", self._plan.commit, self._plan.digest, names)
        state = RunState.INTERRUPTED
        try:
            for wave in ordered:
                self._wave(run, wave)
            failed = any(not result.status.ok for result in self._results)
            state = RunState.FAILED if failed else RunState.DONE
        finally:
            if state is not RunState.INTERRUPTED:
                journal.end_run(run, state)
        return Summary.of(self._results)

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
        if any(not result.status.ok for result in self._results):
            for target in targets:
                self._finish(run, target, _skipped(target.name))
            return
        for target in targets:
            self._watcher.started(target.name)
            journal.set_state(
                run, target.name, TargetState.RUNNING, target.pre_hash, target.post_hash
            )
        results = {result.target: result for result in act()}
        for target in targets:
            missing = Result(target.name, Status.FAILED, message=f"{target.name}: no result")
            self._finish(run, target, results.get(target.name, missing))

    def _finish(self, run: Run, target: TargetPlan, result: Result) -> None:
        state = _STATES.get(result.status, TargetState.FAILED)
        self._machinery.journal.set_state(run, target.name, state)
        self._results.append(result)
        self._watcher.finished(result)

    def _device(self, run: Run, target: TargetPlan) -> Sequence[Result]:
        machinery = self._machinery
        device = self._city.device(target.name)
        tools = Tools(
            connect=machinery.connect,
            key=machinery.key,
            recorder=machinery.journal.recorder(run),
            backup=machinery.backups,
            lease=self._leases(run),
            clock_scale=machinery.clock_scale(device),
        )
        approved = Approved(target.pre_hash, target.post_hash, target.diff_digest)
        intended = machinery.secrets.resolve(render(device))
        return [Transaction(device, intended, approved, tools).run()]

    def _hosts(self, run: Run, targets: Sequence[TargetPlan]) -> Sequence[Result]:
        """One Ansible run for all hosts of the wave, then one in check mode to read back."""
        names = [target.name for target in targets]
        recorder = self._machinery.journal.recorder(run)
        with _all_held(self._leases(run), names):
            for target in targets:
                recorder.record(target.name, "converge", {"diff_digest": target.diff_digest})
            applied = self._machinery.run_hosts(names, False)
            worked = [result.target for result in applied if result.status.ok]
            after = {r.target: r for r in self._machinery.run_hosts(worked, True)} if worked else {}
        approved = {target.name: target.diff_digest for target in targets}
        return [
            _judge(result, after.get(result.target), approved[result.target]) for result in applied
        ]

    def _leases(self, run: Run) -> Leases:
        return Leases(self._machinery.journal.store, f"run {run.id} of {run.operator}")


@contextmanager
def _all_held(leases: Leases, names: Sequence[str]) -> Iterator[None]:
    held = []
    try:
        for name in names:
            held.append(leases.acquire(name, _HOST_LEASE))
        yield
    finally:
        for lease in held:
            leases.release(lease)


def _judge(applied: Result, after: Result | None, approved: str) -> Result:
    """A host is done when a second look, in check mode, finds nothing left to change."""
    if not applied.status.ok or after is None:
        return applied
    if after.status is not Status.UNCHANGED:
        return Result(
            applied.target,
            Status.FAILED,
            after.diff,
            f"{applied.target}: still differs after the run: {after.message or 'see the diff'}",
            f"look at it: muniform plan --target {applied.target}",
        )
    if applied.status is Status.CHANGED and host_digest(applied.diff) != approved:
        return Result(
            applied.target,
            applied.status,
            applied.diff,
            "what was changed differs from what check mode had announced",
            applied.hint,
            applied.elapsed,
        )
    return applied


def _skipped(name: str) -> Result:
    return Result(name, Status.SKIPPED, message="not started: the rollout stopped before it")
