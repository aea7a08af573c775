"""The hosts of one wave: a look before, one run, a look after; each under its lease.

What is applied is what was approved. Just before the run every host is asked again what would
change, and is left out if that is no longer the approved diff; after it, what was done is held
against the approval, and a last look must find nothing left to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from muniform.devices.protocols import Recorder
from muniform.errors import MuniformError, RolloutError
from muniform.hosts import RunSettings, deviation
from muniform.plan import RunHosts, TargetPlan, host_digest
from muniform.results import Result, Status
from muniform.rollout.leases import Held, Leases

LEASE_SECONDS = RunSettings.timeout + 300.0
"""Longer than one run can take, with its start and its end. Renewed before each run."""


class HostWave:
    """Carries the approved changes of some hosts out, side by side."""

    def __init__(
        self, targets: Sequence[TargetPlan], run: RunHosts, leases: Leases, recorder: Recorder
    ) -> None:
        self._targets = {target.name: target for target in targets}
        self._run = run
        self._leases = leases
        self._recorder = recorder
        self._held: dict[str, Held] = {}
        self._results: dict[str, Result] = {}

    def run(self) -> tuple[Result, ...]:
        """Carry them out; a result for each. Errors of ours become results.

        Whatever else is raised (Ctrl-C, a fault of our own) leaves the leases to expire with the
        process, since nobody knows then how the hosts stand.
        """
        self._for_each(self._targets, self._acquire)
        try:
            ready = self._still_as_approved()
            applied = self._apply(ready)
            self._read_back(applied)
        except MuniformError as error:
            self._fail(self._unfinished(), error)
        for name in self._held:
            self._release(name)
        return tuple(
            self._results.get(name) or Result(name, Status.FAILED, message=f"{name}: no result")
            for name in self._targets
        )

    def _still_as_approved(self) -> list[str]:
        """Those on which exactly the approved change is still to be made."""
        ready = []
        for result in self._ask(self._unfinished(), check=True):
            found = host_digest(result.diff)
            if result.status is Status.UNCHANGED:
                self._end(_with(result, "already as intended"))
            elif result.status is not Status.CHANGED:
                self._end(result)
            elif found == self._targets[result.target].diff_digest:
                ready.append(result.target)
            else:
                self._recorder.record(result.target, "stale", {"diff_digest": found})
                self._end(_stale(result))
        return ready

    def _apply(self, ready: Sequence[str]) -> dict[str, Result]:
        """What was done to each, where it ended well."""
        kept = self._for_each(ready, self._renew)
        for name in kept:
            digest = self._targets[name].diff_digest
            self._recorder.record(name, "converge", {"diff_digest": digest})
        applied = {}
        for result in self._ask(kept, check=False):
            if result.status.ok:
                applied[result.target] = result
            else:
                self._end(result)
        return applied

    def _read_back(self, applied: dict[str, Result]) -> None:
        kept = self._for_each(applied, self._renew)
        try:
            seen = {result.target: result for result in self._ask(kept, check=True)}
        except MuniformError as error:
            for name in kept:
                said = f"{name}: changed, and not read back: {error.message}"
                self._end(_with(applied[name], said, error.hint, Status.FAILED))
            return
        for name in kept:
            self._end(judge(self._targets[name].diff, applied[name], seen.get(name)))

    def _ask(self, names: Sequence[str], *, check: bool) -> tuple[Result, ...]:
        return self._run(names, check) if names else ()

    def _for_each(self, names: Iterable[str], act: Callable[[str], None]) -> list[str]:
        """The names for which an act on their lease succeeded; the others have failed."""
        kept = []
        for name in names:
            try:
                act(name)
            except MuniformError as error:
                self._fail([name], error)
            else:
                kept.append(name)
        return kept

    def _acquire(self, name: str) -> None:
        self._held[name] = self._leases.acquire(name, LEASE_SECONDS)

    def _renew(self, name: str) -> None:
        self._held[name] = self._leases.renew(self._held[name], LEASE_SECONDS)

    def _release(self, name: str) -> None:
        """Give the lease back. One that was lost meanwhile turns success into a failure."""
        try:
            if not self._leases.release(self._held[name]):
                raise _lost(name)
        except MuniformError as error:
            result = self._results.get(name)
            if result and result.status.ok:
                self._end(_with(result, error.message, error.hint, Status.FAILED))

    def _unfinished(self) -> list[str]:
        return [name for name in self._targets if name not in self._results]

    def _fail(self, names: Iterable[str], error: MuniformError) -> None:
        for name in names:
            self._end(Result(name, Status.FAILED, message=error.message, hint=error.hint))

    def _end(self, result: Result) -> None:
        self._results[result.target] = result


def judge(approved: Sequence[str], applied: Result, seen: Result | None) -> Result:
    """A host is done when what was done was approved, and a look finds nothing left to change."""
    name = applied.target
    hint = f"look at it: muniform plan --target {name}"
    beyond = deviation(approved, applied.diff)
    if beyond:
        said = f"{name}: what was changed is not what was approved: {beyond}"
        return _with(applied, said, hint, Status.FAILED)
    if seen is None:
        return _with(applied, f"{name}: changed, and not read back", hint, Status.FAILED)
    if seen.status is not Status.UNCHANGED:
        said = f"{name}: still differs after the run: {seen.message or 'see the diff'}"
        return replace(_with(applied, said, hint, Status.FAILED), diff=seen.diff)
    return applied


def _with(result: Result, message: str, hint: str = "", status: Status | None = None) -> Result:
    return replace(result, message=message, hint=hint, status=status or result.status)


def _stale(found: Result) -> Result:
    return _with(
        found,
        f"{found.target} would change in another way than approved; it was not changed",
        f"make a new plan: muniform plan --target {found.target}",
        Status.STALE,
    )


def _lost(name: str) -> RolloutError:
    return RolloutError(
        f"the lease on {name} was lost while it was being changed: two changes may have met",
        f"read it again: muniform plan --target {name}",
    )
