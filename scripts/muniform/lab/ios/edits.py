"""One configuration command on its way into a section: what an action may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.grammar import CommandError
from muniform.lab.simulated.language.grammar import Rule
from muniform.lab.simulated.language.tree import Node

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
    strict: bool
    """A file for ``configure replace``, which is taken literally."""
    messages: list[str] = field(default_factory=list)
    targets: list[Words] = field(default_factory=list)
    """Sections that the command opens instead of one of its own name (a range, a list)."""
    creates: list[str] = field(default_factory=list)
    """Global lines that IOS adds by itself because of this one."""
    renumbered: bool = False
    """The words now belong to another rule of the mode: the one with a number in front."""
    collects: str = ""
    """Set by a banner: the delimiter up to which text is gathered."""

    def refuse(self, message: str) -> CommandError:
        return CommandError(message)


Action = Callable[[Edit], Words | None]
