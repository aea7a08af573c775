"""Reads what ``frr-reload.py --test`` prints, and writes it as a diff. Pure functions.

frr-reload prints the commands that it would run, each with the sections that lead to it. A line
to delete is printed negated (``no ip address …``; ``ip forwarding`` to delete ``no ip
forwarding``): here it is the line itself again, with a minus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DELETE = "Lines To Delete"
ADD = "Lines To Add"
SECRET_LINE = re.compile(
    r"\b(password(?: (?:md5|clear|8))?|md5|authentication-key|authentication string|key-string)"
    r" (\S+)"
)
"""Words of FRR that a secret follows, and the secret."""


@dataclass(frozen=True, order=True)
class Delta:
    """One line to add (``+``) or delete (``-``), and the sections around it, outermost first."""

    path: tuple[str, ...]
    sign: str
    line: str


def parse_delta(printed: str) -> tuple[Delta, ...]:
    """The lines that frr-reload would delete and add, each once, in its order."""
    found: dict[Delta, None] = {}
    sign = ""
    for block in _blocks(printed):
        if block[0] in (DELETE, ADD):
            sign = "-" if block[0] == DELETE else "+"
            continue
        *path, leaf = (line.strip() for line in block)
        if sign and not leaf.startswith("exit"):
            line = _negated(leaf) if sign == "-" else leaf
            found[Delta(tuple(path), sign, line)] = None
    return tuple(found)


def render_delta(deltas: Iterable[Delta]) -> str:
    """A diff to read: the sections as they are, below them the lines with their signs.

    Empty means that nothing would change.
    """
    known = tuple(deltas)
    added = {(*delta.path, delta.line) for delta in known if delta.sign == "+"}
    sections: dict[tuple[str, ...], list[Delta]] = {}
    for delta in known:
        sections.setdefault(delta.path, []).append(delta)
    lines: list[str] = []
    for path, inside in sections.items():
        for depth, name in enumerate(path):
            sign = "+" if path[: depth + 1] in added else " "
            lines.append(f"{sign} {' ' * depth}{name}")
        # A new section is shown as the heading of its lines.
        shown = [delta for delta in inside if (*path, delta.line) not in sections]
        lines += [f"{delta.sign} {' ' * len(path)}{delta.line}" for delta in shown]
    return "\n".join(lines)


def mask_secrets(text: str) -> str:
    """``text`` without keys and passwords, for messages and sanitised configurations."""
    return SECRET_LINE.sub(r"\1 <removed>", text)


def _blocks(printed: str) -> Iterator[list[str]]:
    """Every command is a block: a line at the margin, then deeper and deeper ones."""
    block: list[str] = []
    for line in printed.splitlines():
        if not line.strip() or set(line) == {"="}:
            continue
        if not line.startswith(" ") and block:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _negated(command: str) -> str:
    return command.removeprefix("no ") if command.startswith("no ") else f"no {command}"
