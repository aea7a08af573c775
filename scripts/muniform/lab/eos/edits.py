"""One configuration command on its way into a section: what an action may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.tree import Node
from muniform.lab.simulated.language.grammar import Rule

Words = tuple[str, ...]


@dataclass
class Edit:
    """One command on its way into a section."""

    root: Node
    section: Node
    rule: Rule
    words: Words
    negative: bool
    hardware: Hardware
    messages: list[str] = field(default_factory=list)
    targets: list[Words] = field(default_factory=list)
    """Sections that the command opens instead of one of its own words (a range, a list)."""
    collects: bool = False
    """Set by a banner: the lines up to EOF are its text."""
    rule_of: Words = ()
    """Set if the words now belong to another rule of the same mode: a line that fits that one."""


Action = Callable[[Edit], Words | None]
"""Answers with the words to store, or None when it has done all there is to do."""
