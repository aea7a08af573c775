"""What a command answers with: text and the same as data, or a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class Ask:
    """A question. The answer is the line that is typed, or one key if ``is_confirm``."""

    question: str
    then: Callable[[str], Output]
    is_confirm: bool = False
    is_hidden: bool = False
    """A password: it is not echoed."""


Reply = Output | Ask


def said(*lines: str) -> Output:
    """Messages, which eAPI gives as such."""
    return Output(list(lines), {"messages": ["\n".join(lines)]} if lines else {})


def confirmed(answer: str) -> bool:
    return answer.strip().lower() in ("", "y", "yes")
