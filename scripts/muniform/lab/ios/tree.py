"""A configuration as a tree of lines, and how a line finds its place in it.

Printed order is the grammar's order (``configuration.yml``); lines of one rule stand in the order
in which they came, or sorted by number or interface. So the text that was printed, read again,
prints the same. A banner is one line that contains line breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniform.lab.ios import names
from muniform.lab.simulated.language.tree import Node

ETX = "\x03"
FIRST_JOINABLE_LINE = 5
"""Lines 0 to 4 are printed by themselves, even if the others are set like them."""


def remove(section: Node, key: tuple[str, ...]) -> bool:
    """Remove the line with this identity; False if there was none."""
    existing = section.find(*key)
    if existing is None:
        return False
    section.children.remove(existing)
    return True


def in_order(section: Node) -> list[Node]:
    """The children in the order in which they are printed."""
    return sorted(section.children, key=_place)


def _place(node: Node) -> tuple[int, tuple[int, ...]]:
    if node.rule is None:
        return (1 << 30, ())
    if node.rule.sort == "interface":
        return node.rule.order, names.sort_key(node.words[-1])
    if node.rule.sort == "number":
        number = next((word for word in node.words if word.isdigit()), "0")
        # A numbered remark stands before the entry that carries its number; both share a place.
        shared = 0 if node.words[0].isdigit() else node.rule.order
        return shared, (int(number), -len(node.key))
    return node.rule.order, ()


def prints_vlans(root: Node) -> bool:
    """VLANs stand in the configuration only if VTP is transparent or off. A switch that serves
    them to others, which is the default, or gets them from others keeps them in vlan.dat."""
    return root.value("vtp", "mode") in (("transparent",), ("off",))


def in_vlan_database(node: Node) -> bool:
    """True for what vlan.dat holds: VTP's mode and domain, and the VLANs."""
    kind, *rest = node.words or ("",)
    return (kind == "vlan" and rest[0].isdigit()) or (
        kind == "vtp" and rest[0] in ("mode", "domain")
    )


def is_hidden(node: Node) -> bool:
    """True for what the device keeps and never prints: SNMPv3 users."""
    return node.rule is not None and node.rule.hidden


def printed(root: Node, with_database: bool = False) -> list[str]:
    """The configuration as lines, without the volatile head that ``show`` puts before it.

    What is only in vlan.dat, or never printed, is left out, unless ``with_database`` asks for it.
    """
    lines: list[str] = []
    group, separated = -1, True
    shows_all = with_database or prints_vlans(root)
    nodes = [
        node
        for node in in_order(root)
        if (shows_all or not in_vlan_database(node)) and (with_database or not is_hidden(node))
    ]
    for node in _alike_joined(nodes):
        current = node.rule.group if node.rule else -1
        is_section = bool(node.rule and node.rule.opens)
        if not separated and (current != group or is_section):
            lines.append("!")
        lines.extend(section_lines(node))
        group, separated = current, is_section
        if is_section:
            lines.append("!")
    return [*lines, *([] if separated else ["!"]), "end"]


def _alike_joined(nodes: Sequence[Node]) -> list[Node]:
    """Neighbouring terminal lines that are set alike are printed as one range."""
    joined: list[Node] = []
    for node in nodes:
        before = joined[-1] if joined else Node()
        if _continues(before, node):
            words = (*before.words[:3], node.words[-1])
            joined[-1] = Node(words, before.key, before.rule, before.children)
        else:
            joined.append(node)
    return joined


def _continues(before: Node, node: Node) -> bool:
    if not before.words[:2] == node.words[:2] == ("line", "vty"):
        return False
    (first, last), (following, _) = line_span(before), line_span(node)
    is_next = first >= FIRST_JOINABLE_LINE and last + 1 == following
    return is_next and list(section_lines(before))[1:] == list(section_lines(node))[1:]


def line_span(node: Node) -> tuple[int, int]:
    """The first and the last terminal line of a ``line vty`` section."""
    return int(node.words[2]), int(node.words[-1])


def section_lines(node: Node, depth: int = 0) -> Iterator[str]:
    """One line and everything under it, indented as IOS indents."""
    yield from (" " * depth + node.line).split("\n")
    for child in in_order(node):
        yield from section_lines(child, depth + 1)
    if node.rule is not None and node.rule.closes:
        yield " " * (depth + 1) + node.rule.closes


def shown(lines: Sequence[str]) -> list[str]:
    """A terminal shows the ETX character, which ends a banner, as ``^C``."""
    return [line.replace(ETX, "^C") for line in lines]
