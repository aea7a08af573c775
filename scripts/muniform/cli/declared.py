"""Commands that look only at what is declared: check, show, render. Nothing is contacted."""

from __future__ import annotations

from typing import Annotated

import typer

from muniform.cli import show
from muniform.cli.context import context
from muniform.cli.options import Inventory
from muniform.errors import UsageError
from muniform.render import first_boot, render


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command("show")(show_city)
    app.command("render")(render_device)


def check(inventory: Inventory = None) -> None:
    """Check the inventory and render every device; shows all errors at once."""
    city = context(inventory).city()
    for device in city.devices:
        render(device)
        first_boot(device)
    show.say(
        f"{city.name}: {len(city.sites)} sites, {len(city.devices)} network devices, "
        f"{len(city.hosts)} hosts: the inventory is valid and every configuration renders"
    )


def show_city(inventory: Inventory = None) -> None:
    """List sites, devices and hosts with their addresses."""
    for site in context(inventory).city().sites:
        safety = ", public safety" if site.public_safety else ""
        show.say(f"{site.id} ({site.code}) {site.name}, {site.block}{safety}", "bold")
        for device in site.devices:
            show.say(
                f"  {device.name:12} {device.management.address.ip!s:15} "
                f"{device.role.value}, {device.platform} ({device.model})"
            )
        for host in site.hosts:
            show.say(f"  {host.name:12} {host.address.ip!s:15} {host.kind.value}, {host.profile}")


def render_device(
    device: Annotated[str, typer.Argument(help="The device's name, such as fs03-sw1.")],
    first: Annotated[bool, typer.Option("--first-boot", help="What a blank device gets.")] = False,
    inventory: Inventory = None,
) -> None:
    """Print a device's intended configuration; secrets stay references."""
    city = context(inventory).city()
    try:
        found = city.device(device)
    except KeyError:
        raise UsageError(
            f"there is no network device {device!r}", "list them with: muniform show"
        ) from None
    typer.echo(first_boot(found) if first else render(found), nl=False)
