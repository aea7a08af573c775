"""A configuration as hier_config's tree, for what no resource parser reads.

The structure (what stands below what) is read by others; the few words are matched here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hier_config import HConfig, Platform, get_hconfig
from hier_config.child import HConfigChild

PLATFORMS = {
    "ios": Platform.CISCO_IOS,
    "eos": Platform.ARISTA_EOS,
    "frr": Platform.GENERIC,
    "procurve": Platform.HP_PROCURVE,
}


def tree(platform: str, text: str) -> HConfig:
    """The tree, without ArubaOS-Switch's banner: it is one line, hier_config looks for its end."""
    if platform == "procurve":
        text = "\n".join(line for line in text.splitlines() if not line.startswith("banner "))
    return get_hconfig(PLATFORMS[platform], text)


def matches(
    parent: HConfig | HConfigChild, pattern: str
) -> Iterator[tuple[re.Match[str], HConfigChild]]:
    """The lines right below ``parent`` that match a pattern as a whole."""
    for child in parent.children:
        match = re.fullmatch(pattern, child.text)
        if match:
            yield match, child


def first(parent: HConfig | HConfigChild | None, pattern: str) -> str:
    """The first group of the first matching line below ``parent``, or an empty text."""
    if parent is None:
        return ""
    return next((match[1] for match, _ in matches(parent, pattern)), "")


def each(parent: HConfig | HConfigChild, pattern: str) -> tuple[str, ...]:
    """The first group of every matching line below ``parent``, in order."""
    return tuple(match[1] for match, _ in matches(parent, pattern))


def number(text: str | None) -> int | None:
    return int(text) if text else None


def vlan_numbers(parts: Iterable[str]) -> tuple[int, ...]:
    """VLAN ids of texts such as ``10-12,20``, sorted."""
    found: set[int] = set()
    for part in ",".join(parts).split(","):
        first_id, _, last_id = part.strip().partition("-")
        if first_id:
            found.update(range(int(first_id), int(last_id or first_id) + 1))
    return tuple(sorted(found))
