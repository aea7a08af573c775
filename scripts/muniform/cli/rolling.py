"""The command that changes devices and hosts: rollout."""

from __future__ import annotations

from typing import Annotated

import typer

from muniform.cli import show, showplan
from muniform.cli.approving import (
    approve,
    look_twice,
    refuse_blocked,
    refuse_dirty,
    refuse_unread,
)
from muniform.cli.concluding import conclude
from muniform.cli.context import context
from muniform.cli.machinery import machinery, open_journal
from muniform.cli.options import Approve, Inventory, Targets, Yes
from muniform.cli.planning import make_plan
from muniform.devices.temporary import sweep_temporary_folders
from muniform.plan import Verdict
from muniform.rollout import Rollout, Watcher, recover


def register(app: typer.Typer) -> None:
    app.command()(rollout)


def rollout(
    commit: Annotated[
        str | None, typer.Option("--commit", help="Roll out this commit: what a merge does.")
    ] = None,
    target: Targets = None,
    yes: Yes = False,
    approved: Approve = None,
    inventory: Inventory = None,
) -> None:
    """Bring targets to their standard: plan, approval, canary, then site by site.

    Takes its files from a commit: the one named, or the one that is checked out.
    """
    here = context(inventory)
    sweep_temporary_folders(here.state)
    if commit is None:
        refuse_dirty(here)
    # Never the working tree itself: what is edited from here on changes nothing any more.
    with here.files_of(commit or "HEAD") as (there, revision), open_journal(there) as journal:
        city = there.city()
        there.reach(city).require()
        tools = machinery(there, city, journal)
        unread = recover(city, tools, show.say)
        planned = make_plan(there, city, target or (), revision)
        # What was approved before is not shown in full once more.
        showplan.plan(planned, diffs=not (yes or approved))
        look_twice(planned)
        refuse_blocked(planned)
        if not planned.having(Verdict.CHANGE):
            show.say("nothing to do: every target runs what is declared")
            return
        refuse_unread(planned, unread)
        approve(planned, yes, approved, "muniform rollout")
        watcher = Watcher(
            showplan.wave, lambda name: show.say(f"  {name}: started"), showplan.result
        )
        summary = Rollout(city, planned, tools, watcher).run()
    conclude(city, summary)
