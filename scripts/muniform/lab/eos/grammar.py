"""How EOS understands a line: tables of patterns in YAML, compiled to tries.

A pattern is a line of keywords, ``<type:parameter>`` arguments, ``[optional]`` parts and
``(a|b)`` alternatives. A person may shorten a keyword to any unambiguous prefix; eAPI takes only
whole words, unless a request asks for completion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from muniform.lab.eos.arguments import READERS, Hardware, Reading
from muniform.lab.eos.faults import ambiguous, incomplete, invalid
from muniform.lab.ios.grammar import Shows, expand


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
    default: tuple[str, ...] = ()
    """The value at which nothing is printed: what follows the identity."""
    action: str = ""
    """A named special case, or what a command outside configuration mode does."""
    sort: str = ""
    """By what lines of this rule are sorted among themselves."""
    user: bool = False
    """A command that works without privilege."""

    def key(self, words: Sequence[str]) -> tuple[str, ...]:
        """The part of a line that a later line with the same part replaces."""
        return tuple(words[: self.identity])


@dataclass
class Branch:
    """A point in a mode's trie."""

    keywords: dict[str, Branch] = field(default_factory=dict)
    arguments: dict[str, Branch] = field(default_factory=dict)
    rule: Rule | None = None


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
class Grammar:
    """All modes of one table."""

    modes: Mapping[str, Mode]
    choices: Mapping[str, Sequence[str]]

    def match(
        self,
        mode: str,
        words: Sequence[str],
        hardware: Hardware,
        shortens: bool = True,
        first: int = 0,
    ) -> Match:
        """Walk ``words`` through the mode's trie as far as they go. Raises CliError.

        ``first`` is the place of the first of them on its line, for messages.
        """
        canonical: list[str] = []
        arguments: list[str] = []
        branch, position = self.modes[mode].root, 0
        while position < len(words):
            reading = Reading(words, position, hardware, shortens, self.choices)
            keyword = _exact(branch, words[position])
            taken = None if keyword is not None else _argument(branch, reading)
            if taken is not None:
                text, count, branch = taken
                canonical += text.split(" ")
                arguments.append(text)
                position += count
                continue
            keyword = keyword or _shortened(branch, reading, first + position)
            canonical.append(keyword)
            branch, position = branch.keywords[keyword], position + 1
        return Match(tuple(canonical), tuple(arguments), branch)

    def complete(
        self, mode: str, words: Sequence[str], hardware: Hardware, shortens: bool = True
    ) -> Match:
        """A line that must be a whole command. Raises CliError."""
        match = self.match(mode, words, hardware, shortens)
        if match.rule is None:
            raise incomplete(len(words))
        return match

    def help(self, mode: str, line: str, hardware: Hardware) -> list[str]:
        """What may follow ``line``; with a partial last word, its completions. Raises CliError."""
        words = line.split()
        partial = words.pop().lower() if words and not line.endswith(" ") else ""
        branch = self.match(mode, words, hardware).branch
        found = sorted(word for word in branch.keywords if word.lower().startswith(partial))
        if not partial:
            found += sorted(branch.arguments) + (["<cr>"] if branch.rule else [])
        return found


def _exact(branch: Branch, word: str) -> str | None:
    lowered = word.lower()
    return next((keyword for keyword in branch.keywords if keyword.lower() == lowered), None)


def _argument(branch: Branch, reading: Reading) -> tuple[str, int, Branch] | None:
    for token, following in branch.arguments.items():
        kind, _, parameter = token[1:-1].partition(":")
        taken = READERS[kind](reading, parameter)
        if taken is not None:
            return taken[0], taken[1], following
    return None


def _shortened(branch: Branch, reading: Reading, place: int) -> str:
    """The one keyword that a word abbreviates, where no argument fits. Raises CliError."""
    word = reading.word.lower()
    found = [keyword for keyword in branch.keywords if keyword.lower().startswith(word)]
    if not reading.shortens or not found:
        raise invalid(place, reading.word)
    if len(found) > 1:
        raise ambiguous(place, reading.word)
    return found[0]


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
        default=tuple(str(table.get("default", "")).split()),
        action=str(table.get("action", "")),
        sort=str(table.get("sort", "")),
        user=bool(table.get("user", False)),
    )


def _leading_keywords(syntax: str) -> int:
    words = syntax.split()
    return next((i for i, word in enumerate(words) if word[0] in "<[("), len(words))


def _plant(root: Branch, rule: Rule) -> None:
    for sequence in expand(rule.syntax):
        branch = root
        for token in sequence:
            children = branch.arguments if token.startswith("<") else branch.keywords
            branch = children.setdefault(token, Branch())
        if branch.rule is not None:
            raise ValueError(f"two rules for {' '.join(sequence)!r}: {branch.rule.syntax!r}")
        branch.rule = rule


def _mode(described: Mapping[str, Any]) -> Mode:
    root = Branch()
    entries: Iterator[tuple[int, Any]] = (
        (group, entry) for group, rules in enumerate(described["groups"]) for entry in rules
    )
    for order, (group, entry) in enumerate(entries):
        _plant(root, _rule(entry, order, group))
    return Mode(str(described["prompt"]), root)


@cache
def load_grammar(file: str) -> Grammar:
    """Compile one of this package's tables: ``configuration.yml`` or ``exec.yml``."""
    table = yaml.safe_load((resources.files(__package__) / file).read_text(encoding="utf-8"))
    modes = {name: _mode(described) for name, described in table["modes"].items()}
    return Grammar(modes, table["choices"])
