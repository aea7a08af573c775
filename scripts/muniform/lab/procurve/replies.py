"""What a command answers with: lines, or a question whose answer decides what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Lines = list[str]


@dataclass(frozen=True)
class Ask:
    """A question. ``y`` or ``n`` is one key, unless a whole line ``is_text``."""

    question: str
    then: Callable[[str], Reply]
    before: Lines = field(default_factory=list)
    is_text: bool = False
    is_hidden: bool = False
    """A password: it is not echoed."""


Reply = Lines | Ask


def confirmed(answer: str) -> bool:
    return answer.strip().lower() == "y"


def asked(question: str, act: Callable[[], Reply], before: Lines | None = None) -> Ask:
    """Act if the answer is yes; do nothing otherwise."""
    return Ask(question, lambda answer: act() if confirmed(answer) else [], before or [])
