"""A diff to look at. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from muniform.devices.configuration.lines import Change, Path
from muniform.devices.secret_lines import mask_line
from muniform.masking import printable


def show(changes: Iterable[Change]) -> tuple[str, ...]:
    """A diff to look at: sections as context, removals before additions, secrets masked.

    What a device wrote can't move a terminal's cursor: its control characters are spelled out.
    """
    masked: dict[Path, list[str]] = {}
    for change in changes:
        path = tuple(_shown(part) for part in change.path)
        masked.setdefault(path, []).append(change.sign)
    shown: list[str] = []
    context: Path = ()
    for path in sorted(masked, key=_reading_order):
        parents = path[:-1]
        shown += [
            f"  {'  ' * depth}{part}"
            for depth, part in enumerate(parents)
            if context[: depth + 1] != parents[: depth + 1]
        ]
        context = path
        shown += _signed(path, masked[path])
    return tuple(shown)


def _shown(part: str) -> str:
    return "\n".join(printable(line) for line in mask_line(part).splitlines())


def _signed(path: Path, signs: list[str]) -> list[str]:
    """The lines for one masked path. Several changes may read the same once masked."""
    indent = "  " * (len(path) - 1)
    first, *more = path[-1].splitlines() or [""]
    removed, added = signs.count("-"), signs.count("+")
    if removed and added:
        rest = "" if removed == added == 1 else f", {removed} removed and {added} added"
        return [f"~ {indent}{first}  (secret changed{rest})"]
    sign, times = ("+", added) if added else ("-", removed)
    note = f"  ({times} times, with other secrets)" if times > 1 else ""
    return [f"{sign} {indent}{first}{note}", *(f"{sign} {indent}{line}" for line in more)]


def _reading_order(path: Path) -> list[list[tuple[int, str]]]:
    """Natural order: 1/0/2 before 1/0/10."""
    return [
        [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", part)]
        for part in path
    ]
