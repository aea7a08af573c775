"""The command that changes devices and hosts: rollout."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from muniform.cli import show, showplan
from muniform.cli.context import Context, context
from muniform.cli.machinery import machinery, open_journal
from muniform.cli.options import Inventory, Targets, Yes
from muniform.cli.planning import make_plan
from muniform.devices.temporary import sweep_temporary_folders
from muniform.errors import RolloutError
from muniform.model import City
from muniform.plan import Plan, Verdict
from muniform.results import Status, Summary
from muniform.rollout import Rollout, Watcher, recover


def register(app: typer.Typer) -> None:
    app.command()(rollout)


def rollout(
    commit: Annotated[
        str | None, typer.Option("--commit", help="Roll out this commit: what a merge does.")
    ] = None,
    target: Targets = None,
    yes: Yes = False,
    approve: Annotated[
        str | None, typer.Option("--approve", help="Approve the plan with this digest only.")
    ] = None,
    inventory: Inventory = None,
) -> None:
    """Bring targets to their standard: plan, approval, canary, then site by site.

    Takes its files from a commit: the one named, or the one that is checked out.
    """
    here = context(inventory)
    sweep_temporary_folders(here.state)
    if commit is None:
        _refuse_dirty(here)
    # Never the working tree itself: what is edited from here on changes nothing any more.
    with here.files_of(commit or "HEAD") as (there, revision), open_journal(there) as journal:
        city = there.city()
        there.reach(city).require()
        tools = machinery(there, city, journal)
        unread = recover(city, tools, show.say)
        planned = make_plan(there, city, target or (), revision)
        # What was approved before is not shown in full once more.
        showplan.plan(planned, diffs=not (yes or approve))
        _refuse_blocked(planned)
        if not planned.having(Verdict.CHANGE):
            show.say("nothing to do: every target runs what is declared")
            return
        _refuse_unread(planned, unread)
        _approve(planned, yes, approve)
        watcher = Watcher(
            showplan.wave, lambda name: show.say(f"  {name}: started"), showplan.result
        )
        summary = Rollout(city, planned, tools, watcher).run()
    _conclude(city, summary)


def _refuse_dirty(here: Context) -> None:
    changed = here.repository.changed_files()
    if changed:
        listed = ", ".join(changed[:5]) + (" ..." if len(changed) > 5 else "")
        raise RolloutError(
            f"the working tree differs from its commit: {listed}",
            "commit first, or name what to roll out: muniform rollout --commit REV",
        )


def _refuse_blocked(planned: Plan) -> None:
    blocked = planned.having(Verdict.BLOCKED)
    if blocked:
        names = ", ".join(target.name for target in blocked)
        raise RolloutError(
            f"{len(blocked)} targets cannot be planned: {names}",
            "bring them into reach, or leave them out with --target",
        )


def _refuse_unread(planned: Plan, unread: Collection[str]) -> None:
    """What an earlier run may have left half done is read before it is changed again."""
    names = [target.name for target in planned.having(Verdict.CHANGE) if target.name in unread]
    if names:
        raise RolloutError(
            f"an earlier run was interrupted while it changed {', '.join(names)}, and how that "
            "ended could not be read yet",
            "start again: it is read first; or leave it out with --target",
        )


def _approve(planned: Plan, yes: bool, approved: str | None) -> None:
    if approved is not None:
        if len(approved) < 12 or not planned.digest.startswith(approved):
            raise RolloutError(
                f"plan {planned.short_digest} is not the approved {approved[:12]}",
                "something changed since: look at the plan above and approve its digest",
            )
        return
    if yes or show.asked(f"Apply plan {planned.short_digest}?"):
        return
    raise RolloutError(
        "not approved; nothing was changed",
        f"approve it: muniform rollout --approve {planned.short_digest} (or --yes)",
    )


def _conclude(city: City, summary: Summary) -> None:
    showplan.summary(summary)
    stopped_by = next((r for r in summary.failed if r.status is not Status.STALE), None)
    if stopped_by:
        raise RolloutError(
            f"stopped at {stopped_by.target} ({stopped_by.status.value}); "
            "targets after it were not started",
            stopped_by.hint or "look at its message above, then run the rollout again",
        )
    if summary.failed:
        names = ", ".join(result.target for result in summary.failed)
        raise RolloutError(
            f"no longer what the plan read, and not changed: {names}",
            "look at them and roll out once more: muniform plan",
        )
    show.say(f"{city.name}: every planned target was read back as declared")
