"""What must hold before anything is changed: a clean tree, a whole plan, somebody's approval.

Shared by rollout, push and restore.
"""

from __future__ import annotations

from collections.abc import Collection

from muniform.cli import show
from muniform.cli.context import Context
from muniform.errors import RolloutError
from muniform.plan import Plan, Verdict

_SHORTEST = 12
"""Of a digest, in hexadecimal digits: what a person reads out."""


def refuse_dirty(here: Context) -> None:
    changed = here.repository.changed_files()
    if changed:
        listed = ", ".join(changed[:5]) + (" ..." if len(changed) > 5 else "")
        raise RolloutError(
            f"the working tree differs from its commit: {listed}",
            "commit first, or name what to roll out: muniform rollout --commit REV",
        )


def refuse_blocked(planned: Plan) -> None:
    blocked = planned.having(Verdict.BLOCKED)
    if blocked:
        names = ", ".join(target.name for target in blocked)
        raise RolloutError(
            f"{len(blocked)} targets cannot be planned: {names}",
            "bring them into reach, or leave them out with --target",
        )


def refuse_unread(planned: Plan, unread: Collection[str]) -> None:
    """What an earlier run may have left half done is read before it is changed again."""
    names = [target.name for target in planned.having(Verdict.CHANGE) if target.name in unread]
    if names:
        raise RolloutError(
            f"an earlier run was interrupted while it changed {', '.join(names)}, and how that "
            "ended could not be read yet",
            "start again: it is read first; or leave it out with --target",
        )


def approve(planned: Plan, yes: bool, approved: str | None, command: str) -> None:
    """Return only if the plan is approved. ``command`` is what to call again with its digest."""
    if approved is not None:
        if len(approved) < _SHORTEST or not planned.digest.startswith(approved):
            raise RolloutError(
                f"plan {planned.short_digest} is not the approved {approved[:_SHORTEST]}",
                "something changed since: look at the plan above and approve its digest",
            )
        return
    if yes or show.asked(f"Apply plan {planned.short_digest}?"):
        return
    raise RolloutError(
        "not approved; nothing was changed",
        f"approve it: {command} --approve {planned.short_digest} (or --yes)",
    )


def look_twice(planned: Plan) -> None:
    """What speaks for care, by reason: a reason that many share is read once."""
    shared: dict[str, list[str]] = {}
    for target in planned.targets:
        for reason in target.risk:
            shared.setdefault(reason, []).append(target.name)
    for reason, names in shared.items():
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        show.say(f"look twice at {', '.join(names[:3])}{more}: {reason}", "yellow")
