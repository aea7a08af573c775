"""``muniform site``: what exists of a site, through its Pulumi stack."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from muniform import provision
from muniform.cli import show
from muniform.cli.context import Context, context
from muniform.cli.options import Inventory, Yes
from muniform.errors import ProvisionError
from muniform.model import City
from muniform.provision import ProvisionSettings, SitePlan, SiteStep

EXIT_CHANGES = 2
_COLOURS = {"+": "green", "-": "red", "~": "yellow"}

app = typer.Typer(help="Provision a site, look at its drift, or retire it.", no_args_is_help=True)
SiteName = Annotated[str, typer.Argument(help="The site's id or code: fire_station_3 or fs03.")]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="site")


@app.command()
def up(site: SiteName, yes: Yes = False, inventory: Inventory = None) -> None:
    """Preview, ask, and make what the site declares. A second time it changes nothing."""
    here = context(inventory)
    city, settings = _prepare(here)
    planned = provision.preview(city, site, settings)
    _show_plan(planned)
    if not _differs(planned):
        show.say(f"{planned.site}: nothing to do: everything exists as declared")
        return
    _approve(yes, f"Apply to {planned.site}?", f"muniform site up {site} --yes")
    done = provision.up(city, site, settings)
    show.say(
        f"{done.site}: {len(done.steps)} made or changed, {done.unchanged} unchanged "
        f"({done.elapsed:.1f} s)",
        "bold",
    )


@app.command()
def preview(site: SiteName, inventory: Inventory = None) -> None:
    """Show what ``up`` would do. Exits with 2 if it would change anything."""
    _look(site, inventory, provision.preview)


@app.command()
def drift(site: SiteName, inventory: Inventory = None) -> None:
    """Show what differs from what was last made. Exits with 2 if anything does."""
    _look(site, inventory, provision.drift)


@app.command()
def retire(site: SiteName, yes: Yes = False, inventory: Inventory = None) -> None:
    """Remove everything that ``up`` made for the site."""
    city, settings = _prepare(context(inventory))
    _approve(yes, f"Remove everything of {site}?", f"muniform site retire {site} --yes")
    done = provision.retire(city, site, settings)
    for step in done.steps:
        _show_step(step)
    show.say(f"{done.site}: {len(done.steps)} removed ({done.elapsed:.1f} s)", "bold")


def _look(
    site: str,
    inventory: Path | None,
    look: Callable[[City, str, ProvisionSettings], SitePlan],
) -> None:
    city, settings = _prepare(context(inventory))
    planned = look(city, site, settings)
    _show_plan(planned)
    raise typer.Exit(EXIT_CHANGES if _differs(planned) else 0)


def _prepare(here: Context) -> tuple[City, ProvisionSettings]:
    city = here.city()
    here.reach(city).require()
    return city, ProvisionSettings(engine(), here.state, here.inventory)


def engine() -> Path:
    """The Pulumi engine: MUNIFORM_ENGINE, else where ``make`` keeps it, else on the PATH."""
    if named := os.environ.get("MUNIFORM_ENGINE"):
        return Path(named)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = caches / "muniform" / "pulumi" / version("pulumi") / "pulumi"
    found = shutil.which("pulumi")
    if not kept.is_file() and found is None:
        raise ProvisionError("the Pulumi engine is not there yet", "make setup")
    return kept if kept.is_file() else Path(str(found))


def _differs(planned: SitePlan) -> bool:
    return bool(planned.steps or planned.drift)


def _show_plan(planned: SitePlan) -> None:
    for step in (*planned.drift, *planned.steps):
        _show_step(step)
    show.say(
        f"{planned.site}: {len(planned.steps)} to change, {planned.unchanged} unchanged", "bold"
    )


def _show_step(step: SiteStep) -> None:
    show.say(f"  {step.op.symbol} {step.op.value} {step.name}", _COLOURS[step.op.symbol])
    for line in step.detail:
        show.say(f"      {line}")


def _approve(yes: bool, question: str, how: str) -> None:
    if not (yes or show.asked(question)):
        raise ProvisionError("not approved; nothing was changed", f"approve it: {how}")
