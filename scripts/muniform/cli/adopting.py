"""``muniform adopt``: turns a difference that was found into inventory, or into a waiver."""

from __future__ import annotations

from datetime import date
from difflib import unified_diff
from typing import Annotated

import typer

from muniform.cli import show
from muniform.cli.context import Context, context
from muniform.cli.machinery import connector
from muniform.cli.options import Inventory
from muniform.cli.restoring import declared_device
from muniform.devices import Change, difference, normalise, settled_snapshot
from muniform.devices import show as shown
from muniform.errors import RolloutError, UsageError
from muniform.model import City, Device, load_city
from muniform.model.load import load_declaration
from muniform.plan.adopting import Adoption, Proposal, Responsible
from muniform.render import render
from muniform.rendered import write_file

EXIT_CHANGES = 2


def register(app: typer.Typer) -> None:
    app.command()(adopt)


def adopt(
    name: Annotated[str, typer.Argument(metavar="DEVICE", help="The device.")],
    owner: Annotated[
        str | None, typer.Option("--owner", help="Of a waiver: who answers for it.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Of a waiver: why.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Of a waiver: its last day, as 2027-06-30.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the files instead of only showing them.")
    ] = False,
    inventory: Inventory = None,
) -> None:
    """Turn what a device runs and the inventory does not say into inventory, or into a waiver.

    Exits with 2 if there is something to be written.
    """
    here = context(inventory)
    who = _responsible(owner, reason, until)
    city = here.city()
    device = declared_device(city, name)
    running = _running(here, city, device)
    adoption = Adoption(load_declaration(here.inventory), device, running, here.secrets.resolve)
    if not adoption.nothing_yet().left:
        show.say(f"{name}: nothing to adopt: it runs what is declared")
        return
    found = adoption.declared_ports(_texts(here, device))
    if found.left and who is not None:
        found = adoption.waived(found, who)
    _tell(here, found)
    if found.left:
        _tell_left(name, found.left, who)
    if not write:
        raise typer.Exit(1 if found.left else EXIT_CHANGES)
    if not found.files:
        raise UsageError(f"{name}: the inventory can't say this", _WHO)
    _write(here, device, running, found)


def _responsible(owner: str | None, reason: str | None, until: str | None) -> Responsible | None:
    """Who answers for a waiver; None if no option of it is given. Raises UsageError."""
    if owner is None and reason is None and until is None:
        return None
    if not (owner and reason and until):
        raise UsageError("a waiver needs an owner, a reason and a last day", _WHO)
    try:
        return Responsible(owner, reason, date.fromisoformat(until))
    except ValueError:
        raise UsageError(f"{until!r} is no date", "write it like --until 2027-06-30") from None


def _running(here: Context, city: City, device: Device) -> str:
    here.reach(city).require()
    return settled_snapshot(device, connector(here, city), "look again").running


def _texts(here: Context, device: Device) -> dict[str, str]:
    file = f"sites/{device.site}.yml"
    return {file: (here.inventory / file).read_text(encoding="utf-8")}


def _tell(here: Context, found: Proposal) -> None:
    """The edits as diffs of their files."""
    for file, text in found.files.items():
        path = here.inventory / file
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in unified_diff(before, text.splitlines(), file, file, lineterm="", n=2):
            show.diff((line,), indent="")


def _tell_left(name: str, left: frozenset[Change], who: Responsible | None) -> None:
    show.say(f"{name}: what the inventory can't say:", "bold")
    show.diff(shown(left))
    if who is None:
        show.say(f"  -> {_WHO}")


def _write(here: Context, device: Device, running: str, found: Proposal) -> None:
    """Write the files, and read the inventory again: the difference must be what was promised."""
    for file, text in found.files.items():
        write_file(here.inventory, file, text.encode())
    again = load_city(here.inventory).device(device.name)
    intended = normalise(here.secrets.resolve(render(again)), again.platform)
    left = difference(normalise(running, again.platform), intended)
    if left != found.left:
        raise RolloutError(
            f"{device.name}: the inventory now says something else than was shown",
            "look at what was written: git diff inventory",
        )
    for why in found.why:
        show.say(f"written: {why}")
    if left:
        raise RolloutError(
            f"{device.name}: {len(left)} lines still differ", "see them: muniform plan"
        )


_WHO = "what the inventory can't say can be waived: --owner, --reason and --until"
