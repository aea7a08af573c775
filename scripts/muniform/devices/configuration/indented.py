"""Configurations whose sections are told by indentation: read line by line into paths. Pure.

A push reads four or five configurations of hundreds of lines: a line meets a pattern only where
its first word can match one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from muniform.devices.configuration.lines import Path

BANNER = re.compile(r"(banner \w+) (\^C|\x03|\S)(.*)", re.DOTALL)


class Sections:
    """Follows the indentation and knows the path of each line."""

    def __init__(self) -> None:
        self._indents: list[int] = []
        self._path: Path = ()

    def leave(self) -> None:
        """Back at the top, whatever comes next."""
        self._indents = []

    def enter(self, indent: int, words: str) -> Path:
        """The path of a line that stands at ``indent``."""
        indents = self._indents
        while indents and indents[-1] >= indent:
            indents.pop()
        self._path = (*self._path[: len(indents)], words)
        indents.append(indent)
        return self._path


def paths(
    text: Iterable[str], volatile: re.Pattern[str], banner: re.Pattern[str] | None = BANNER
) -> Iterator[Path]:
    """Each line's path, without comments and what ``volatile`` matches at the first column.

    ``text`` is a configuration's lines. What ``banner`` matches begins a text up to its delimiter:
    it is one line.
    """
    return (path for _, path in located(text, volatile, banner))


def located(
    text: Iterable[str], volatile: re.Pattern[str], banner: re.Pattern[str] | None = BANNER
) -> Iterator[tuple[str, Path]]:
    """As ``paths``, each with the line as it was printed; of a banner, its first one."""
    sections = Sections()
    lines = iter(text)
    for raw in lines:
        words = raw.split()
        if not words or words[0][0] == "!":
            continue
        indent = 0 if raw.startswith(words[0]) else len(raw) - len(raw.lstrip())
        if not indent and volatile.match(raw.rstrip()):
            continue
        if banner and words[0] == "banner" and (start := banner.fullmatch(raw.strip())):
            sections.leave()
            yield raw, (folded_banner(start, lines),)
            continue
        yield raw, sections.enter(indent, " ".join(words))


def folded_banner(start: re.Match[str], lines: Iterator[str], sign: str = "") -> str:
    """A banner as one line: its kind and its text, whatever its delimiter looks like.

    ``sign`` is what a device may print before each of its lines in a diff.
    """
    kind, delimiter, rest = start.groups()
    marks = ("^C", "\x03") if delimiter in ("^C", "\x03") else (delimiter,)
    taken: list[str] = []
    if not any(mark in rest for mark in marks):
        for line in lines:
            taken.append(line)
            if any(mark in line for mark in marks):
                break
    if sign and taken and all(line.startswith(sign) for line in taken):
        taken = [line[1:] for line in taken]
    text = "\n".join([rest, *taken])
    for mark in marks:
        text = text.split(mark, 1)[0]
    return f"{kind} " + text.strip("\n")
