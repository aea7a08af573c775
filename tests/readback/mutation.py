"""Spoils one line of a configuration, and says whether the spoilt text means something else."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from enum import StrEnum

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Kind(StrEnum):
    LETTER = "letter"
    NUMBER = "number"
    DROPPED = "dropped"
    DOUBLED = "doubled"


@dataclass(frozen=True)
class Mutation:
    kind: Kind
    line: int
    """Counted from 0."""
    before: str
    after: str
    """The spoilt line; empty if it was dropped."""
    text: str
    """The whole spoilt configuration."""
    means: bool
    """Whether a device would do something else, see ``changes_meaning``."""


def mutate(text: str, kind: Kind, chance: random.Random) -> Mutation:
    """One mutation of a kind, at a line where that kind is possible."""
    lines = text.splitlines()
    fit = [index for index, line in enumerate(lines) if _fits(line, kind)]
    index = chance.choice(fit)
    before = lines[index]
    after = _spoil(before, kind, chance)
    new = [*lines[:index], *after, *lines[index + 1 :]]
    return Mutation(
        kind,
        index,
        before,
        " ".join(after[:1]),
        "\n".join(new) + "\n",
        changes_meaning(lines, index, kind) and not only_a_label(before, " ".join(after[:1])),
    )


def _fits(line: str, kind: Kind) -> bool:
    visible = _visible(line)
    if kind is Kind.LETTER:
        return bool(re.search(r"[a-z]", visible))
    if kind is Kind.NUMBER:
        return bool(re.search(r"\d", visible))
    return bool(line.strip())


def _visible(line: str) -> str:
    """The line with references to secrets blanked: they stand for values of other characters."""
    return re.sub(r"<secret:[^>]*>", lambda match: " " * len(match[0]), line)


def _spoil(line: str, kind: Kind, chance: random.Random) -> list[str]:
    if kind is Kind.DROPPED:
        return []
    if kind is Kind.DOUBLED:
        return [line, line]
    pattern = r"[a-zA-Z]" if kind is Kind.LETTER else r"\d+"
    match = chance.choice(list(re.finditer(pattern, _visible(line))))
    if kind is Kind.LETTER:
        new = chance.choice([letter for letter in LETTERS if letter != match[0].lower()])
    else:
        new = str(int(match[0]) + chance.choice((1, 2, 10)))
    return [line[: match.start()] + new + line[match.end() :]]


def changes_meaning(lines: list[str], index: int, kind: Kind) -> bool:
    """Whether a device with the spoilt text would do something else.

    Comments mean nothing: ``!``, ``;`` and ``remark`` lines. ``exit`` and ``end`` close a section
    that the next line closes as well. A doubled line says the same twice, except where lines are
    text (banners) or braces that have to match (Junos).
    """
    line = lines[index].strip()
    if not line or line in ("!", "exit", "end", "exit-address-family", "exit-vrrp"):
        return False
    if line[0] in "!;" or re.match(r"(\d+ )?remark ", line):
        return False
    if kind is Kind.DOUBLED:
        return line.endswith("{") or line == "}" or _in_banner(lines, index)
    return True


LABEL = re.compile(r"\s*(?:term|policy) \S+ \{")


def only_a_label(before: str, after: str) -> bool:
    """A term or policy of Junos by another name does what it did: nothing refers to it."""
    return bool(LABEL.fullmatch(before) and LABEL.fullmatch(after))


def _in_banner(lines: list[str], index: int) -> bool:
    """Between ``banner login`` and its closing mark: ``^C`` on IOS, ``EOF`` on EOS."""
    inside = False
    for line in lines[: index + 1]:
        if line.startswith("banner ") and not line.startswith('banner motd "'):
            inside = True
        elif inside and line in ("^C", "EOF"):
            inside = False
    return inside
