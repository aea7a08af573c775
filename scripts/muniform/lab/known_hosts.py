"""Enrols a lab's host keys in ``<state>/known_hosts``, the file every client checks against.

The keys are those the lab itself made or read inside its containers: never what the network says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from muniform.lab.files import write_private


def enrol(path: Path, keys: Mapping[tuple[str, ...], Iterable[str]]) -> None:
    """Replace what the file says of the given names. ``keys``: names -> ``type base64`` each."""
    before = path.read_text() if path.exists() else ""
    write_private(path, enrolled(before, keys))


def enrolled(text: str, keys: Mapping[tuple[str, ...], Iterable[str]]) -> str:
    """The file's new text: lines of other hosts as they were, then ours. Pure."""
    ours = {name for names in keys for name in names}
    kept = [line for line in text.splitlines() if not ours & _names(line)]
    added = [f"{','.join(names)} {key}" for names, group in keys.items() for key in group]
    return "".join(f"{line}\n" for line in [*kept, *added])


def _names(line: str) -> set[str]:
    """The hosts that a line speaks of; none for a comment or a marked line."""
    words = line.split()
    return set(words[0].split(",")) if words and words[0][0] not in "#@" else set()
