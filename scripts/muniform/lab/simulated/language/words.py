"""Arguments of one word that every platform takes alike: the word as it is stored, or None."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address


def address(word: str) -> str | None:
    """A dotted quad, or None."""
    try:
        return str(IPv4Address(word)) if word.count(".") == 3 else None
    except AddressValueError:
        return None


def host(word: str) -> str | None:
    if re.fullmatch(r"[\d.]+", word):
        return address(word)
    return word if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", word) else None
