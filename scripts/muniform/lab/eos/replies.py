"""What a command answers with: text and the same as data, or a question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from muniform.lab.simulated.asking import Ask

Model = dict[str, Any]


@dataclass(frozen=True)
class Output:
    """What a command prints."""

    lines: list[str] = field(default_factory=list)
    model: Model | None = field(default_factory=dict)
    """Its structured form; None: it has none."""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


Reply = Output | Ask[Output]


def said(*lines: str) -> Output:
    """Messages, which eAPI gives as such."""
    return Output(list(lines), {"messages": ["\n".join(lines)]} if lines else {})
