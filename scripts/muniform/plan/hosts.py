"""Plans desktops and servers: a run of their playbooks in check mode."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from muniform.plan.plan import Kind, TargetPlan, Verdict
from muniform.results import Result, Status

RunHosts = Callable[[Sequence[str], bool], tuple[Result, ...]]
"""Runs the playbooks for these hosts; the flag asks for check mode."""


def plan_hosts(sites: dict[str, str], run: RunHosts) -> tuple[TargetPlan, ...]:
    """Ask every host in check mode what would change. ``sites`` maps a host to its site."""
    if not sites:
        return ()
    return tuple(_from_result(result, sites[result.target]) for result in run(tuple(sites), True))


def host_digest(diff: Iterable[str]) -> str:
    """What stands for a host's change: its masked diff."""
    return hashlib.sha256("\n".join(diff).encode()).hexdigest()


def _from_result(result: Result, site: str) -> TargetPlan:
    verdict = {Status.CHANGED: Verdict.CHANGE, Status.UNCHANGED: Verdict.UNCHANGED}.get(
        result.status, Verdict.BLOCKED
    )
    return TargetPlan(
        name=result.target,
        site=site,
        kind=Kind.HOST,
        verdict=verdict,
        fidelity="on-device",
        diff_digest=host_digest(result.diff),
        diff=result.diff,
        message=result.message,
        hint=result.hint,
    )
