"""Arista EOS's configuration as a set of lines, and as the commands that load it. Pure.

EOS prints three blanks for each level, texts of several lines up to a line ``EOF``, and nowhere an
``exit``: a command that the section doesn't know leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from muniform.devices.configuration.indented import Sections
from muniform.devices.configuration.lines import (
    Normal,
    order_of,
    order_of_entries,
    order_of_rules,
)

Command = str | dict[str, str]
"""One of eAPI's commands: a line, or a line with the text that it asks for."""

_END_OF_TEXT = "EOF"
# How many texts, each with its own EOF, follow a command of several lines.
_TEXTS = {"banner login": 1, "banner motd": 1, "protocol https certificate": 2}
# What the device made itself and shows to us: kept as it is, never compared.
_CERTIFICATE = "protocol https certificate"
# A port is there whether it is configured or not, and EOS prints each, also one that nobody
# declared (a breakout's other lanes). What is set on it stands in the section's lines.
_PORT = re.compile(r"interface (Ethernet|Management)\S+")
# Sections whose lines are tried from the first to the last, and lines of which each is asked only
# if those before it don't answer.
_ORDERED = re.compile(r"policy-map |aaa group server ")
_HOST = re.compile(r"((?:tacacs|radius)-server host) (\S+).*")


@dataclass(frozen=True)
class _Line:
    """A command with its indentation, and the text that follows it."""

    indent: int
    words: str
    text: str | None = None


def normalise(text: str) -> Normal:
    """What ``show running-config``, ``show startup-config`` or ``show session-config`` says."""
    found = []
    sections = Sections()
    for line in _lines(text):
        if line.words == _CERTIFICATE:
            continue
        words = line.words if line.text is None else f"{line.words}\n{line.text}"
        path = sections.enter(line.indent, words)
        if len(path) > 1 or not _PORT.fullmatch(words):
            found.append(path)
    orders = order_of(found, _ORDERED) | order_of_rules(found) | order_of_entries(found, _HOST)
    return frozenset(found) | orders


def commands(intended: str, running: str) -> list[Command]:
    """What loads a configuration in a clean session, in its order.

    The certificate that the device shows is carried over from ``running``: without it the next
    connection would meet another one.
    """
    own = [_command(line) for line in _lines(running) if line.words == _CERTIFICATE]
    loaded: list[Command] = []
    for line in _lines(intended):
        loaded.append(_command(line))
        if line.words == "management api http-commands":
            loaded += own
    return loaded


def _command(line: _Line) -> Command:
    return line.words if line.text is None else {"cmd": line.words, "input": line.text}


def _lines(text: str) -> Iterator[_Line]:
    """The commands of a configuration, without comments, blank lines and ``end``."""
    lines = iter(text.splitlines())
    for raw in lines:
        words = " ".join(raw.split())
        # Two marks begin a comment that belongs to a section; it is configured like any line.
        if not words or words == "end" or (words.startswith("!") and not words.startswith("!!")):
            continue
        indent = len(raw) - len(raw.lstrip())
        texts = _TEXTS.get(words)
        yield _Line(indent, words, None if texts is None else _text(lines, texts))


def _text(lines: Iterable[str], texts: int) -> str:
    """What stands before the last ``EOF``."""
    taken: list[str] = []
    for line in lines:
        texts -= line.strip() == _END_OF_TEXT
        if not texts:
            break
        taken.append(line.rstrip())
    return "\n".join(taken).strip("\n")
