"""What an action of IOS may look at and change beside what every platform's may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.grammar import CommandError
from muniform.lab.simulated.language import edits
from muniform.lab.simulated.language.tree import Node

Words = edits.Words


@dataclass
class Edit(edits.Edit[Node, Hardware]):
    """One command on its way into a section."""

    strict: bool = False
    """A file for ``configure replace``, which is taken literally."""
    creates: list[str] = field(default_factory=list)
    """Global lines that IOS adds by itself because of this one."""
    renumbered: bool = False
    """The words now belong to another rule of the mode: the one with a number in front."""
    collects: str = ""
    """Set by a banner: the delimiter up to which text is gathered."""

    def refuse(self, message: str) -> CommandError:
        return CommandError(message)


Action = Callable[[Edit], Words | None]
