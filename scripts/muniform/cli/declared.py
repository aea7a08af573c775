"""Commands that look only at what is declared: check, render, schema. Nothing is contacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from muniform.cli import output, show
from muniform.cli.context import Context, context
from muniform.cli.options import AsJson, Inventory
from muniform.errors import IntentError, RenderError, UsageError
from muniform.model import Device
from muniform.model.json_schema import KINDS, json_schema, schema_text
from muniform.model.selecting import select_devices
from muniform.render import first_boot, render
from muniform.rendered import Kind, Tree, render_tree, rendering_errors

EXIT_ERROR = 1


def _folder(text: str) -> Path:
    """An empty variable in a script would mean the working directory."""
    if not text:
        raise UsageError("--out names no folder", "name one, or . for the working directory")
    return Path(text)


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command("render")(render_devices)
    app.command()(schema)


def check(as_json: AsJson = False, inventory: Inventory = None) -> None:
    """Check the inventory and render every device; shows all errors at once."""
    here = context(inventory)
    if as_json:
        report = _report(here)
        output.as_json(report)
        raise typer.Exit(0 if report["valid"] else EXIT_ERROR)
    city = here.blueprint()
    if errors := rendering_errors(city, here.render_memory()):
        raise RenderError("\n".join(str(error) for error in errors))
    show.say(
        f"{city.name}: {len(city.site_ids)} sites, {city.device_count} network devices, "
        f"{city.host_count} hosts: the inventory is valid and every configuration renders"
    )


def _report(here: Context) -> dict[str, object]:
    """What ``check`` found, for programs: counts, findings, and what cannot be rendered."""
    try:
        city = here.blueprint()
    except IntentError as wrong:
        return {"valid": False, "findings": wrong.findings, "render_errors": []}
    errors = [
        {"problem": error.message, "remedy": error.hint}
        for error in rendering_errors(city, here.render_memory())
    ]
    counts = {
        "sites": len(city.site_ids),
        "devices": city.device_count,
        "hosts": city.host_count,
    }
    found = {"valid": not errors, "findings": [], "render_errors": errors}
    return found | {"city": city.name} | counts


def render_devices(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="Devices, sites, archetypes or platforms. None: the whole city."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=_folder,
            metavar="PATH",
            help="Write <site>/<device>.cfg below this folder instead.",
        ),
    ] = None,
    first: Annotated[bool, typer.Option("--first-boot", help="What a blank device gets.")] = False,
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Print intended configurations; secrets stay references."""
    here = context(inventory)
    if out is not None and not targets:
        tree = _write_city(here, out, Kind.FIRST_BOOT if first else Kind.CONFIGURATION)
        _tell_written(out, tree, as_json)
        return
    devices = select_devices(here.city(), targets or ())
    texts = {device: (first_boot if first else render)(device) for device in devices}
    if out is not None:
        _tell_written(out, _write_configurations(out, texts), as_json)
    elif as_json:
        output.as_json({device.name: text for device, text in texts.items()})
    else:
        _print_configurations(texts)


def _print_configurations(texts: Mapping[Device, str]) -> None:
    """One is printed as it is; several with a line between them, as ``head`` separates files."""
    for device, text in texts.items():
        if len(texts) > 1:
            typer.echo(f"==> {device.name} ({device.site}) <==")
        typer.echo(text, nl=False)


def _write_city(here: Context, out: Path, kind: Kind) -> Tree:
    """As ``_write_configurations``, but what did not change is not even rendered."""
    with output.writing(out):
        return render_tree(here.blueprint(), out, here.render_memory(), kind)


def _write_configurations(out: Path, texts: Mapping[Device, str]) -> Tree:
    """Writes what differs and removes nothing: another file in the folder is not ours."""
    files = {f"{device.site}/{device.name}.cfg": text for device, text in texts.items()}
    return Tree(len(files), output.write(out, files))


def _tell_written(out: Path, tree: Tree, as_json: bool) -> None:
    if as_json:
        output.as_json({"folder": str(out), "files": tree.files, "written": tree.written})
    else:
        show.say(f"{out}: {tree.files} configurations, {len(tree.written)} of them new or changed")


def schema(
    kinds: Annotated[
        list[str] | None, typer.Argument(help="Kinds of file, such as site. None: all of them.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=_folder,
            metavar="PATH",
            help="Write <kind>.json into this folder instead.",
        ),
    ] = None,
) -> None:
    """Print or write the JSON Schemas of the inventory's files."""
    for kind in kinds or ():
        if kind not in KINDS:
            raise UsageError(f"there is no kind of file {kind!r}", f"kinds are: {', '.join(KINDS)}")
    wanted: Sequence[str] = kinds or tuple(KINDS)
    if out is not None:
        written = output.write(out, {f"{kind}.json": schema_text(kind) for kind in wanted})
        show.say(f"{out}: {len(wanted)} schemas, {len(written)} of them new or changed")
    elif len(wanted) == 1:
        typer.echo(schema_text(wanted[0]), nl=False)
    else:
        output.as_json({kind: json_schema(kind) for kind in wanted})
