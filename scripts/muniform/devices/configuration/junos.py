"""Junos's configuration as a set of lines. Pure.

Braces say the same in several layouts (``then discard;`` and ``then { discard; }``), so a statement
is compared as one line of words, below its top-level section. A list in brackets is one line for
each member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from muniform.devices.configuration.lines import ORDER, Normal, Path

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+)
    | (?P<comment>\#[^\n]*|/\*.*?\*/)
    | (?P<mark>[{};\[\]])
    | (?P<quoted>"(?:\\.|[^"\\])*")
    | (?P<word>[^\s{};\[\]"]+)
    | (?P<broken>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# What needs no quotes: Junos prints them only where they are needed, people write more.
_PLAIN = re.compile(r"[^\s{};\[\]\"#]+")
# Printed by the device, owned by nobody.
_VOLATILE = "version"
# Statements that are tried from the first to the last, wherever they stand side by side ...
_ORDERED = frozenset({"term", "policy", "rule"})
# ... and sections and lists whose every entry is.
_ORDERED_SECTIONS = frozenset({"tacplus-server", "radius-server", "name-server"})
_ORDERED_LISTS = frozenset(
    {"authentication-order", "import", "export", "ciphers", "macs", "key-exchange"}
)
# A device keeps the key that it makes from an SNMPv3 password for its own engine, and hides that
# anew each time: neither can be told from the other.
_LOCALISED = re.compile(
    r"(snmp v3 usm .* (?:authentication|privacy))-(?:password|key) .+", re.DOTALL
)

Words = list[str | list[str]]
"""A statement. A list in brackets is one of its words."""


@dataclass
class _Section:
    """What is open while its statements are read."""

    words: tuple[str, ...] = ()
    """All words from the top down to here."""
    entries: dict[str, list[str]] = field(default_factory=dict)
    """Statements whose order counts, by what their order line is called."""
    is_empty: bool = True


def normalise(text: str) -> Normal:
    """What ``show configuration`` says."""
    return frozenset(_paths(text))


def _paths(text: str) -> Iterator[Path]:
    """Each statement as a path; where the order counts, the order as well."""
    open_sections = [_Section()]
    for words, ending in _statements(text):
        section = open_sections[-1]
        if ending == "}":
            yield from _closed(section)
            if len(open_sections) > 1:
                open_sections.pop()
            continue
        section.is_empty = False
        _note_order(section, words)
        if ending == "{":
            open_sections.append(_Section((*section.words, *_flat(words))))
        elif section.words or words[0] != _VOLATILE:
            yield from _leaves(section.words, words)
    # A text that was cut off still counts with all that it says.
    for section in open_sections:
        yield from _closed(section)


def _closed(section: _Section) -> Iterator[Path]:
    """What can be said of a section at its end."""
    if section.is_empty and section.words:
        # As much as the statement without braces.
        yield _path(section.words)
    for kind, entries in section.entries.items():
        # A statement may stand on several lines; alone it has no order.
        names = list(dict.fromkeys(entries))
        if len(names) > 1:
            yield _order(section.words, kind, names)


def _statements(text: str) -> Iterator[tuple[Words, str]]:
    """The words of each statement and what ends it: ``;``, ``{`` or ``}``.

    A list in brackets is one word of several.
    """
    words: Words = []
    members: list[str] | None = None
    for kind, piece in _tokens(text):
        if kind != "mark":
            (words if members is None else members).append(piece)
        elif piece == "[":
            members = []
        elif piece == "]":
            words.append(members or [])
            members = None
        else:
            if words:
                yield words, piece if piece == "{" else ";"
                words = []
            if piece == "}":
                yield [], piece
    if words:
        yield words, ";"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        kind, piece = str(found.lastgroup), found.group()
        if kind == "quoted" and _PLAIN.fullmatch(piece[1:-1]):
            yield "word", piece[1:-1]
        elif kind not in ("blank", "comment"):
            yield kind, piece


def _leaves(parents: tuple[str, ...], words: Words) -> Iterator[Path]:
    """One path, or one for each member of the statement's list."""
    for at, word in enumerate(words):
        if isinstance(word, list):
            before = _flat(words[:at])
            for member in word:
                yield _path((*parents, *before, member, *_flat(words[at + 1 :])))
            if before and before[-1] in _ORDERED_LISTS and len(word) > 1:
                yield _order(parents, before[-1], word)
            return
    yield _path((*parents, *_flat(words)))


def _path(words: tuple[str, ...]) -> Path:
    """The top-level section and the rest as one line."""
    line = " ".join(words)
    if localised := _LOCALISED.fullmatch(line):
        line = f"{localised[1]}-key"
    top, _, rest = line.partition(" ")
    return (top, rest) if rest else (top,)


def _flat(words: Words) -> tuple[str, ...]:
    return tuple(f"[ {' '.join(word)} ]" if isinstance(word, list) else word for word in words)


def _note_order(section: _Section, words: Words) -> None:
    """Remember an entry whose place among its neighbours counts."""
    if not section.words:
        return
    flat = _flat(words)
    if section.words[-1] in _ORDERED_SECTIONS:
        section.entries.setdefault("", []).append(flat[0])
    elif flat[0] in _ORDERED and len(flat) > 1:
        section.entries.setdefault(flat[0], []).append(flat[1])


def _order(parents: tuple[str, ...], kind: str, names: list[str]) -> Path:
    where = " ".join(part for part in (*parents[1:], kind) if part)
    return (parents[0], f"{ORDER}{where}: {', '.join(names)}")
