"""Configurations whose sections are told by indentation: read line by line into paths. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniform.devices.configuration.lines import Path

BANNER = re.compile(r"(banner \w+) (\^C|\x03|\S)(.*)", re.DOTALL)


class Sections:
    """Follows the indentation and knows the path of each line."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []

    def leave(self) -> None:
        """Back at the top, whatever comes next."""
        self._stack = []

    def enter(self, indent: int, words: str) -> Path:
        """The path of a line that stands at ``indent``."""
        while self._stack and self._stack[-1][0] >= indent:
            self._stack.pop()
        self._stack.append((indent, words))
        return tuple(part for _, part in self._stack)


def paths(text: str, volatile: re.Pattern[str]) -> Iterator[Path]:
    """Each line's path, without comments and what ``volatile`` matches at the first column.

    Banners are one line.
    """
    sections = Sections()
    lines = iter(text.splitlines())
    for raw in lines:
        line = raw.rstrip()
        stripped = line.strip()
        if not stripped or stripped.startswith("!") or volatile.match(line):
            continue
        if banner := BANNER.fullmatch(stripped):
            sections.leave()
            yield (folded_banner(banner, lines),)
            continue
        yield sections.enter(len(line) - len(line.lstrip()), " ".join(stripped.split()))


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
