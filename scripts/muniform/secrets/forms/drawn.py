"""What a device draws at random, drawn from a secret's name instead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count


def characters(purpose: str, name: str, alphabet: str) -> Iterator[str]:
    """An endless row of characters of ``alphabet``, the same for the same purpose and name."""
    for block in count():
        for byte in hashlib.sha256(f"{purpose}:{name}:{block}".encode()).digest():
            yield alphabet[byte % len(alphabet)]


def text(purpose: str, name: str, alphabet: str, length: int) -> str:
    """The first ``length`` of those characters."""
    row = characters(purpose, name, alphabet)
    return "".join(next(row) for _ in range(length))
