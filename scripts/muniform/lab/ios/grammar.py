"""The command grammar: tables of patterns in YAML, compiled to tries, matched as IOS matches.

A pattern is a line of keywords, ``<type:parameter>`` arguments, ``[optional]`` parts and
``(a|b)`` alternatives. Keywords may be abbreviated to any unambiguous prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from muniform.lab.ios.acl import Misread
from muniform.lab.ios.arguments import READERS, Hardware, Reading, Word


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
    """``interface`` or ``number``: by what lines of this rule are sorted among themselves."""
    user: bool = False
    """An exec command that works without privilege."""

    def key(self, words: Sequence[str]) -> tuple[str, ...]:
        """The part of a line that a later line with the same part replaces."""
        return tuple(words[: self.identity])


@dataclass
class Branch:
    """A node of a mode's trie."""

    keywords: dict[str, Branch] = field(default_factory=dict)
    arguments: dict[str, Branch] = field(default_factory=dict)
    rule: Rule | None = None

    def rules(self) -> Iterable[Rule]:
        """Every rule at or below this point."""
        if self.rule is not None:
            yield self.rule
        for branch in (*self.keywords.values(), *self.arguments.values()):
            yield from branch.rules()


class CommandError(Exception):
    """A line that IOS refuses. ``column`` is where its caret points, or None."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column

    def render(self, indent: int = 0) -> str:
        """What the terminal shows; ``indent`` is the width of the prompt before the line."""
        if self.column is None:
            return self.message
        return " " * (indent + self.column) + "^\n" + self.message


INVALID = "% Invalid input detected at '^' marker."
INCOMPLETE = "% Incomplete command."


@dataclass(frozen=True)
class Match:
    """A line that was understood: canonical words, the arguments among them, where it ended."""

    words: tuple[str, ...]
    arguments: tuple[str, ...]
    branch: Branch

    @property
    def rule(self) -> Rule | None:
        return self.branch.rule


@dataclass(frozen=True)
class Mode:
    """One mode of the command line."""

    name: str
    prompt: str
    root: Branch


@dataclass(frozen=True)
class Grammar:
    """All modes of one table."""

    modes: Mapping[str, Mode]
    choices: Mapping[str, Sequence[str]]

    def match(self, mode: str, line: str, hardware: Hardware) -> Match:
        """Walk ``line`` through the mode's trie as far as it goes; raises CommandError."""
        words = split_words(line)
        canonical: list[str] = []
        arguments: list[str] = []
        branch, position = self.modes[mode].root, 0
        while position < len(words):
            step = self._keyword(branch, words[position], line)
            if step is not None:
                keyword, branch = step
                canonical.append(keyword)
                position += 1
                continue
            reading = Reading(line, words, position, hardware, choices=self.choices)
            text, count, branch = self._argument(branch, reading)
            canonical.append(text)
            arguments.append(text)
            position += count
        return Match(tuple(canonical), tuple(arguments), branch)

    def _keyword(self, branch: Branch, word: Word, line: str) -> tuple[str, Branch] | None:
        lowered = word.text.lower()
        if lowered in branch.keywords:
            return lowered, branch.keywords[lowered]
        found = [keyword for keyword in branch.keywords if keyword.lower().startswith(lowered)]
        if len(found) > 1:
            raise CommandError(f'% Ambiguous command:  "{line.strip()}"')
        return (found[0], branch.keywords[found[0]]) if found else None

    def _argument(self, branch: Branch, reading: Reading) -> tuple[str, int, Branch]:
        for token, following in branch.arguments.items():
            kind, _, parameter = token[1:-1].partition(":")
            tried = Reading(
                reading.line,
                reading.words,
                reading.position,
                reading.hardware,
                parameter,
                reading.choices,
            )
            try:
                taken = READERS[kind](tried)
            except Misread as fault:
                raise _misread(fault, reading) from None
            if taken is not None:
                return taken[0], taken[1], following
        word = reading.words[reading.position]
        raise CommandError(INVALID, word.column + _common_prefix(word.text, branch.keywords))

    def help(self, mode: str, line: str, hardware: Hardware) -> list[str]:
        """What may follow ``line``; with a partial last word, its completions."""
        words = split_words(line)
        partial = words[-1].text.lower() if words and not line.endswith(" ") else ""
        before = line[: words[-1].column] if partial else line
        branch = self.match(mode, before, hardware).branch if before.strip() else None
        branch = branch or self.modes[mode].root
        found = sorted(word for word in branch.keywords if word.lower().startswith(partial))
        if not partial:
            found += sorted(branch.arguments) + (["<cr>"] if branch.rule else [])
        return found


def _misread(fault: Misread, reading: Reading) -> CommandError:
    if fault.index is None:
        return CommandError(INCOMPLETE)
    return CommandError(INVALID, reading.words[reading.position + fault.index].column)


def split_words(line: str) -> list[Word]:
    """The words of a line with their columns."""
    return [Word(match[0], match.start()) for match in re.finditer(r"\S+", line)]


def _common_prefix(word: str, keywords: Iterable[str]) -> int:
    """IOS puts the caret under the first character that fits no keyword."""
    best = 0
    for keyword in keywords:
        length = 0
        for left, right in zip(word.lower(), keyword.lower(), strict=False):
            if left != right:
                break
            length += 1
        best = max(best, length)
    return best if best < len(word) else 0


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


def _leading_keywords(syntax: str) -> int:
    count = 0
    for token in syntax.split():
        if token[0] in "<[(":
            break
        count += 1
    return count


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


def _plant(root: Branch, rule: Rule) -> None:
    for sequence in expand(rule.syntax):
        branch = root
        for token in sequence:
            children = branch.arguments if token.startswith("<") else branch.keywords
            branch = children.setdefault(token, Branch())
        if branch.rule is not None:
            raise ValueError(f"two rules for {' '.join(sequence)!r}: {branch.rule.syntax!r}")
        branch.rule = rule


@cache
def load_grammar(file: str) -> Grammar:
    """Compile one of this package's tables: ``configuration.yml`` or ``exec.yml``."""
    table = yaml.safe_load((resources.files(__package__) / file).read_text(encoding="utf-8"))
    modes: dict[str, Mode] = {}
    for name, described in table["modes"].items():
        root, order = Branch(), 0
        for group, entries in enumerate(described["groups"]):
            for entry in entries:
                _plant(root, _rule(entry, order, group))
                order += 1
        modes[name] = Mode(name, str(described.get("prompt", "")), root)
    return Grammar(modes, table.get("choices", {}))
