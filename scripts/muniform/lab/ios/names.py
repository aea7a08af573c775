"""Interface names: abbreviations to full names, the order in which IOS prints them, short names."""

from __future__ import annotations

import re

# Speed order: IOS prints the ports of one module by type, slowest first.
PHYSICAL_TYPES = (
    "FastEthernet",
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
)
LOGICAL_TYPES = ("Loopback", "Port-channel", "Vlan")
_TYPES = LOGICAL_TYPES + PHYSICAL_TYPES
_SHORT = {
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TwoGigabitEthernet": "Tw",
    "FiveGigabitEthernet": "Fi",
    "TenGigabitEthernet": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "HundredGigE": "Hu",
    "AppGigabitEthernet": "Ap",
    "Loopback": "Lo",
    "Port-channel": "Po",
    "Vlan": "Vl",
}
_BY_SHORT = {short.lower(): name for name, short in _SHORT.items()}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)(\d+(?:/\d+)*)")
LOGICAL_RANGES = {"Loopback": range(2**31), "Port-channel": range(1, 129), "Vlan": range(1, 4095)}


def split(name: str) -> tuple[str, str] | None:
    """``te1/0/1`` as (full type, numbers), or None if it names no type or too many."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    kind = full_type(match[1])
    return (kind, match[2]) if kind else None


def full_type(word: str) -> str | None:
    """The one interface type that ``word`` abbreviates."""
    lowered = word.lower()
    if lowered in _BY_SHORT:
        return _BY_SHORT[lowered]
    found = [kind for kind in _TYPES if kind.lower().startswith(lowered)]
    return found[0] if len(found) == 1 else None


def is_logical(name: str) -> bool:
    return name.startswith(LOGICAL_TYPES)


def short(name: str) -> str:
    """``TenGigabitEthernet1/0/1`` as ``Te1/0/1``, the form of IOS's tables."""
    parts = split(name)
    return _SHORT[parts[0]] + parts[1] if parts else name


def sort_key(name: str) -> tuple[int, ...]:
    """Loopbacks, port-channels, physical ports by slot, module, type and number, then VLANs."""
    parts = split(name)
    if parts is None:
        return (9,)
    kind, numbers = parts[0], [int(number) for number in parts[1].split("/")]
    if kind in LOGICAL_TYPES:
        return ((0, 1, 3)[LOGICAL_TYPES.index(kind)], *numbers)
    app_last = 1 if kind == "AppGigabitEthernet" else 0
    return (2, app_last, *numbers[:-1], PHYSICAL_TYPES.index(kind), numbers[-1])
