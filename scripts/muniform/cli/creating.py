"""``muniform new``: begins something new in the inventory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from muniform.cli import output, show
from muniform.cli.context import context
from muniform.cli.options import AsJson, Inventory
from muniform.errors import IntentError, UsageError
from muniform.model import Site
from muniform.model.declaration import Declaration
from muniform.model.load import load_declaration
from muniform.model.new_site import Draft, cost, draft_site, preview_site

app = typer.Typer(help="Begin something new in the inventory.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="new")


@app.callback()
def _begin() -> None:
    """Keeps ``site`` a word of its own while it is the only one."""


@app.command()
def site(
    name: Annotated[
        str, typer.Argument(help="Its id or name: fire_station_10, 'Fire Station 10'.")
    ],
    archetype: Annotated[str, typer.Option("--archetype", "-a", help="What kind of site it is.")],
    code: Annotated[
        str | None, typer.Option("--code", help="Begins the names of its devices. Else the next.")
    ] = None,
    number: Annotated[
        int | None, typer.Option("--number", help="Decides its addresses. Else the next free one.")
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the file instead of writing it.")
    ] = False,
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Write a new site's file, to be completed, and show what it would bring."""
    folder = context(inventory).inventory
    declared = load_declaration(folder)
    draft = draft_site(declared, name, archetype, code, number)
    found, findings = preview_site(declared, draft)
    if found is None:
        raise IntentError(findings)
    if not only_print:
        _write(folder / draft.file, draft.text)
    if as_json:
        told = {"file": draft.file, "text": draft.text, "written": not only_print}
        output.as_json(told | {"site": found, "cost": cost(declared, found)})
    elif only_print:
        typer.echo(draft.text, nl=False)
    else:
        _show(declared, draft, found)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", "print it instead, with --print"
        ) from None


def _show(declared: Declaration, draft: Draft, found: Site) -> None:
    show.say(f"{draft.file} is written; to be completed:", "bold")
    show.say("  serial numbers of " + ", ".join(draft.entry.serials))
    for wan in draft.entry.wan:
        show.say(f"  the number of the {wan.medium} circuit {wan.device} {wan.port} to {wan.to}")
    show.say("  -> then: muniform check")
    output.table(
        ("device", "role", "model", "address"),
        ((d.name, d.role.value, d.model, d.management.address.ip) for d in found.devices),
        f"what it brings: {found.name}, {found.block}",
    )
    output.table(
        ("vlan", "name", "subnet", "gateway"),
        ((s.vlan.id, s.vlan.name, s.network, s.gateway.ip) for s in found.subnets),
        "subnets",
    )
    output.heading("and")
    ports = Counter(p.profile.name for d in found.devices for p in d.ports if p.profile)
    price = cost(declared, found)
    output.facts(
        [
            ("ports", _counted(ports)),
            ("hosts", _counted(Counter(host.kind.value for host in found.hosts))),
            ("peripherals", _counted(Counter(p.kind.value for p in found.peripherals))),
            ("list price", f"{price.devices:,} USD devices, {price.peripherals:,} USD peripherals"),
            ("no price for", ", ".join(price.unpriced)),
        ]
    )


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in found.items())
