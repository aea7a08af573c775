"""What a person sees of a plan and of a rollout."""

from __future__ import annotations

from muniform.cli.show import diff, say
from muniform.plan import Plan, TargetPlan, Verdict
from muniform.results import Result, Status, Summary
from muniform.rollout import Wave

_STATUS_COLOURS = {
    Status.UNCHANGED: "dim",
    Status.CHANGED: "green",
    Status.SKIPPED: "dim",
    Status.REVERTED: "yellow",
    Status.STALE: "yellow",
}


LONGEST = 1000
"""Lines of diffs that a person may still read; of more, each diff's beginning is shown."""
_BEGINNING = 8


def plan(planned: Plan, *, diffs: bool = True, unchanged: bool = False) -> None:
    """Changes grouped by equal diffs; unchanged targets only on request; counts last."""
    groups = planned.groups()
    is_long = len(groups) > 1 and sum(len(lines) for _, lines in groups) > LONGEST
    for names, lines in groups:
        say(f"{_names(names)}: {_size(lines)}", "bold")
        if diffs:
            shown = lines[:_BEGINNING] if is_long else lines
            diff(shown)
            if left := len(lines) - len(shown):
                say(f"  ... {left} more lines: muniform plan {names[0]}", "dim")
    for target in planned.having(Verdict.BLOCKED):
        say(f"{target.name}: cannot be planned", "bold red")
        _reason(target)
    if unchanged:
        for target in planned.having(Verdict.UNCHANGED):
            say(f"{target.name}: as intended", "dim")
    counts = {verdict: len(planned.having(verdict)) for verdict in Verdict}
    say(
        f"plan {planned.short_digest}: {counts[Verdict.CHANGE]} to change, "
        f"{counts[Verdict.UNCHANGED]} as intended, {counts[Verdict.BLOCKED]} blocked",
        "bold",
    )


def wave(started: Wave) -> None:
    say(f"wave {started.name}: {', '.join(t.name for t in started.targets)}", "bold")


def result(done: Result, *, evidence: bool = False) -> None:
    """One outcome; the facts that led to it if it went wrong, or if they are asked for."""
    took = f" ({done.elapsed:.1f} s)" if done.elapsed else ""
    say(f"  {done.target}: {done.status.value}{took}", _STATUS_COLOURS.get(done.status, "bold red"))
    if evidence or not (done.status.ok or done.status is Status.SKIPPED):
        for fact in done.evidence:
            say(f"    . {fact}", "dim")
    if done.message and done.status is not Status.SKIPPED:
        say(f"    {done.message}")
    if done.hint:
        say(f"    -> {done.hint}")


def summary(done: Summary, kind: str = "rollout") -> None:
    parts = [f"{done.count(status)} {status.value}" for status in Status if done.count(status)]
    say(f"{kind}: " + (", ".join(parts) or "nothing to do"), "bold")


def _size(lines: tuple[str, ...]) -> str:
    """How large a change is: ``+24 -3 lines``."""
    signs = [line.strip()[:1] for line in lines]
    counts = ((sign, signs.count(sign)) for sign in "+~-")
    return " ".join(f"{sign}{count}" for sign, count in counts if count) + " lines"


def _names(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{len(names)} targets, the same change: {', '.join(names)}"


def _reason(target: TargetPlan) -> None:
    say(f"    {target.message}")
    if target.hint:
        say(f"    -> {target.hint}")
