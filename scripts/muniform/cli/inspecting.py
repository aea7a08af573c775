"""Commands that read the world and change nothing: plan, drift."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from muniform.cli import show, showplan
from muniform.cli.approving import look_twice
from muniform.cli.context import context
from muniform.cli.options import AsJson, Inventory, Targets, Words
from muniform.cli.planning import make_plan
from muniform.plan import Plan, Verdict, write_plan
from muniform.rollout import hash_key

EXIT_CHANGES = 2


def register(app: typer.Typer) -> None:
    app.command()(plan)
    app.command()(drift)


def plan(
    targets: Words = None,
    target: Targets = None,
    commit: Annotated[str | None, typer.Option("--commit", help="Plan this commit.")] = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write the plan to this file as well, for a push."),
    ] = None,
    full: Annotated[bool, typer.Option("--all", help="Show unchanged targets too.")] = False,
    inventory: Inventory = None,
) -> None:
    """Compare what runs with what is declared; changes nothing. Exits with 2 on changes."""
    here = context(inventory)
    with here.files_of(commit) as (there, revision):
        planned = make_plan(there, there.city(), _wanted(targets, target), revision)
    if out is not None:
        write_plan(out, planned, hash_key(here.secrets))
    if as_json:
        typer.echo(planned.to_json())
    else:
        look_twice(planned)
        showplan.plan(planned, unchanged=full)
    if out is not None:
        show.note(f"written to {out}; to carry it out: muniform push {out}")
    raise typer.Exit(_code(planned))


def drift(
    targets: Words = None,
    target: Targets = None,
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Say which targets no longer run what is declared. Exits with 2 if any does."""
    here = context(inventory)
    planned = make_plan(here, here.city(), _wanted(targets, target), here.repository.head())
    if as_json:
        typer.echo(planned.to_json())
    else:
        _tell_drift(planned)
    raise typer.Exit(_code(planned))


def _tell_drift(planned: Plan) -> None:
    """As a plan is told: grouped by equal diffs, counts last."""
    for names, lines in planned.groups():
        show.say(f"{', '.join(names)}: drifted; to bring {_it(names)} back:", "bold")
        show.diff(lines)
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
        show.say("  -> muniform rollout brings them back; muniform adopt DEVICE keeps a deviation")


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "each of them"


def _wanted(words: Sequence[str] | None, options: Sequence[str] | None) -> tuple[str, ...]:
    return (*(words or ()), *(options or ()))


def _code(planned: Plan) -> int:
    if planned.having(Verdict.BLOCKED):
        return 1
    return EXIT_CHANGES if planned.having(Verdict.CHANGE) else 0
