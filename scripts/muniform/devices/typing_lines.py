"""What may be typed at a switch's command line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from muniform.devices.secret_lines import mask_line
from muniform.errors import CandidateRejected

_KEY = re.compile(r"[?\x00-\x1f\x7f]")
"""Keys that mean something wherever they stand: help, completion, editing, a line's end."""


def check_typeable(commands: Iterable[str]) -> None:
    """Raises CandidateRejected for a command that would be typed otherwise than it is meant.

    To be asked before anything changes: half a command may be one, too.
    """
    for command in commands:
        if found := _KEY.search(command):
            masked = _KEY.sub(" ", mask_line(command))
            raise CandidateRejected(
                f"{masked!r} can't be typed: it has a {_named(found[0])}",
                "choose another text or secret, without question marks and control characters",
            )


def _named(key: str) -> str:
    return "question mark" if key == "?" else f"control character ({ord(key):#04x})"
