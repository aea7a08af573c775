"""Configurations near a good one: some are good as well, some are not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

_WORD = re.compile(r"[^\";]+")
_NUMBER = re.compile(r"\d+")
_WORDING = re.compile(r"\s*(description|name|snmp-server (contact|location)|location|contact)\b")
_WAY_IN = re.compile(
    r"\s*(ip (default-gateway|route)|next-hop|route 0|ip address|address \d|.*vlan.* \d)"
)
NONSENSE = ("nonsense 7", " switchport acces vlan", "}", "\tvlan vlan", "no", "% Invalid input")


def _drop(lines: list[str], at: int, _: int) -> None:
    del lines[at]


def _double(lines: list[str], at: int, _: int) -> None:
    lines.insert(at, lines[at])


def _number(lines: list[str], at: int, value: int) -> None:
    """Another number in place of the first one of a line."""
    lines[at] = _NUMBER.sub(str(value), lines[at], count=1)


def _last_word(lines: list[str], at: int, value: int) -> None:
    head, _, last = lines[at].rpartition(" ")
    lines[at] = f"{head} {_WORD.sub(f'other{value}', last)}"


def _swap(lines: list[str], at: int, _: int) -> None:
    other = (at + 1) % len(lines)
    lines[at], lines[other] = lines[other], lines[at]


def _copy(lines: list[str], at: int, value: int) -> None:
    """A line in another's place."""
    lines[at] = lines[value % len(lines)]


def _nonsense(lines: list[str], at: int, value: int) -> None:
    lines.insert(at, NONSENSE[value % len(NONSENSE)])


def _reword(lines: list[str], at: int, value: int) -> None:
    """What is only told to people: the next such line."""
    _last_word(lines, _next(_WORDING, lines, at), value)


def _cut(lines: list[str], at: int, _: int) -> None:
    """Something that management may need."""
    del lines[_next(_WAY_IN, lines, at)]


def _next(pattern: re.Pattern[str], lines: list[str], at: int) -> int:
    order = [*range(at, len(lines)), *range(at)]
    return next((index for index in order if pattern.match(lines[index])), at)


Mutation = Callable[[list[str], int, int], None]
GENTLE: tuple[Mutation, ...] = (_reword, _reword, _cut, _drop)
ROUGH: tuple[Mutation, ...] = (*GENTLE, _number, _last_word, _double, _swap, _copy, _nonsense)


@dataclass(frozen=True)
class Edit:
    """One change of a text's lines. Small, so that a failing example can be read."""

    mutation: Mutation
    at: int
    value: int

    def __repr__(self) -> str:
        return f"{self.mutation.__name__}({self.at}, {self.value})"


def edits(rough: bool) -> st.SearchStrategy[list[Edit]]:
    """A few changes; rough ones make nonsense as well."""
    numbers = st.integers(0, 1999)
    one = st.builds(Edit, st.sampled_from(ROUGH if rough else GENTLE), numbers, numbers)
    return st.lists(one, min_size=1, max_size=4)


def mutated(text: str, changes: list[Edit]) -> str:
    """``text`` with its lines changed."""
    lines = text.splitlines()
    for each in changes:
        each.mutation(lines, each.at % len(lines), each.value)
    return "\n".join(lines) + "\n"
