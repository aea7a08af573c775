"""Commands that read the world and change nothing: plan, drift."""

from __future__ import annotations

from typing import Annotated

import typer

from muniform.cli import show, showplan
from muniform.cli.context import context
from muniform.cli.options import Inventory, Targets
from muniform.cli.planning import make_plan
from muniform.plan import Plan, Verdict

EXIT_CHANGES = 2


def register(app: typer.Typer) -> None:
    app.command()(plan)
    app.command()(drift)


def plan(
    target: Targets = None,
    commit: Annotated[str | None, typer.Option("--commit", help="Plan this commit.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    full: Annotated[bool, typer.Option("--all", help="Show unchanged targets too.")] = False,
    inventory: Inventory = None,
) -> None:
    """Compare what runs with what is declared; changes nothing. Exits with 2 on changes."""
    here = context(inventory)
    with here.files_of(commit) as (there, revision):
        planned = make_plan(there, there.city(), target or (), revision)
    if as_json:
        typer.echo(planned.to_json())
    else:
        showplan.plan(planned, unchanged=full)
    raise typer.Exit(_code(planned))


def drift(target: Targets = None, inventory: Inventory = None) -> None:
    """Say which targets no longer run what is declared. Exits with 2 if any does."""
    here = context(inventory)
    planned = make_plan(here, here.city(), target or (), here.repository.head())
    for found in planned.having(Verdict.CHANGE):
        show.say(f"{found.name}: drifted; to bring it back:", "bold")
        show.diff(found.diff)
    for found in planned.having(Verdict.BLOCKED):
        show.say(f"{found.name}: cannot be read", "bold red")
        show.say(f"    {found.message}")
    changed, blocked = planned.having(Verdict.CHANGE), planned.having(Verdict.BLOCKED)
    show.say(
        f"drift: {len(changed)} drifted, {len(blocked)} unreadable, "
        f"{len(planned.targets) - len(changed) - len(blocked)} as declared",
        "bold",
    )
    if changed:
        show.say("  -> muniform rollout brings them back")
    raise typer.Exit(_code(planned))


def _code(planned: Plan) -> int:
    if planned.having(Verdict.BLOCKED):
        return 1
    return EXIT_CHANGES if planned.having(Verdict.CHANGE) else 0
