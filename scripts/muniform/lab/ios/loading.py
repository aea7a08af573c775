"""Faults of taking a configuration in: what is lost on the way, and what comes in beside it."""

from __future__ import annotations

from muniform.lab.ios.tree import in_order
from muniform.lab.simulated.faults import Condition, Faults
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.spoiling import arrived

_OTHER = "left by somebody else"


def taken_in(content: bytes, faults: Faults) -> bytes:
    """What reaches the flash of a file that a client sends."""
    if not faults.has(Condition.PARTIAL_LOAD):
        return content
    return b"".join(arrived(content.splitlines(keepends=True)))


def disturb(config: Node, faults: Faults) -> None:
    """After a commit: one line is not what was committed."""
    if not faults.has(Condition.COMMITS_OTHER):
        return
    ports = [node for node in in_order(config) if node.words[:1] == ("interface",)]
    described = [line for port in ports for line in port.starting("description")]
    if described:
        described[-1].words = ("description", _OTHER)
