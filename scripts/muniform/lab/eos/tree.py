"""A configuration as a tree of lines, and how a line finds its place in it.

Printed order is the table's order (``configuration.yml``); lines of one rule stand in the order in
which they came, or sorted. So the text that was printed, read again, prints the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from muniform.lab.eos import names
from muniform.lab.simulated.language import tree

INDENT = "   "
END_OF_TEXT = "EOF"


@dataclass(slots=True)
class Node(tree.Node):
    """One line and what stands under it."""

    comments: list[str] = field(default_factory=list)
    """What a person wrote to the section."""
    text: list[str] | None = None
    """A banner's lines."""

    def copy(self) -> Self:
        copied = tree.Node.copy(self)
        copied.comments = list(self.comments)
        copied.text = None if self.text is None else list(self.text)
        return copied


def remove_starting(section: Node, words: tuple[str, ...]) -> None:
    """Remove every line that begins with ``words``, in whichever form it stands."""
    count = len(words)
    section.children = [
        child
        for child in section.children
        if words not in (child.words[:count], child.words[1 : count + 1], child.key[:count])
    ]


def in_order(section: Node) -> list[Node]:
    """The children in the order in which they are printed."""
    return sorted(section.children, key=_place)


def _place(node: Node) -> tuple[int, Any]:
    if node.rule is None:
        return (1 << 30, 0)
    if node.rule.sort == "interface":
        return node.rule.order, names.sort_key(node.words[-1])
    if node.rule.sort == "number":
        number = next(word for word in node.words if word.isdigit())
        # An entry and a remark are numbered alike.
        return 0 if node.words[0] == number else node.rule.order, int(number)
    return node.rule.order, node.key[-1] if node.rule.sort == "name" else 0


def printed(root: Node) -> list[str]:
    """The configuration as lines, without the comments that ``show`` puts before it."""
    lines: list[str] = []
    group = -1
    for node in in_order(root):
        current = node.rule.group if node.rule else -1
        if lines and (current != group or is_section(node)):
            lines.append("!")
        lines += section_lines(node)
        group = -1 if is_section(node) else current
    return [*lines, "!", "end"]


def is_section(node: Node) -> bool:
    return bool(node.rule and node.rule.opens) or node.text is not None


def section_lines(node: Node, indent: str = "") -> Iterator[str]:
    """One line and everything under it, indented as EOS indents."""
    yield indent + node.line
    if node.text is not None:
        yield from node.text
        yield END_OF_TEXT
    for comment in node.comments:
        yield f"{indent}{INDENT}!! {comment}"
    is_first = True
    for child in in_order(node):
        if is_section(child) and not is_first:
            yield f"{indent}{INDENT}!"
        yield from section_lines(child, indent + INDENT)
        is_first = False


def as_model(section: Node) -> dict[str, Any]:
    """The lines as ``show running-config`` gives them in JSON."""
    found: dict[str, Any] = {}
    for child in in_order(section):
        if child.text is not None:
            found[child.line] = {"cmds": dict.fromkeys(child.text), "comments": []}
        elif child.rule is not None and child.rule.opens:
            found[child.line] = {"cmds": as_model(child), "comments": list(child.comments)}
        else:
            found[child.line] = None
    return found
