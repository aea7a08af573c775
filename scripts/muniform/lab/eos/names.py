"""Interface names: what may be typed, what EOS prints, and in which order."""

from __future__ import annotations

import re

TYPES = ("Port-Channel", "Ethernet", "Loopback", "Management", "Vlan")
"""In printed order."""
_SHORT = {
    "Port-Channel": "Po",
    "Ethernet": "Et",
    "Loopback": "Lo",
    "Management": "Ma",
    "Vlan": "Vl",
}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)(\d+(?:/\d+)*)")
_NUMBERS = {"Loopback": range(2101), "Port-Channel": range(1, 1000000), "Vlan": range(1, 4095)}
MANAGEMENT_PORT = "Management1"


def full(name: str, shortens: bool = True) -> str | None:
    """``et1`` as ``Ethernet1``; None if it names no interface that EOS could have."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    word = match[1].lower()
    found = [kind for kind in TYPES if kind.lower() == word]
    if not found and shortens:
        found = [kind for kind in TYPES if kind.lower().startswith(word)]
    return found[0] + match[2] if len(found) == 1 else None


def kind(name: str) -> str:
    return name.rstrip("0123456789/")


def is_physical(name: str) -> bool:
    return kind(name) in ("Ethernet", "Management")


def can_bridge(name: str) -> bool:
    return kind(name) in ("Ethernet", "Port-Channel")


def can_be_made(name: str) -> bool:
    """True for a logical interface whose number is in range."""
    number = name.removeprefix(kind(name))
    return kind(name) in _NUMBERS and number.isdigit() and int(number) in _NUMBERS[kind(name)]


def short(name: str) -> str:
    """``Ethernet1`` as ``Et1``, the form of tables and prompts."""
    return _SHORT[kind(name)] + name.removeprefix(kind(name))


def sort_key(name: str) -> tuple[int, ...]:
    family = kind(name)
    if family not in TYPES:
        return (len(TYPES),)
    numbers = name.removeprefix(family).split("/")
    return (TYPES.index(family), *(int(number) for number in numbers))
