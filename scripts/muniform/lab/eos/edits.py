"""What an action of EOS may look at and change beside what every platform's may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.tree import Node
from muniform.lab.simulated.language import edits

Words = edits.Words


@dataclass
class Edit(edits.Edit[Node, Hardware]):
    """One command on its way into a section."""

    collects: bool = False
    """Set by a banner: the lines up to EOF are its text."""
    rule_of: Words = ()
    """Set if the words now belong to another rule of the same mode: a line that fits that one."""


Action = Callable[[Edit], Words | None]
