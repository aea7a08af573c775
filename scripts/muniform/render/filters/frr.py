"""Filters for FRR templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from muniform.model import ROUTING_KEY_ID, RoutedInterface, SecretRef


def frr_order(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """Interfaces as FRR prints them: letters as text, numbers as numbers (eth2 before eth10)."""
    return sorted(interfaces, key=lambda interface: _natural(interface.name))


def frr_first_boot(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """What carries the management address: the loopback, and the links on which OSPF speaks."""
    return [entry for entry in frr_order(interfaces) if entry.name == "lo" or entry.ospf_active]


def frr_ospf_key(key: SecretRef) -> str:
    """The key with its number. FRR has no key chain for OSPF, keeps the key as it is and cuts it
    after 16 characters, as MD5 authentication (RFC 2328, D.3) leaves room for no more."""
    return f"{ROUTING_KEY_ID} md5 {key}"


def _natural(name: str) -> tuple[tuple[bool, int, str], ...]:
    pieces = re.findall(r"\d+|\D+", name)
    return tuple(
        (piece.isdigit(), int(piece), "") if piece.isdigit() else (False, 0, piece)
        for piece in pieces
    )


FILTERS: Mapping[str, Callable[..., Any]] = {
    "frr_order": frr_order,
    "frr_first_boot": frr_first_boot,
    "frr_ospf_key": frr_ospf_key,
}
