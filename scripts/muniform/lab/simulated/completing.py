"""The tab key."""

from __future__ import annotations

from collections.abc import Sequence


def completed(line: str, following: Sequence[str]) -> str:
    """``line`` with its last keyword written out, if only one of ``following`` fits."""
    words = line.split()
    if not words or line.endswith(" ") or len(following) != 1:
        return line
    only = following[0].strip()
    if not only.startswith(words[-1].lower()):
        return line
    return line[: len(line) - len(words[-1])] + only + " "
