"""What a command answers with: lines, or a question, which most often one key answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from muniform.lab.simulated.asking import Ask

Lines = list[str]
Reply: TypeAlias = "Lines | Ask[Reply]"


def confirmed(answer: str) -> bool:
    return answer.strip().lower() == "y"


def asked(question: str, act: Callable[[], Reply], before: Lines | None = None) -> Ask[Reply]:
    """Act if the answer is yes; do nothing otherwise."""

    def answered(answer: str) -> Reply:
        return act() if confirmed(answer) else []

    return Ask(question, answered, before or [], takes_key=True)
