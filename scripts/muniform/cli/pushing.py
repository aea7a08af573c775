"""``muniform push``: carries out a plan that was kept in a file, for one or a few devices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from muniform.cli import show, showplan, showsteps
from muniform.cli.approving import approve, look_twice, refuse_blocked, refuse_unread
from muniform.cli.concluding import conclude
from muniform.cli.context import context
from muniform.cli.machinery import machinery, open_journal
from muniform.cli.options import Approve, Inventory, Targets, Yes
from muniform.devices import fingerprint, normalise
from muniform.devices.temporary import sweep_temporary_folders
from muniform.errors import RolloutError, UsageError
from muniform.model import City
from muniform.plan import Kind, Plan, Verdict, read_plan
from muniform.rollout import Machinery, Rollout, hash_key, recover

_A_FEW = 10
"""Devices. More than these are a rollout: it has canaries, waves and windows."""


def register(app: typer.Typer) -> None:
    app.command()(push)


def push(
    file: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A plan, from: muniform plan --out.")
    ],
    target: Targets = None,
    force: Annotated[
        bool, typer.Option("--force", help=f"Also more than {_A_FEW} devices.")
    ] = False,
    yes: Yes = False,
    approved: Approve = None,
    inventory: Inventory = None,
) -> None:
    """Carry out a plan on one or a few devices, one after the other, each as a transaction."""
    here = context(inventory)
    planned = read_plan(file, hash_key(here.secrets))
    planned = _few(_devices_of(planned, target or ()), force)
    sweep_temporary_folders(here.state)
    city = here.city()
    here.reach(city).require()
    with open_journal(here) as journal:
        tools = machinery(here, city, journal, "push")
        unread = recover(city, tools, show.say)
        _refuse_other_intent(city, planned, tools)
        showplan.plan(planned, diffs=not (yes or approved))
        look_twice(planned)
        refuse_blocked(planned)
        if not planned.having(Verdict.CHANGE):
            show.say("nothing to do: every target ran what is declared")
            return
        refuse_unread(planned, unread)
        approve(planned, yes, approved, f"muniform push {file}")
        summary = Rollout(city, planned, tools, showsteps.watcher()).run()
    conclude(city, summary, "push")


def _devices_of(planned: Plan, wanted: Sequence[str]) -> Plan:
    """The part of a plan that is pushed. Raises UsageError for names that are not in it."""
    known = {target.name: target for target in planned.targets}
    for word in wanted:
        if not any(word in (target.name, target.site) for target in planned.targets):
            raise UsageError(
                f"the plan says nothing of {word!r}", f"it is about: {', '.join(list(known)[:8])}"
            )
    named = [t for t in planned.targets if not wanted or t.name in wanted or t.site in wanted]
    hosts = [t.name for t in named if t.kind is Kind.HOST and t.verdict is not Verdict.UNCHANGED]
    if hosts:
        show.note(f"left out, a rollout changes them: {', '.join(hosts)}")
    return planned.only([t.name for t in named if t.kind is Kind.DEVICE])


def _few(planned: Plan, force: bool) -> Plan:
    count = len(planned.having(Verdict.CHANGE))
    if count > _A_FEW and not force:
        raise UsageError(
            f"the plan changes {count} devices; a push is for {_A_FEW} at most",
            "for canaries and waves: muniform rollout; or name some with --target, or --force",
        )
    return planned


def _refuse_other_intent(city: City, planned: Plan, tools: Machinery) -> None:
    """What is pushed is what was planned: the inventory must still say the same."""
    known = {device.name: device for device in city.devices}
    for target in planned.having(Verdict.CHANGE):
        device = known.get(target.name)
        if device is None:
            raise RolloutError(f"{target.name} is no longer declared", _ANEW)
        wanted = normalise(tools.intended(device), device.platform)
        if fingerprint(wanted, tools.key) != target.post_hash:
            raise RolloutError(
                f"{target.name}: the inventory declares something else than was planned", _ANEW
            )


_ANEW = "make a new plan: muniform plan --out FILE"
