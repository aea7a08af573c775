"""Tables of commands: patterns in YAML, compiled to tries. How a line is matched is the platform's.

A pattern is a line of keywords, ``<type:parameter>`` arguments, ``[optional]`` parts and
``(a|b)`` alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from typing import Any

import yaml


class Shows(StrEnum):
    """Which form of a command stands in the configuration."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    """The command is the default: only ``no …`` is printed."""
    BOTH = "both"
    """Always printed, in one form or the other."""


@dataclass(frozen=True)
class Rule:
    """One command of one mode."""

    syntax: str
    order: int
    """Position in the printed configuration."""
    group: int
    """Commands of different groups are printed with a ``!`` between them."""
    identity: int | None
    """How many leading words name the setting; None: the whole line does (it accumulates)."""
    shows: Shows = Shows.POSITIVE
    opens: str = ""
    """The mode that the command enters."""
    closes: str = ""
    """What is printed at the end of the section that the command opens."""
    default: tuple[str, ...] = ()
    """The value at which nothing is printed: what follows the identity."""
    hidden: bool = False
    """Accepted and kept by the device, but never printed."""
    action: str = ""
    """A named special case, or the handler of an exec command."""
    sort: str = ""
    """By what lines of this rule are sorted among themselves."""
    user: bool = False
    """An exec command that works without privilege."""

    def key(self, words: Sequence[str]) -> tuple[str, ...]:
        """The part of a line that a later line with the same part replaces."""
        return tuple(words[: self.identity])


@dataclass
class Branch:
    """A point in a mode's trie."""

    keywords: dict[str, Branch] = field(default_factory=dict)
    arguments: dict[str, Branch] = field(default_factory=dict)
    rule: Rule | None = None

    def rules(self) -> Iterable[Rule]:
        """Every rule at or below this point."""
        if self.rule is not None:
            yield self.rule
        for branch in (*self.keywords.values(), *self.arguments.values()):
            yield from branch.rules()

    def help(self, partial: str) -> list[str]:
        """What may stand here; with the beginning of a word, the keywords that begin so."""
        found = sorted(word for word in self.keywords if word.lower().startswith(partial))
        if not partial:
            found += sorted(self.arguments) + (["<cr>"] if self.rule else [])
        return found


@dataclass(frozen=True)
class Match:
    """A line that was understood: its words in full, the arguments among them, where it ended."""

    words: tuple[str, ...]
    arguments: tuple[str, ...]
    branch: Branch

    @property
    def rule(self) -> Rule | None:
        return self.branch.rule


@dataclass(frozen=True)
class Mode:
    """One mode of the command line. ``prompt`` is what stands in its brackets."""

    prompt: str
    root: Branch


@dataclass(frozen=True)
class Table:
    """All modes of one file, and the named sets of words that its arguments take."""

    modes: Mapping[str, Mode]
    choices: Mapping[str, Sequence[str]]


def load_table(package: str, file: str) -> Table:
    """Compile one of a package's tables."""
    table = yaml.safe_load((resources.files(package) / file).read_text(encoding="utf-8"))
    modes = {name: _mode(described) for name, described in table["modes"].items()}
    return Table(modes, table.get("choices", {}))


def _mode(described: Mapping[str, Any]) -> Mode:
    root = Branch()
    entries = ((group, entry) for group, rules in enumerate(described["groups"]) for entry in rules)
    for order, (group, entry) in enumerate(entries):
        _plant(root, _rule(entry, order, group))
    return Mode(str(described.get("prompt", "")), root)


def _rule(entry: str | Mapping[str, Any], order: int, group: int) -> Rule:
    table: Mapping[str, Any] = {"syntax": entry} if isinstance(entry, str) else entry
    syntax = str(table["syntax"])
    identity = table.get("key", _leading_keywords(syntax))
    return Rule(
        syntax=syntax,
        order=order,
        group=group,
        identity=None if identity == "all" else int(identity),
        shows=Shows(table.get("shows", "positive")),
        opens=str(table.get("opens", "")),
        closes=str(table.get("closes", "")),
        default=tuple(str(table.get("default", "")).split()),
        hidden=bool(table.get("hidden", False)),
        action=str(table.get("action", "")),
        sort=str(table.get("sort", "")),
        user=bool(table.get("user", False)),
    )


def _leading_keywords(syntax: str) -> int:
    words = syntax.split()
    return next((at for at, word in enumerate(words) if word[0] in "<[("), len(words))


def _plant(root: Branch, rule: Rule) -> None:
    for sequence in expand(rule.syntax):
        branch = root
        for token in sequence:
            children = branch.arguments if token.startswith("<") else branch.keywords
            branch = children.setdefault(token, Branch())
        if branch.rule is not None:
            raise ValueError(f"two rules for {' '.join(sequence)!r}: {branch.rule.syntax!r}")
        branch.rule = rule


def expand(syntax: str) -> list[tuple[str, ...]]:
    """Every plain sequence of tokens that a pattern stands for."""
    tokens = re.findall(r"<[^>]*>|[\[\]()|]|[^\s\[\]()|<>]+", syntax)
    sequences, rest = _alternatives(tokens)
    if rest:
        raise ValueError(f"unbalanced pattern: {syntax}")
    return sequences


_Sequences = list[tuple[str, ...]]


def _alternatives(tokens: list[str]) -> tuple[_Sequences, list[str]]:
    """Expand up to the closing bracket; returns what is left of the pattern as well."""
    found: _Sequences = []
    current: _Sequences = [()]
    while tokens and tokens[0] not in ")]":
        first, tokens = tokens[0], tokens[1:]
        if first == "|":
            found, current = found + current, [()]
            continue
        options: _Sequences = [(first,)]
        if first in "([":
            options, tokens = _alternatives(tokens)
            tokens = tokens[1:]
        if first == "[":
            options = [*options, ()]
        current = [head + tail for head in current for tail in options]
    return found + current, tokens
