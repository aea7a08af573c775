"""``muniform lab``: the virtual city on this machine."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from muniform.cli import output, show
from muniform.cli.context import context
from muniform.cli.options import AsJson, Inventory
from muniform.errors import LabError, UsageError
from muniform.lab import control
from muniform.lab.choosing import Choice
from muniform.lab.fault_order import (
    AT_A_POINT,
    CLEAR,
    EVERYWHERE,
    LATENCY,
    POINTS,
    FaultOrder,
)
from muniform.lab.image import default_cache
from muniform.lab.status import LabStatus, Wire, WireEnd
from muniform.model import ReachMode

app = typer.Typer(help="The virtual city on this machine.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="lab")


@app.command()
def up(
    sites: Annotated[
        list[str] | None,
        typer.Argument(help="Ids or codes of the sites to play, with all that is in them."),
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Only simulated devices: no containers, no root.")
    ] = False,
    clock_scale: Annotated[
        float, typer.Option(min=1.0, help="How much faster simulated devices' clocks run.")
    ] = 20.0,
    inventory: Inventory = None,
) -> None:
    """Build the lab: every device and host blank.

    Without a site: the whole city, but of its hosts only those that serve it. Switches and
    firewalls are simulated; routers and hosts are containers, which need root.
    """
    here = context(inventory)
    city = here.city()
    if city.reach is not ReachMode.LAB:
        raise LabError(
            "this city is no lab: city.yml says 'reach: production'",
            "a lab is made for a city with 'reach: lab'",
        )
    choice = Choice(tuple(sites or ()), simulated)
    control.up(city, here.state, default_cache(), clock_scale, show.say, choice)


@app.command()
def status(as_json: AsJson = False, inventory: Inventory = None) -> None:
    """Say what of the lab runs, and what misbehaves. Exits with 1 if it is not up."""
    found = control.status(context(inventory).state)
    if as_json:
        output.as_json(found)
    else:
        _say_status(found)
    if not found.running:
        raise typer.Exit(1)


def _say_status(found: LabStatus) -> None:
    if not found.running:
        left = ", ".join(name for name, _ in found.containers)
        show.say("the lab is not up" + (f"; a dead lab left: {left}" if left else ""))
        show.say("  -> muniform lab up")
        return
    show.say(
        f"the lab is up (process {found.pid}); simulated devices' clocks run "
        f"{found.clock_scale:g} times faster",
        "bold",
    )
    kinds = Counter(device.platform for device in found.devices)
    counted = ", ".join(f"{count} {platform}" for platform, count in sorted(kinds.items()))
    if counted:
        show.say(f"  simulated: {counted}; {sum(d.sessions for d in found.devices)} sessions")
    for device in found.devices:
        told = [*device.faults, *([f"not reached: {device.cut}"] if device.cut else [])]
        if told:
            show.say(f"  {device.name}: {', '.join(told)}", "yellow")
    stopped = [name for name, runs in found.containers if not runs]
    if found.containers:
        show.say(f"  containers: {len(found.containers) - len(stopped)} run")
    for name in stopped:
        show.say(f"  {name}: stopped", "yellow")


@app.command()
def wire(
    device: Annotated[str | None, typer.Argument(help="Only this device's cables.")] = None,
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Show who is cabled to whom, and which cables carry something."""
    found = control.wiring(context(inventory).state, device)
    if as_json:
        output.as_json(found)
        return
    output.table(("device", "port", "device", "port", "medium", "state"), map(_row, found))
    show.say("(real) is a container, everything else is simulated.", "dim")


def _row(cable: Wire) -> tuple[str, str, str, str, str, str]:
    down = ", ".join(end.device for end in cable.down)
    state = f"down at {down}" if down else "up"
    return (
        _named(cable.a), cable.a.port, _named(cable.b), cable.b.port, cable.medium, state,
    )  # fmt: skip


def _named(end: WireEnd) -> str:
    return end.device if end.simulated else f"{end.device} (real)"


@app.command()
def down(inventory: Inventory = None) -> None:
    """Remove the lab: containers, namespaces, processes. Secrets and journal stay."""
    control.down(context(inventory).state, show.say)


@app.command()
def reboot(
    device: Annotated[str, typer.Argument(help="A device or host of the lab.")],
    inventory: Inventory = None,
) -> None:
    """Start a device anew: what it has not saved is lost."""
    seconds = control.reboot(context(inventory).state, device)
    show.say(f"{device}: " + (f"away for {seconds:.1f} s" if seconds else "is back"))


@app.command()
def fault(
    device: Annotated[str | None, typer.Argument(help="A simulated device.")] = None,
    name: Annotated[
        str | None, typer.Argument(help="The fault, such as drop_after; clear: none any more.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", help="The step it strikes at, such as commit; latency: its ms.")
    ] = "",
    times: Annotated[
        int | None, typer.Option("--times", min=1, help="How often. None: until it is off.")
    ] = None,
    after: Annotated[
        int, typer.Option("--after", min=0, help="How many visits of that step still pass.")
    ] = 0,
    off: Annotated[bool, typer.Option("--off", help="Switch it off again.")] = False,
    explain: Annotated[bool, typer.Option("--list", help="Explain all faults and steps.")] = False,
    inventory: Inventory = None,
) -> None:
    """Let a simulated device misbehave, to see what a rollout does about it."""
    if explain:
        _explain()
        return
    if device is None or name is None:
        raise UsageError("a fault needs a device and its name", "muniform lab fault --list")
    state = context(inventory).state
    control.set_fault(state, FaultOrder(device, name, not off, at, times, after))
    if name == CLEAR:
        show.say(f"{device}: no faults")
        return
    where = f" at {at}" if at else ""
    show.say(f"{device}: {name}{where} {'off' if off else 'on'}")
    if name == LATENCY and not off:
        _note_fast_clock(control.status(state).clock_scale)


def _note_fast_clock(scale: float) -> None:
    """Latency is not scaled, timers are."""
    if scale > 1:
        show.note(
            f"its clock runs {scale:g} times faster, and so does its revert timer: what a slow "
            "link takes is told by a lab that was made with --clock-scale 1"
        )


def _explain() -> None:
    for title, words in (
        ("Until switched off: muniform lab fault DEVICE FAULT [--off]", EVERYWHERE),
        (
            "At a step: muniform lab fault DEVICE FAULT --at STEP [--after N] [--times N] [--off]",
            AT_A_POINT,
        ),
        ("Steps of a client's work", POINTS),
    ):
        output.heading(title)
        for word, meaning in words.items():
            show.say(f"  {word:<15} {meaning}")
    show.say()
    show.say("All off again: muniform lab fault DEVICE clear")
