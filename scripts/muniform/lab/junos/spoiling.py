"""What a broken device makes of a configuration: half of it, or not quite it. Pure."""

from __future__ import annotations

from muniform.lab.junos.loading import load_set
from muniform.lab.junos.printing import set_lines
from muniform.lab.junos.tree import Node
from muniform.lab.simulated.spoiling import arrived


def part_of(root: Node, before: Node) -> Node:
    """``root`` without the last third of what it adds to ``before``."""
    known = set(set_lines(before))
    lines = list(set_lines(root))
    added = [line for line in lines if line not in known]
    return _without(root, set(added) - set(arrived(added)))


def spoiled(root: Node) -> Node:
    """``root`` without one statement that nobody needs to get in."""
    lines = list(set_lines(root))
    for word in (" description ", " location ", " message ", " domain-name "):
        found = [line for line in lines if word in line and line.startswith("set ")]
        if found:
            return _without(root, {found[-1]})
    return root


def _without(root: Node, lines: set[str]) -> Node:
    deletions = "\n".join(f"delete {_named(line)}" for line in sorted(lines))
    return load_set(deletions, root).root


def _named(line: str) -> str:
    return line.removeprefix("set ").removesuffix(" ## SECRET-DATA")
