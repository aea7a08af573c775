"""Whether what was done to a host is what was approved, from the two diffs. Pure.

Check mode and the run itself print the same diff of the same change, with one exception: check
mode can't see what a package brings. Where packages are installed, a file that seemed to be absent
may come with its package and then be rewritten, a task may find its work done, and a service that
check mode had to pass over is started. Those are allowed, then and only then; what is written to
files and which packages are installed is bound to the approval in any case.

A task that was announced without any diff was approved as just that: its module can't say in check
mode what it will do (a command, a download). What it prints later is not held against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from muniform.hosts.changes import PACKAGES_HEADING

_TASK = "# "
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


@dataclass
class _File:
    """One file's diff: its lines, and those of them that the file holds afterwards."""

    lines: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the file was empty or absent, so that ``after`` is all that it holds."""
        return not any(line[:1] in (" ", "-") for line in self.lines)


@dataclass
class _Task:
    files: dict[str, _File] = field(default_factory=dict)
    packages: set[tuple[str, str]] = field(default_factory=set)
    """(what apt does, with which package)"""


def deviation(approved: Sequence[str], applied: Sequence[str]) -> str:
    """What was done and not approved, or approved and not done; empty if there is nothing.

    Both are the lines of a ``HostChange``.
    """
    if tuple(approved) == tuple(applied):
        return ""
    known, done = _tasks(approved), _tasks(applied)
    if not any(task.packages for task in known.values()):
        return _first_difference(approved, applied)
    for name, task in done.items():
        said = _beyond(known.get(name), task)
        if said:
            return f"{name}: {said}"
    return ""


def _first_difference(approved: Sequence[str], applied: Sequence[str]) -> str:
    nothing: tuple[str, ...] = ()
    for was, did in zip_longest(_blocks(approved), _blocks(applied), fillvalue=nothing):
        announced_only = len(was) == 1 and was == did[:1]
        for one, other in zip_longest(was, did):
            if one != other and not announced_only:
                task = f"{was[0].removeprefix(_TASK)}: " if was[:1] == did[:1] else ""
                return f"{task}approved {_quoted(one)}, done {_quoted(other)}"
    return ""


def _blocks(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """The lines of each task. No line of a diff begins like a task's name does."""
    starts = [number for number, line in enumerate(lines) if line.startswith(_TASK)]
    return [tuple(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]


def _quoted(line: str | None) -> str:
    return "nothing" if line is None else repr(line)


def _beyond(approved: _Task | None, done: _Task) -> str:
    """What a task did beyond its approval, where packages were installed."""
    if approved is None:
        # Without a diff it wrote nothing: a service was started or restarted.
        return "it was not announced" if done.files or done.packages else ""
    if not approved.files and not approved.packages:
        return ""
    more = sorted(package for _, package in done.packages - approved.packages)
    if more:
        return f"not approved: {', '.join(more)}"
    for path, file in done.files.items():
        if not _covers(approved.files.get(path), file):
            return f"{path} was changed in another way than approved"
    return ""


def _covers(approved: _File | None, done: _File) -> bool:
    if approved is None:
        return False
    if approved.lines == done.lines:
        return True
    # Announced as a new file, it turned out to have come with its package.
    content = iter(approved.after)
    return approved.is_whole and all(line in content for line in done.after)


def _tasks(lines: Sequence[str]) -> dict[str, _Task]:
    """The lines of a ``HostChange``, taken apart. A task that ran twice is one."""
    tasks: dict[str, _Task] = {}
    rest = iter(lines)
    task, doing = _Task(), ""
    for line in rest:
        if line.startswith(_TASK):
            task = tasks.setdefault(line.removeprefix(_TASK), _Task())
        elif line.startswith(PACKAGES_HEADING):
            doing = line
        elif line.startswith("--- "):
            next(rest)  # "+++ " and the same path
            file = task.files.setdefault(line.removeprefix("--- "), _File())
        elif hunk := _HUNK.match(line):
            _take_hunk(file, rest, *(int(count or 1) for count in hunk.groups()))
        else:
            task.packages |= {(doing, package) for package in line.split()}
    return tasks


def _take_hunk(file: _File, rest: Iterator[str], before: int, after: int) -> None:
    """The lines of one hunk. Counted, since a line of a file may look like a header."""
    while before > 0 or after > 0:
        line = next(rest)
        file.lines.append(line)
        before -= line[0] in " -"
        if line[0] in " +":
            after -= 1
            file.after.append(line[1:])
