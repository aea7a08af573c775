"""What a command answers with: lines, or a question whose answer decides what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from muniform.lab.simulated.device import Connection

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Ask(Generic[Answer]):
    """A question. The answer is the line that is typed, or one key if ``takes_key``."""

    question: str
    then: Callable[[str], Answer]
    before: list[str] = field(default_factory=list)
    """What is printed before it."""
    takes_key: bool = False
    is_hidden: bool = False
    """A password: it is not echoed."""


def confirmed(answer: str) -> bool:
    """Whether an answer to ``[confirm]`` goes on: Enter or ``y``."""
    return answer.strip().lower() in ("", "y", "yes")


class Asking(Generic[Answer]):
    """What a terminal asks of every command line that can ask back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._has_left = False
        self._ask: Ask[Answer] | None = None

    @property
    def is_frozen(self) -> bool:
        return self._connection.is_frozen

    @property
    def is_over(self) -> bool:
        """The client left, or lost its connection."""
        return self._has_left or self._connection.is_dropped

    @property
    def is_hidden(self) -> bool:
        """What is typed now must not be echoed."""
        return self._ask is not None and self._ask.is_hidden

    @property
    def takes_key(self) -> bool:
        """One key is the whole answer."""
        return self._ask is not None and self._ask.takes_key

    @property
    def takes_text(self) -> bool:
        """What is typed now is text, in which ``?``, tab and control characters mean nothing."""
        return self._ask is not None

    def leave(self) -> None:
        self._has_left = True

    def end_text(self) -> list[str] | None:
        """Control-D, which means nothing on most platforms."""
        return None

    def _asked(self) -> Ask[Answer] | None:
        """The question that waited; it waits no more."""
        ask, self._ask = self._ask, None
        return ask
