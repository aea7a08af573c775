"""Lists of VLANs, as they are typed on every platform. How they are printed differs."""

from __future__ import annotations

import re

_HIGHEST = 4094


def vlan_set(text: str) -> set[int] | None:
    """The VLANs of a list such as ``1,5-7``, or None."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= _HIGHEST:
            return None
        found.update(range(first, last + 1))
    return found
