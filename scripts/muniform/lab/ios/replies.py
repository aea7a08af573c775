"""What a command answers with: lines, or a question whose answer decides what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Lines = list[str]


@dataclass(frozen=True)
class Ask:
    """A question. The answer is the line that is typed, or one key if ``is_confirm``."""

    question: str
    then: Callable[[str], Reply]
    before: Lines = field(default_factory=list)
    is_confirm: bool = False
    """IOS's ``[confirm]``: Enter or ``y`` goes on, any other key does not."""
    is_hidden: bool = False
    """A password: it is not echoed."""


Reply = Lines | Ask


def confirmed(answer: str) -> bool:
    return answer.strip().lower() in ("", "y", "yes")


def after(lines: Lines, reply: Reply) -> Reply:
    """``reply`` with ``lines`` printed before it."""
    if isinstance(reply, Ask):
        return Ask(
            reply.question, reply.then, lines + reply.before, reply.is_confirm, reply.is_hidden
        )
    return lines + reply
