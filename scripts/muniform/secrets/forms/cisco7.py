"""Cisco's type 7: what IOS prints with ``service password-encryption``, EOS after ``key 7``.

Each byte is combined (exclusive or) with a fixed text, from a place in it that two decimal digits
name. It hides a value from a glance and from nothing else.
"""

from __future__ import annotations

import hashlib
from itertools import cycle, islice

_TEXT = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_SEEDS = 16
"""IOS and EOS start at one of the first sixteen characters."""


def encode(value: str, name: str, _salt: str) -> str:
    """The hidden value, from a place drawn from the secret's name."""
    return hidden(value, hashlib.sha256(f"ios7:{name}".encode()).digest()[0] % _SEEDS)


def hidden(value: str, seed: int) -> str:
    """Two decimal digits, then two hexadecimal ones for each character, upper case."""
    row = islice(cycle(_TEXT), seed, None)
    combined = bytes(a ^ b for a, b in zip(value.encode(), row, strict=False))
    return f"{seed:02d}{combined.hex().upper()}"
