"""What may be shown: secrets mask themselves, and what devices wrote is spelled out.

The one place a secret's value leaves its type is ``reveal``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "********"


class Secret:
    """A value that must not be shown: repr, str and format print a mask."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.name!r}, {MASK})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        raise TypeError(f"secret {self.name!r} must not be serialised")


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """Replace every secret's value in ``text``, the longest first."""
    values = sorted({s.reveal() for s in secrets if s.reveal()}, key=len, reverse=True)
    if not values:
        return text
    return re.sub("|".join(re.escape(value) for value in values), MASK, text)


def printable(text: str) -> str:
    """One line of text that is safe to show on a terminal and says all that was in it.

    Control characters, line breaks, and what turns the direction of writing are spelled as escapes:
    a device, or a neighbour of it, must not repaint what somebody is about to approve.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
