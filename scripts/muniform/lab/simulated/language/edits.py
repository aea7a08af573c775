"""One configuration command on its way into a section: what an action may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from muniform.lab.simulated.language.grammar import Rule
from muniform.lab.simulated.language.tree import AnyNode

Words = tuple[str, ...]
AnyHardware = TypeVar("AnyHardware")
AnyEdit = TypeVar("AnyEdit")


@dataclass
class Edit(Generic[AnyNode, AnyHardware]):
    """One command on its way into a section."""

    root: AnyNode
    section: AnyNode
    rule: Rule
    words: Words
    negative: bool
    hardware: AnyHardware
    messages: list[str] = field(default_factory=list)
    targets: list[Words] = field(default_factory=list)
    """Sections that the command opens instead of one of its own words (a range, a list)."""


Action = Callable[[AnyEdit], Words | None]
"""Answers with the words to store, or None when it has done all there is to do."""


def by_name(*actions: Action[AnyEdit]) -> dict[str, Action[AnyEdit]]:
    """Actions by the names that ``configuration.yml`` calls them."""
    return {action.__name__: action for action in actions}
