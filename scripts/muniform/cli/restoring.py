"""``muniform restore``: brings a device back to a configuration that was kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from muniform.cli import show, showplan, showsteps
from muniform.cli.approving import approve, look_twice, refuse_blocked, refuse_unread
from muniform.cli.concluding import conclude
from muniform.cli.context import Context, context
from muniform.cli.machinery import machinery, open_journal
from muniform.cli.options import Approve, Inventory, Yes
from muniform.cli.planning import versions
from muniform.devices.restorable import restorable
from muniform.devices.temporary import sweep_temporary_folders
from muniform.errors import UsageError
from muniform.model import City, Device
from muniform.plan import Plan, Verdict, plan_device, with_risk
from muniform.rollout import Machinery, Rollout, recover


def register(app: typer.Typer) -> None:
    app.command()(restore)


def restore(
    name: Annotated[str, typer.Argument(metavar="DEVICE", help="The device.")],
    to: Annotated[
        str | None,
        typer.Option("--to", help="A revision, from: muniform backup list. None: the newest."),
    ] = None,
    yes: Yes = False,
    approved: Approve = None,
    inventory: Inventory = None,
) -> None:
    """Bring a device back to a configuration that was kept, as one transaction."""
    here = context(inventory)
    sweep_temporary_folders(here.state)
    city = here.city()
    device = declared_device(city, name)
    here.reach(city).require()
    with open_journal(here) as journal:
        tools = machinery(here, city, journal, "restore")
        reference = tools.backups.find(name, to)
        kept = restorable(tools.backups.load(reference), tools.intended(device), device.platform)
        tools = replace(tools, given={name: kept})
        unread = recover(city, tools, show.say)
        show.say(f"{name}: back to {reference}")
        planned = _plan(here, city, device, tools)
        showplan.plan(planned, diffs=not (yes or approved))
        look_twice(planned)
        refuse_blocked(planned)
        if not planned.having(Verdict.CHANGE):
            show.say("nothing to do: the device runs that configuration")
            return
        refuse_unread(planned, unread)
        again = f"muniform restore {name}" + (f" --to {to}" if to else "")
        approve(planned, yes, approved, again)
        summary = Rollout(city, planned, tools, showsteps.watcher()).run()
    conclude(city, summary, "restore")
    show.say(f"  -> what differs from the inventory now: muniform plan {name}")


def declared_device(city: City, name: str) -> Device:
    """The device with this name. Raises UsageError."""
    try:
        return city.device(name)
    except KeyError:
        raise UsageError(
            f"there is no network device {name!r}", "list them with: muniform show city"
        ) from None


def _plan(here: Context, city: City, device: Device, tools: Machinery) -> Plan:
    found = plan_device(device, tools.connect, tools.intended, tools.key)
    return Plan(
        commit=here.repository.head(),
        inventory_digest="",
        versions=versions(),
        targets=(with_risk(city, found),),
    )
