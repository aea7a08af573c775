"""``muniform journal`` and ``muniform lease``: what was done, and who may change what."""

from __future__ import annotations

from typing import Annotated

import typer

from muniform.cli import show
from muniform.cli.context import context
from muniform.cli.machinery import open_journal
from muniform.cli.options import Inventory
from muniform.errors import RolloutError, UsageError
from muniform.rollout import Leases
from muniform.rollout.leases import Life

journal_app = typer.Typer(help="What was done, run by run.", no_args_is_help=True)
lease_app = typer.Typer(help="Who holds the right to change a target.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(journal_app, name="journal")
    app.add_typer(lease_app, name="lease")


@journal_app.command("show")
def show_runs(inventory: Inventory = None) -> None:
    """Show the last runs and how their targets ended."""
    with open_journal(context(inventory)) as kept:
        for run in reversed(kept.last_runs()):
            show.say(
                f"run {run.id} {run.started_at:%Y-%m-%d %H:%M:%S} {run.kind} "
                f"{run.commit[:12] or 'no commit'} by {run.operator}: {run.state.value}"
            )
            for found in kept.targets(run):
                show.say(f"  {found.name}: {found.state.value}")


@journal_app.command()
def verify(inventory: Inventory = None) -> None:
    """Check the hash chain: nothing was edited, removed, inserted or moved."""
    with open_journal(context(inventory)) as kept:
        report = kept.verify()
    if not report.ok:
        reasons = [report.reason, *report.disagreements] if report.reason else report.disagreements
        raise RolloutError(
            "the journal was altered: " + "; ".join(str(reason) for reason in reasons),
            "keep this file as evidence and restore the journal from a backup",
        )
    show.say(f"the journal is whole: {report.head.count} events, head {report.head.hash[:16]}")


@journal_app.command("give-up")
def give_up(
    run: Annotated[int, typer.Argument(help="The run, of another machine, that is gone.")],
    inventory: Inventory = None,
) -> None:
    """Let the next rollout read again what a run was doing that is known to be gone."""
    with open_journal(context(inventory)) as kept:
        found = next((left for left in kept.unfinished() if left.id == run), None)
        if found is None:
            raise UsageError(
                f"there is no run {run} that has not ended", "see them: muniform journal show"
            )
        if kept.life_of(found) is Life.ALIVE:
            raise RolloutError(
                f"run {run} of {found.operator} is under way on this machine",
                f"let it finish, or stop it: kill -INT {found.process.pid}",
            )
        unknown = [target for target in kept.mark_unknown(given_up=[run]) if target.run_id == run]
    show.say(f"run {run} of {found.operator} on {found.process.host} was given up")
    for target in unknown:
        show.say(f"  {target.name}: the next rollout reads it again")


@lease_app.command("list")
def list_leases(inventory: Inventory = None) -> None:
    """Show every lease that is held."""
    with open_journal(context(inventory)) as kept:
        holders = Leases(kept.store, "operator").holders()
    for holder in holders:
        show.say(f"{holder.target}: {holder.owner}, until {holder.expires_at:%Y-%m-%d %H:%M:%S}")
    if not holders:
        show.say("no target is being changed")


@lease_app.command()
def free(
    target: Annotated[str, typer.Argument(help="The target whose lease is to end.")],
    inventory: Inventory = None,
) -> None:
    """End the lease of a rollout that is known to be gone."""
    with open_journal(context(inventory)) as kept:
        freed = Leases(kept.store, "operator").free(target)
    show.say(f"{target}: freed the lease of {freed.owner}" if freed else f"{target}: no lease")
