"""Port names and lists of them: ``1-8,12,Trk1``, ``A1-A4``, ``1/1-1/24``. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

TRUNK = "Trk"


def split(name: str) -> tuple[str, int]:
    """A name as what stands before its number, and the number."""
    found = re.fullmatch(r"(.*?)(\d+)", name)
    return (found[1], int(found[2])) if found else (name, -1)


def natural(name: str) -> tuple[bool, str, int]:
    """Sorts ports by number, link aggregations after them."""
    prefix, number = split(name)
    return prefix == TRUNK, prefix, number


def expand(text: str, known: Collection[str]) -> list[str] | None:
    """The ports that a list names; None if one of them does not exist."""
    if text.lower() == "all":
        return sorted((name for name in known if not name.startswith(TRUNK)), key=natural)
    found: list[str] = []
    for part in text.split(","):
        names = _run(part)
        if not names or not set(names) <= set(known):
            return None
        found += names
    return found


def ranges(names: Iterable[str]) -> str:
    """The list as the switch prints it."""
    runs: list[list[tuple[str, int]]] = []
    for prefix, number in (split(name) for name in sorted(set(names), key=natural)):
        if runs and runs[-1][-1] == (prefix, number - 1) and prefix != TRUNK:
            runs[-1].append((prefix, number))
        else:
            runs.append([(prefix, number)])
    return ",".join(_written(run) for run in runs)


def numbers(text: str) -> list[int] | None:
    """The VLAN ids of one word such as ``30-32``; None if it is none."""
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return list(range(first, last + 1)) if 1 <= first <= last <= 4094 else None


def _run(part: str) -> list[str]:
    first, dash, last = part.partition("-")
    first, last = _cased(first), _cased(last)
    if not dash:
        return [first]
    (prefix, low), (other, high) = split(first), split(last)
    # "1/1-1/8" repeats what stands before the number, "Trk1-Trk2" too.
    return [f"{prefix}{each}" for each in range(low, high + 1)] if prefix == other else []


def _cased(name: str) -> str:
    prefix, number = split(name)
    if prefix.lower() == TRUNK.lower():
        return f"{TRUNK}{number}"
    return name.upper()


def _written(run: list[tuple[str, int]]) -> str:
    first, last = (f"{prefix}{number}" for prefix, number in (run[0], run[-1]))
    return first if first == last else f"{first}-{last}"
