"""Answers of commands: tables for people, JSON for programs, files for both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from muniform.cli import show
from muniform.errors import UsageError
from muniform.masking import printable
from muniform.model.plain import plain
from muniform.rendered import write_file

WIDTH = 100
"""A table fits a printed page and half of a wide screen."""


def as_json(value: object) -> None:
    """An answer for programs."""
    typer.echo(json.dumps(plain(value), indent=2))


def heading(text: str) -> None:
    show.say()
    show.say(text, "bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Rows below their headings; a cell that is too long is folded. Nothing in it is markup."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable(str(cell))) for cell in row))
    if title:
        heading(title)
    if made.row_count:
        width = min(WIDTH, show.out.width) if show.out.is_terminal else WIDTH
        Console(highlight=False, width=width).print(made)
    else:
        show.say("none", "dim")


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, each on a line of its own; what has no value is left out."""
    kept = [(name, str(value)) for name, value in pairs if value not in (None, "", ())]
    longest = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        lead = f"{name.ljust(longest)}  "
        for line in wrap(
            value,
            WIDTH,
            break_long_words=False,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
        ):
            show.say(line)


def write(out: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write the files below a folder that are missing or differ, and remove none. Returns which.

    Raises UsageError where a file cannot be written.
    """
    with writing(out):
        return tuple(name for name, text in files.items() if write_file(out, name, text.encode()))


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """What keeps files from being written below a folder is the fault of who named it."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{error.filename or out} cannot be written: {error.strerror}",
            "name another folder with --out, or move what stands in the way",
        ) from None
