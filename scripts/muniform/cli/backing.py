"""``muniform backup``: keeps what devices run, and shows what was kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from muniform.cli import output, show
from muniform.cli.context import Context, context
from muniform.cli.machinery import connector
from muniform.cli.options import AsJson, Inventory, Words
from muniform.cli.planning import by_default, select
from muniform.cli.restoring import declared_device
from muniform.devices import Connect, normalise, settled_snapshot
from muniform.devices.secret_lines import mask_text
from muniform.errors import MuniformError, RolloutError
from muniform.masking import printable
from muniform.model import Device
from muniform.rollout import Backups, city_backups
from muniform.rollout.backups import SHOWN

_AT_ONCE = 16
_DEFAULT = "save"


class _SavingGroup(TyperGroup):
    """``backup fs03-sw1`` means ``backup save fs03-sw1``: what is no subcommand is a target."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = next((word for word in args if not word.startswith("-")), None)
        if first not in self.commands and not {"-h", "--help"} & set(args):
            args = [_DEFAULT, *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_SavingGroup,
    help="Keep what devices run, encrypted, and show what was kept.",
    invoke_without_command=True,
)


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="backup")


@dataclass(frozen=True)
class _Saved:
    device: str
    reference: str = ""
    is_new: bool = False
    unsaved: bool = False
    """It would boot with something else than it runs."""
    error: MuniformError | None = None


@app.command(_DEFAULT)
def save(targets: Words = None, as_json: AsJson = False, inventory: Inventory = None) -> None:
    """Read devices and keep what they run, where it differs from what was kept last."""
    here = context(inventory)
    city = here.city()
    reach = here.reach(city)
    reach.require()
    names = select(city, targets) if targets else by_default(city, reach)
    devices = [device for device in city.devices if device.name in names]
    connect, kept = connector(here, city), _kept(here, "saved")
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = list(pool.map(_saver(connect, kept), devices))
    kept.tidy()
    if as_json:
        output.as_json([_told(saved) for saved in found])
    else:
        _tell(found)
    failed = [saved.device for saved in found if saved.error]
    if failed:
        raise RolloutError(
            f"{len(failed)} of {len(found)} devices were not saved: {', '.join(failed)}",
            "bring them into reach, then run the backup again",
        )


def _saver(connect: Connect, kept: Backups) -> Callable[[Device], _Saved]:
    def one(device: Device) -> _Saved:
        try:
            snapshot = settled_snapshot(device, connect, "run the backup again")
            before = kept.latest(device.name)
            reference = kept.save(device.name, snapshot.running)
        except MuniformError as error:
            return _Saved(device.name, error=error)
        platform = device.platform
        unsaved = normalise(snapshot.running, platform) != normalise(snapshot.startup, platform)
        return _Saved(device.name, reference, reference != before, unsaved)

    return one


def _told(saved: _Saved) -> dict[str, object]:
    return {
        "device": saved.device,
        "reference": saved.reference,
        "new": saved.is_new,
        "unsaved": saved.unsaved,
        "error": saved.error.message if saved.error else "",
    }


def _tell(found: list[_Saved]) -> None:
    for saved in found:
        if saved.error:
            show.say(f"{saved.device}: not saved: {saved.error.message}", "bold red")
        elif saved.is_new:
            show.say(f"{saved.device}: saved as {_short(saved.reference)}")
        if saved.unsaved:
            show.say(f"{saved.device}: runs something else than it would boot with", "yellow")
    new = sum(saved.is_new for saved in found)
    failed = sum(saved.error is not None for saved in found)
    show.say(
        f"backup: {new} saved, {len(found) - new - failed} as saved before, {failed} failed", "bold"
    )


@app.command("list")
def list_backups(
    device: Annotated[str, typer.Argument(help="The device.")],
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Show what was kept of a device, the newest first."""
    here = context(inventory)
    name = declared_device(here.city(), device).name
    versions = _kept(here).history(name)
    if as_json:
        output.as_json(
            [
                {"revision": v.id, "at": v.at.isoformat(), "by": v.by, "about": v.about}
                for v in versions
            ]
        )
        return
    output.table(
        ("revision", "when (UTC)", "who", "what"),
        ((v.id[:SHOWN], f"{v.at:%Y-%m-%d %H:%M:%S}", v.by, v.about) for v in versions),
    )


@app.command("show")
def show_backup(
    device: Annotated[str, typer.Argument(help="The device.")],
    rev: Annotated[
        str | None, typer.Option("--rev", help="Its revision. None: the newest.")
    ] = None,
    inventory: Inventory = None,
) -> None:
    """Print a configuration that was kept; its credentials are masked."""
    here = context(inventory)
    kept = _kept(here)
    text = kept.load(kept.find(declared_device(here.city(), device).name, rev))
    for line in mask_text(text).splitlines():
        typer.echo(printable(line))


def _kept(here: Context, occasion: str = "") -> Backups:
    return city_backups(here.state, here.secrets, occasion)


def _short(reference: str) -> str:
    device, _, id = reference.partition("@")
    return f"{device}@{id[:SHOWN]}"
