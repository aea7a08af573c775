"""What an error offers in the place of a name that does not exist. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NAMED_AT_MOST = 8
ALL = "muniform lab status --json"


def offered(name: str, known: Iterable[str]) -> str:
    """The names most like a wrong one, or the first of all."""
    names = sorted(set(known))
    if not names:
        return f"there are none: {ALL}"
    chosen = get_close_matches(name, names, NAMED_AT_MOST) or names[:NAMED_AT_MOST]
    rest = len(names) - len(chosen)
    return f"one of: {', '.join(chosen)}" + (f" and {rest} more: {ALL}" if rest else "")
