"""``muniform lab``: the virtual city on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from muniform.cli import show
from muniform.cli.context import context
from muniform.cli.options import Inventory
from muniform.errors import LabError
from muniform.lab import control
from muniform.lab.image import default_cache
from muniform.model import ReachMode

app = typer.Typer(help="The virtual city on this machine.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="lab")


@app.command()
def up(
    sites: Annotated[
        list[str] | None,
        typer.Argument(help="Ids or codes of the sites to play. None: the whole city."),
    ] = None,
    clock_scale: Annotated[
        float, typer.Option(min=1.0, help="How much faster simulated switches' clocks run.")
    ] = 20.0,
    inventory: Inventory = None,
) -> None:
    """Build the lab of some sites: switches, routers, servers, desktops, all blank."""
    here = context(inventory)
    city = here.city()
    if city.reach is not ReachMode.LAB:
        raise LabError(
            "this city is no lab: city.yml says 'reach: production'",
            "a lab is made for a city with 'reach: lab'",
        )
    control.up(city, here.state, default_cache(), clock_scale, show.say, sites or ())


@app.command()
def status(inventory: Inventory = None) -> None:
    """Say what of the lab runs. Exits with 1 if it is not up."""
    found = control.status(context(inventory).state)
    if not found.running:
        left = ", ".join(name for name, _ in found.containers)
        show.say("the lab is not up" + (f"; a dead lab left: {left}" if left else ""))
        show.say("  -> muniform lab up")
        raise typer.Exit(1)
    show.say(
        f"the lab is up (process {found.pid}); switches' clocks run "
        f"{found.clock_scale:g} times faster",
        "bold",
    )
    for switch in found.switches:
        faults = ", ".join(found.faults.get(switch, ())) or "no faults"
        show.say(f"  {switch}: simulated switch, {faults}")
    for name, runs in found.containers:
        show.say(f"  {name}: container, {'running' if runs else 'stopped'}")


@app.command()
def down(inventory: Inventory = None) -> None:
    """Remove the lab: containers, namespaces, processes. Secrets and journal stay."""
    control.down(context(inventory).state, show.say)


@app.command()
def fault(
    device: Annotated[str, typer.Argument(help="A simulated device.")],
    name: Annotated[str, typer.Argument(help="The fault, such as drop_after or flash_full.")],
    at: Annotated[
        str, typer.Option("--at", help="The step it strikes at, such as commit; latency: its ms.")
    ] = "",
    times: Annotated[
        int | None, typer.Option("--times", min=1, help="How often. None: until it is off.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Switch it off again.")] = False,
    inventory: Inventory = None,
) -> None:
    """Let a simulated device misbehave, to see what a rollout does about it."""
    control.set_fault(context(inventory).state, device, name, not off, at, times)
    where = f" at {at}" if at else ""
    show.say(f"{device}: {name}{where} {'off' if off else 'on'}")
