"""The command grammar: tables of patterns in YAML, read into tries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from muniform.lab.simulated.language.grammar import expand


@dataclass(frozen=True)
class Rule:
    """One command of one mode."""

    syntax: str
    group: int
    order: int
    """Where it is printed: group by group; in a group port by port, then in the rules' order."""
    key: int | None = None
    """How many leading words name the setting; None: all of them do (lines accumulate)."""
    prints: str = "each"
    """``each``: a line for each element of its list; ``list``: one line with the list."""
    shows: str = "positive"
    """``negative``: the command is the default, only ``no …`` is printed; ``both``: either."""
    default: tuple[tuple[str, ...], ...] = ()
    """The values at which nothing is printed: what may follow the words of the key."""
    opens: str = ""
    """The mode that the command enters."""
    action: str = ""
    """A named special case, or the handler of an exec command."""
    operator: bool = False
    """An exec command that an operator may use too."""

    def identity(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(words[: self.key])


@dataclass(frozen=True)
class Argument:
    kind: str
    parameter: str = ""


Token = str | Argument


@dataclass(frozen=True)
class Sequel:
    """One flat way to write a rule."""

    tokens: tuple[Token, ...]
    rule: Rule


@dataclass
class Branch:
    """A point in all the ways to write the commands of a mode."""

    keywords: dict[str, Branch] = field(default_factory=dict)
    arguments: dict[Argument, Branch] = field(default_factory=dict)
    rule: Rule | None = None
    """The command that is complete here."""
    passing: list[Rule] = field(default_factory=list)
    """All commands that begin like this."""


@dataclass(frozen=True)
class Mode:
    prompt: str
    sequels: tuple[Sequel, ...]
    root: Branch


# Reading the tables


@cache
def load_grammar(name: str) -> Mapping[str, Mode]:
    """The modes of a table in this package."""
    table = yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))
    return {mode: _mode(entry) for mode, entry in table.items()}


def _mode(entry: Mapping[str, Any]) -> Mode:
    sequels = [
        Sequel(tokens, _rule(each, group, order))
        for group, rules in enumerate(entry["groups"])
        for order, each in enumerate(rules)
        for tokens in _variants(each["syntax"] if isinstance(each, dict) else each)
    ]
    root = Branch()
    for sequel in sequels:
        _grow(root, sequel)
    return Mode(entry.get("prompt", ""), tuple(sequels), root)


def _grow(branch: Branch, sequel: Sequel) -> None:
    for token in sequel.tokens:
        branch.passing.append(sequel.rule)
        if isinstance(token, str):
            branch = branch.keywords.setdefault(token, Branch())
        else:
            branch = branch.arguments.setdefault(token, Branch())
    branch.passing.append(sequel.rule)
    branch.rule = branch.rule or sequel.rule


def _rule(entry: str | Mapping[str, Any], group: int, order: int) -> Rule:
    options = {"syntax": entry} if isinstance(entry, str) else dict(entry)
    key: int | str | None = options.pop("key", None)
    defaults = tuple(tuple(str(each).split()) for each in options.pop("default", ()))
    first = min((_first_argument(tokens) for tokens in _variants(options["syntax"])), default=0)
    return Rule(
        group=group,
        order=order,
        key=None if key == "all" else int(key or first),
        default=defaults,
        **options,
    )


def _first_argument(tokens: tuple[Token, ...]) -> int:
    return next((at for at, each in enumerate(tokens) if not isinstance(each, str)), len(tokens))


def _variants(syntax: str) -> list[tuple[Token, ...]]:
    return [tuple(_token(part) for part in variant) for variant in expand(syntax)]


def _token(part: str) -> Token:
    if not part.startswith("<"):
        return part
    kind, _, parameter = part[1:-1].partition(":")
    return Argument(kind, parameter)
