"""``muniform explain``: where a value comes from, what a key means, what an error is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muniform.cli import output, show
from muniform.cli.context import context
from muniform.cli.options import AsJson, Inventory
from muniform.errors import UsageError
from muniform.model.explaining import (
    Explanation,
    FilePlace,
    KeyMeaning,
    Origin,
    explain_key,
    explain_path,
    explain_setting,
    file_place,
)
from muniform.model.json_schema import KINDS, kind_of
from muniform.model.load import city_of, load_declaration
from muniform.model.source import Source, dotted, parse

_AROUND = 2
"""Lines shown before and after the one in question."""
_WIDEST = 76


def register(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(explain)


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            help="A device, host or site, and one of its settings: 'fs03-sw1 ntp', "
            "'fs03-sw1 te1/0/3', 'fs03-sw1 vlan 20', 'lb05-ws1 address'. A key of a kind of file: "
            "'archetype.links.lag'. A place in a file: 'sites/library_5.yml:wan'. Or an error's "
            "message, in quotes."
        ),
    ],
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Say where a value comes from, what a key means, or what an error is about."""
    place = file_place(" ".join(what))
    if place is not None:
        _explain_place(context(inventory).inventory, place, as_json)
    elif len(what) == 1 and what[0].split(".")[0] in KINDS:
        _show_key(explain_key(what[0]), as_json)
    else:
        declared = load_declaration(context(inventory).inventory)
        name, *words = " ".join(what).split()
        _show_settings(explain_setting(declared, city_of(declared), name, words), as_json)


def _show_settings(found: tuple[Explanation, ...], as_json: bool) -> None:
    if as_json:
        output.as_json(found)
    elif len(found) == 1:
        show.say(found[0].subject, "bold")
        show.say(f"  {found[0].value}")
        for origin in found[0].origins:
            _show_origin(origin)
    else:
        rows = [
            (e.subject.split(" ", 1)[1], _cut(e.value, 36), _from(e)) for e in found if e.origins
        ]
        output.table(("setting", "value", "comes from"), rows)


def _from(found: Explanation) -> str:
    return ", ".join(dict.fromkeys(o.where for o in found.origins if o.file))


def _show_origin(origin: Origin) -> None:
    if not origin.file:
        show.say(f"  rule: {origin.says}", "dim")
        return
    version = f" version {origin.version}" if origin.version else ""
    show.say(f"  {origin.layer}{version}, {origin.where}: {origin.path}")
    show.say(f"      {_cut(origin.says, _WIDEST)}", "dim")
    if origin.controls:
        show.say(f"      controls: {', '.join(origin.controls)}", "dim")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 4]} ..."


def _show_key(key: KeyMeaning, as_json: bool) -> None:
    if as_json:
        output.as_json(key)
        return
    show.say(key.path, "bold")
    needed = "required" if key.required else f"left out: {key.default or 'nothing'}"
    output.facts(
        [
            ("  means", key.meaning),
            ("  takes", key.form),
            ("  keys", ", ".join(key.keys)),
            ("  needed", needed if "." in key.path else ""),
        ]
    )


def _explain_place(folder: Path, place: FilePlace, as_json: bool) -> None:
    """What an error names, or a person: the lines there, and what the schema says of the key."""
    kind = kind_of(place.file)
    if kind is None:
        raise UsageError(
            f"no kind of file of an inventory is called {place.file}",
            "paths begin at the inventory: sites/library_5.yml, standards/vlans.yml",
        )
    try:
        text = (folder / place.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    source = parse(place.file, text)
    loc = place.loc(source)
    meant = explain_key(f"{kind}.{place.path}") if not loc and place.path else None
    key = meant or explain_path(kind, loc)
    line = place.line or source.line(loc)
    if as_json:
        output.as_json({"place": place, "line": line, "path": dotted(loc), "key": key})
        return
    if place.problem:
        show.say(place.problem, "bold")
    _show_lines(source, text, line)
    _show_key(key, as_json=False)


def _show_lines(source: Source, text: str, line: int) -> None:
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return
    show.say(f"{source.file}:{line}")
    for number in range(max(1, line - _AROUND), min(len(lines), line + _AROUND) + 1):
        mark = ">" if number == line else " "
        shown = lines[number - 1]
        shown = shown if shown.isprintable() else ascii(shown)
        show.say(f"{mark} {number:4}  {shown}", "" if number == line else "dim")
