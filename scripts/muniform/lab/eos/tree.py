"""A configuration as a tree of lines, and how a line finds its place in it.

Printed order is the table's order (``configuration.yml``); lines of one rule stand in the order in
which they came, or sorted. So the text that was printed, read again, prints the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muniform.lab.eos import names
from muniform.lab.eos.grammar import Rule
from muniform.lab.ios.grammar import Shows

INDENT = "   "
END_OF_TEXT = "EOF"


@dataclass(slots=True)
class Node:
    """One line and what stands under it."""

    words: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    rule: Rule | None = None
    children: list[Node] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    """What a person wrote to the section."""
    text: list[str] | None = None
    """A banner's lines."""

    @property
    def line(self) -> str:
        return " ".join(self.words)

    def find(self, *key: str) -> Node | None:
        """The line whose identity is ``key``."""
        return next((child for child in self.children if child.key == key), None)

    def starting(self, *words: str) -> list[Node]:
        """The lines that begin with ``words``."""
        count = len(words)
        return [child for child in self.children if child.words[:count] == words]

    def has(self, *words: str) -> bool:
        """True if exactly this line is there."""
        return any(child.words == words for child in self.children)

    def value(self, *key: str) -> tuple[str, ...] | None:
        """The words after ``key``, or None if the setting is absent or negated."""
        found = self.find(*key)
        if found is None or found.words[: len(key)] != key:
            return None
        return found.words[len(key) :]

    def copy(self) -> Node:
        children = [child.copy() for child in self.children]
        text = None if self.text is None else list(self.text)
        return Node(self.words, self.key, self.rule, children, list(self.comments), text)


def store(section: Node, rule: Rule, words: tuple[str, ...], negative: bool = False) -> Node | None:
    """Put a line in its place; returns the node that now stands for it, or None.

    A line replaces the one with the same identity. ``no`` removes it, and stays itself where EOS
    prints negated commands.
    """
    key = rule.key(words)
    existing = section.find(*key)
    hidden = Shows.POSITIVE if negative else Shows.NEGATIVE
    is_default = bool(rule.default) and words[len(key) :] == rule.default
    if rule.shows is hidden or is_default:
        if existing is not None:
            section.children.remove(existing)
        return None
    if existing is None:
        existing = Node(key=key)
        section.children.append(existing)
    existing.words, existing.rule = ("no", *words) if negative else words, rule
    return existing


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
