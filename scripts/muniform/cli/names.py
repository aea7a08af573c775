"""Names for the shell to complete, read from the files' text: the model would take too long.

A file with errors only offers less. What is completed is checked when the command runs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from muniform.errors import UsageError
from muniform.lab.simulated.faults import NAMES, Point
from muniform.places import find_places

_CODE = re.compile(r"^code: *([a-z0-9]+) *(?:#.*)?$", re.MULTILINE)
# A device's label is a key below 'serials', in the flow style or on a line of its own.
_SERIALS = re.compile(r"^serials:(.*(?:\n(?:[ #].*|$))*)", re.MULTILINE)
_LABEL = re.compile(r"(?:^|[{,]) *([a-z0-9][a-z0-9-]*):", re.MULTILINE)

_DEFAULTS = ("city", "addresses")
_NAMED = {"site": "sites", "device": "devices"}
"""What of ``muniform show`` is asked for by a name."""

_TAKING_TARGETS = ("render", "plan", "drift", "backup")
_TAKING_ONE = ("explain", "restore", "adopt")


def completed(words: Sequence[str]) -> list[str] | None:
    """Names that may follow the words typed so far, None if something else is asked for.

    ``words`` are those of the command line before the one that is completed.
    """
    command, before = (words[0] if words else ""), words[-1] if words else ""
    if before in ("-t", "--target"):
        return list(_targets())
    if before.startswith("-") and before != "--at":
        return None
    if command == "show" and len(words) == 2 and before in _NAMED:
        return list(_targets() if before == "device" else _sites())
    if command in _TAKING_TARGETS or (command in _TAKING_ONE and len(words) == 1):
        return list(_targets())
    if command == "site" and len(words) == 2:
        return list(_sites())
    return _of_lab(words[1:]) if command == "lab" else None


def _of_lab(words: Sequence[str]) -> list[str] | None:
    """Names that may follow the words after ``muniform lab``."""
    command, before = (words[0] if words else ""), words[-1] if words else ""
    if command == "up":
        return list(_sites())
    if command in ("wire", "reboot", "fault") and len(words) == 1:
        return list(_devices())
    if command == "fault" and before == "--at":
        return list(Point)
    if command == "fault" and len(words) == 2:
        return ["clear", *NAMES]
    return None


def _sites() -> Iterator[str]:
    for path, text in _files():
        yield path.stem
        yield from _CODE.findall(text)[:1]


def _targets() -> Iterator[str]:
    """Sites and network devices. Hosts are too many to be a help."""
    yield from _sites()
    yield from _devices()


def _devices() -> Iterator[str]:
    for _, text in _files():
        code, serials = _CODE.search(text), _SERIALS.search(text)
        if code and serials:
            yield from (f"{code[1]}-{label}" for label in _LABEL.findall(serials[1]))


def _files() -> Iterator[tuple[Path, str]]:
    try:
        folder = find_places(os.environ, Path.cwd()).inventory / "sites"
        for path in sorted(folder.glob("*.yml")):
            yield path, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, UsageError):
        return
