"""What a broken device loses of what it takes in: the fault ``partial_load``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Part = TypeVar("Part")


def arrived(parts: Sequence[Part]) -> list[Part]:
    """All but the last third; of one or two parts, all but the last."""
    return list(parts[: len(parts) * 2 // 3])
