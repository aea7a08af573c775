"""What a session would change, as ``show session-config diffs`` prints it.

Changed lines carry ``+`` or ``-``; the sections in which they stand are printed without a sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniform.lab.eos.tree import INDENT, Node, in_order, section_lines


def session_diff(running: Node, candidate: Node, name: str) -> list[str]:
    """The lines; none if nothing would change."""
    lines = list(_changes(running, candidate, ""))
    if not lines:
        return []
    return ["--- system:/running-config", f"+++ session:/{name}-session-config", *lines]


def _changes(before: Node, after: Node, indent: str) -> Iterator[str]:
    gone = {child.key: child for child in before.children}
    kept = {child.key for child in after.children}
    if [*before.comments] != [*after.comments]:
        yield from (f"-{indent}!! {comment}" for comment in before.comments)
        yield from (f"+{indent}!! {comment}" for comment in after.comments)
    pending = [child for child in in_order(before) if child.key not in kept]
    for child in in_order(after):
        while pending and _is_before(pending[0], child):
            yield from _signed("-", pending.pop(0), indent)
        yield from _pair(gone.get(child.key), child, indent)
    for child in pending:
        yield from _signed("-", child, indent)


def _pair(before: Node | None, after: Node, indent: str) -> Iterator[str]:
    if before is None:
        yield from _signed("+", after, indent)
        return
    if before.words != after.words or before.text != after.text:
        yield from _signed("-", before, indent)
        yield from _signed("+", after, indent)
        return
    inner = list(_changes(before, after, indent + INDENT))
    if inner:
        yield indent + after.line
        yield from inner


def _is_before(first: Node, second: Node) -> bool:
    return in_order(Node(children=[first, second]))[0] is first


def _signed(sign: str, node: Node, indent: str) -> Iterator[str]:
    yield from (f"{sign}{line}" for line in section_lines(node, indent))
