"""Answers of commands: tables for people, JSON for programs, files for both."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import fill

from rich.console import Console
from rich.table import Table
from rich.text import Text

from muniform.cli import show
from muniform.errors import UsageError
from muniform.model.plain import plain

WIDTH = 100
"""A table fits a printed page and half of a wide screen."""


def as_json(value: object) -> None:
    """An answer for programs."""
    sys.stdout.write(json.dumps(plain(value), indent=2) + "\n")


def heading(text: str) -> None:
    show.say()
    show.say(text, "bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Rows below their headings; a cell that is too long is folded. Nothing in it is markup."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(str(cell)) for cell in row))
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
        show.say(
            fill(
                value,
                WIDTH,
                break_long_words=False,
                initial_indent=lead,
                subsequent_indent=" " * len(lead),
            )
        )


def write(files: Mapping[Path, str]) -> int:
    """Write the files that are missing or differ, and remove none. Returns how many.

    Raises UsageError where a file cannot be written.
    """
    written = 0
    for path, text in files.items():
        try:
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o644)
        except OSError as error:
            raise UsageError(
                f"{path} cannot be written: {error.strerror}", "name another folder with --out"
            ) from None
        written += 1
    return written
