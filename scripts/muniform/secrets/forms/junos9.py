"""Juniper's ``$9$``: what Junos stores of a secret that it must be able to read again.

Each character becomes two to four steps along a ring of 65 characters, each step counted from the
character before it. The first character after ``$9$`` says how many characters of filler follow.
Like Cisco's type 7 it is no encryption.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniform.secrets.forms.drawn import text

_GROUPS = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_RING = "".join(_GROUPS)
_FILLER = {first: 3 - place for place, group in enumerate(_GROUPS) for first in group}
_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))
"""What the steps of a character count for, by its place in the value; repeats after seven."""


def encode(value: str, name: str, _salt: str) -> str:
    """``$9$`` and the obfuscated value; what Junos draws at random comes from the name."""
    first = text("junos9:first", name, _RING, 1)
    return obfuscated(value, first, text("junos9:filler", name, _RING, _FILLER[first]))


def obfuscated(value: str, first: str, filler: str) -> str:
    """The same with a given first character and the filler that it asks for."""
    written, last = [], first
    for place, character in enumerate(value):
        for step in _steps(ord(character), _WEIGHTS[place % len(_WEIGHTS)]):
            last = _RING[(_RING.index(last) + step + 1) % len(_RING)]
            written.append(last)
    return f"$9${first}{filler}{''.join(written)}"


def _steps(code: int, weights: tuple[int, ...]) -> Iterator[int]:
    """``code`` as a sum of weights, the smallest weight first."""
    steps = []
    for weight in reversed(weights):
        step, code = divmod(code, weight)
        steps.append(step)
    return reversed(steps)
