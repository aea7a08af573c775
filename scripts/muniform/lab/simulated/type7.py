"""Cisco's type 7: how IOS hides a password that it must know again. Not a hash.

Two decimal digits say where in a fixed text to begin; each further pair is a character, combined
with the text by exclusive or. The lab has its own, since a simulator that shares code with the
programs it judges proves nothing.
"""

from __future__ import annotations

import re
import secrets

_TEXT = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_SEEDS = 16
_FORM = re.compile(r"(0\d|1[0-5])([0-9A-Fa-f]{2})+")


def type7(value: str, seed: int | None = None) -> str:
    """What stands after ``7``. IOS draws the seed at random."""
    start = secrets.randbelow(_SEEDS) if seed is None else seed
    hidden = (c ^ _TEXT[(start + i) % len(_TEXT)] for i, c in enumerate(value.encode()))
    return f"{start:02d}" + "".join(f"{c:02X}" for c in hidden)


def reveal7(text: str) -> str | None:
    """The value behind a type 7 text; None if it is none."""
    if not _FORM.fullmatch(text):
        return None
    start = int(text[:2])
    shown = (c ^ _TEXT[(start + i) % len(_TEXT)] for i, c in enumerate(bytes.fromhex(text[2:])))
    return bytes(shown).decode("ascii", "replace")
