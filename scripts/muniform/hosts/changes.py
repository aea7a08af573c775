"""What a host's tasks changed, or would change: the diffs of Ansible's results, as stable text.

Stable: the same change gives the same lines in every run, so that a digest can stand for it.
Names of temporary files, times of access and the chatter of package managers are left out for that
reason, and so are owner and mode of what did not exist before: check mode can't know them.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from muniform.masking import Secret, mask

PACKAGES_HEADING = "The following "
"""How apt opens each list of what it would install, upgrade or remove; the rest is chatter."""

TIMES = frozenset({"atime", "mtime"})
"""Attributes that differ from look to look."""


@dataclass(frozen=True)
class TaskChange:
    """One changed task. ``diff`` is masked, and empty where the module gives none."""

    name: str
    diff: tuple[str, ...] = ()


@dataclass(frozen=True)
class HostChange:
    """All that one host's run changed, or would change, in the order of the tasks."""

    host: str
    tasks: tuple[TaskChange, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """As text: the name of each task, then its diff."""
        return tuple(line for task in self.tasks for line in (f"# {task.name}", *task.diff))


def task_diff(result: Mapping[str, object], secrets: Iterable[Secret]) -> tuple[str, ...]:
    """The masked diff lines of one task's result, of each item of a loop in turn."""
    known = tuple(secrets)
    lines: list[str] = []
    for part in _results(result):
        given = part.get("diff")
        diffs = [one for one in (given if isinstance(given, list) else [given]) if _is_diff(one)]
        is_new = len(diffs) > 1 and not diffs[0].get("before") and bool(diffs[0].get("after"))
        for diff in diffs[:1] if is_new else diffs:
            lines += _lines(diff, _path(part, diff), known)
    return tuple(lines)


def _is_diff(one: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(one, Mapping)


def _results(result: Mapping[str, object]) -> list[Mapping[str, object]]:
    items = result.get("results")
    if not isinstance(items, list):
        return [result]
    return [item for item in items if isinstance(item, Mapping) and item.get("changed")]


def _lines(diff: Mapping[str, object], path: str, secrets: tuple[Secret, ...]) -> list[str]:
    prepared = diff.get("prepared")
    if isinstance(prepared, str):
        return _packages(mask(prepared, secrets))
    sides = _stable(diff.get("before"), diff.get("after"))
    before, after = (mask(_text(side), secrets) for side in sides)
    if before == after:
        return []
    compared = difflib.unified_diff(
        before.splitlines(), after.splitlines(), path, path, lineterm="", n=2
    )
    return list(compared)


def _packages(said: str) -> list[str]:
    """The lists of packages in what apt said, each under its heading."""
    kept: list[str] = []
    listing = False
    for line in said.splitlines():
        is_heading = line.startswith(PACKAGES_HEADING)
        listing = is_heading or (listing and line.startswith(" "))
        if listing:
            kept.append(line.rstrip())
    return kept


def _stable(before: object, after: object) -> tuple[object, object]:
    """Of attributes, those that check mode and the run itself tell alike, each time."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return before, after
    known = {*before, *after} - TIMES
    if before.get("state") == "absent":
        known &= {"path", "state"}
    first, second = ({k: v for k, v in side.items() if k in known} for side in (before, after))
    return first, second


def _text(side: object) -> str:
    if side is None:
        return ""
    if isinstance(side, str):
        return side
    return json.dumps(side, indent=1, sort_keys=True)


def _path(result: Mapping[str, object], diff: Mapping[str, object]) -> str:
    """The file on the host. What a template was rendered to here has another name each time."""
    header = diff.get("before_header")
    if header:
        return str(header).removesuffix(" (content)").removesuffix(" (file attributes)")
    asked = result.get("invocation")
    for place in (result, asked if isinstance(asked, Mapping) else {}):
        for key in ("dest", "path"):
            if isinstance(place.get(key), str):
                return str(place[key])
    return "file"
