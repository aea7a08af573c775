"""What a person sees: lines, diffs, errors, questions. Colour only on a terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

from muniform.errors import MuniformError
from muniform.masking import printable

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)

_COLOURS = {"+": "green", "-": "red", "~": "yellow"}


def say(text: str = "", style: str = "") -> None:
    """One line of plain text: nothing in it is markup, and nothing speaks to the terminal."""
    out.print(Text(printable(text), style=style))


def note(text: str) -> None:
    """Something beside the answer: it goes to the error stream, so that the answer stays whole."""
    err.print(Text(printable(text), style="dim"))


def error(problem: MuniformError) -> None:
    lines = "\n".join(map(printable, str(problem).split("\n")))
    err.print(Text("error: ", style="bold red") + Text(lines))


def diff(lines: tuple[str, ...], indent: str = "    ") -> None:
    for line in lines:
        say(f"{indent}{line}", _COLOURS.get(line[:1], ""))


def asked(question: str) -> bool:
    """Ask for a yes on the terminal. Without a terminal nothing is approved by silence."""
    if not sys.stdin.isatty():
        return False
    try:
        return out.input(f"{question} [yes/no] ").strip().lower() == "yes"
    except EOFError:
        return False
