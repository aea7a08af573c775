"""Configurations near a good one: some are good as well, some are not."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import strategies as st

_NUMBER = re.compile(r"\d+")
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
    end = ";" if last.endswith(";") else ""
    lines[at] = f"{head} other{value}{end}"


def _swap(lines: list[str], at: int, _: int) -> None:
    other = (at + 1) % len(lines)
    lines[at], lines[other] = lines[other], lines[at]


def _copy(lines: list[str], at: int, value: int) -> None:
    """A line in another's place."""
    lines[at] = lines[value % len(lines)]


def _nonsense(lines: list[str], at: int, value: int) -> None:
    lines.insert(at, NONSENSE[value % len(NONSENSE)])


Mutation = Callable[[list[str], int, int], None]
GENTLE: tuple[Mutation, ...] = (_number, _last_word, _drop)
ROUGH: tuple[Mutation, ...] = (*GENTLE, _double, _swap, _copy, _nonsense)


@st.composite
def mutated(draw: st.DrawFn, text: str, rough: bool) -> str:
    """``text`` after a few changes of its lines."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        mutation = draw(st.sampled_from(ROUGH if rough else GENTLE))
        mutation(lines, draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, 300)))
    return "\n".join(lines) + "\n"
