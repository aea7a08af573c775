"""What a command answers with: lines, or a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from muniform.lab.simulated.asking import Ask

Lines = list[str]
Reply: TypeAlias = "Lines | Ask[Reply]"


def after(lines: Lines, reply: Reply) -> Reply:
    """``reply`` with ``lines`` printed before it."""
    if isinstance(reply, Ask):
        return replace(reply, before=lines + reply.before)
    return lines + reply
