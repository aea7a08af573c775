"""The commands that turn one configuration into another, as ``configure replace`` makes them.

What IOS-XE itself prints after a pass (``configure replace … list``) shows two blocks: first
everything that runs and does not stand in the file is negated, a value that only changes as well
(``no ip address OLD``), then everything that stands in the file and does not run is given, in the
file's order. Within the first block the order below is a documented guess: lines within sections
and single lines in printed order, then whole sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniform.lab.ios.tree import in_order, is_hidden, line_span, section_lines
from muniform.lab.simulated.language.grammar import Shows
from muniform.lab.simulated.language.tree import Node

_ORDERED = {"policy_map", "tacacs_group", "radius_group"}
"""Sections in which a line's place counts: the first class that fits serves, the first server that
answers decides. Access lists number their entries."""


def configlet(running: Node, wanted: Node) -> list[str]:
    """Command lines, indented by section; empty if nothing has to change."""
    before, after = Node(children=[*running.children]), Node(children=[*wanted.children])
    _divide_lines(before, after)
    return [
        *_negated(before, after, 0, sections=False),
        *_negated(before, after, 0, sections=True),
        *_given(before, after, 0),
    ]


def forget_states(running: Node, wanted: Node) -> None:
    """Drop lines that IOS shows in one form or the other and ``wanted`` does not mention: no
    command takes them away, their default is just not worth printing."""
    for node in list(running.children):
        twin = wanted.find(*node.key)
        if twin is not None:
            forget_states(node, twin)
        elif _is_state(node) and node.words[0] == "no":
            running.children.remove(node)


def arrange(running: Node, wanted: Node) -> None:
    """Lines whose order means nothing to IOS are printed in the order of the file (a guess: the
    switch has an order of its own for most of them)."""
    places = {node.key: place for place, node in enumerate(wanted.children)}
    running.children.sort(key=lambda node: places.get(node.key, len(places)))
    for node in running.children:
        twin = wanted.find(*node.key)
        if twin is not None:
            arrange(node, twin)


def _negated(before: Node, after: Node, depth: int, sections: bool) -> Iterator[str]:
    """Removals: of whole sections on this level, or of everything else at and below it."""
    moved = _moved(before, after)
    for node in in_order(before):
        twin = after.find(*node.key)
        if _stays(node, twin) and node.key not in moved:
            if twin is not None and not sections and not _is_certificate(node):
                below = [
                    *_negated(node, twin, depth + 1, sections=False),
                    *_negated(node, twin, depth + 1, sections=True),
                ]
                yield from _within(node, below, depth)
        elif _is_section(node) is sections:
            yield from _negation(node, twin, depth)


def _negation(node: Node, twin: Node | None, depth: int) -> Iterator[str]:
    is_negative = node.words[0] == "no"
    if is_hidden(node) or _is_fixed(node) or (is_negative and (twin or _is_state(node))):
        return
    words = node.words[1:] if is_negative else ("no", *node.words)
    if node.words[0] == "banner":
        words = words[:3]
    yield " " * depth + " ".join(words)


def _given(before: Node, after: Node, depth: int) -> Iterator[str]:
    moved = _moved(before, after)
    for node in in_order(after):
        twin = before.find(*node.key)
        if twin is None or not _stays(twin, node) or node.key in moved:
            yield from (" " * depth + line for line in section_lines(node))
        elif _is_certificate(node):
            if list(section_lines(node)) != list(section_lines(twin)):
                yield from (" " * depth + line for line in section_lines(node))
        else:
            yield from _within(node, list(_given(twin, node, depth + 1)), depth)


def _within(section: Node, below: Sequence[str], depth: int) -> Iterator[str]:
    if below:
        yield " " * depth + section.line
        yield from below


def _stays(node: Node, twin: Node | None) -> bool:
    return twin is not None and twin.words == node.words


def _moved(before: Node, after: Node) -> set[tuple[str, ...]]:
    """Lines of an ordered section from the first one on that stands in another place: they can
    only be appended anew."""
    if before.rule is None or before.rule.opens not in _ORDERED:
        return set()
    ours, theirs = ([node.key for node in in_order(side)] for side in (before, after))
    kept = [key for key in ours if key in theirs]
    same = next((at for at, key in enumerate(kept) if theirs[at] != key), len(kept))
    return set(kept[same:])


def _is_section(node: Node) -> bool:
    return node.rule is not None and bool(node.rule.opens)


def _is_certificate(node: Node) -> bool:
    """Its lines are a text, not settings: another text replaces the whole."""
    return node.rule is not None and node.rule.opens == "certificate"


def _is_state(node: Node) -> bool:
    return node.rule is not None and node.rule.shows is Shows.BOTH


def _is_fixed(node: Node) -> bool:
    """Terminal lines belong to the chassis, the version to the software."""
    return node.words[0] in ("line", "version")


def _divide_lines(*roots: Node) -> None:
    """Cut the ranges of terminal lines of all alike, so that they can be compared."""
    spans = [line_span(node) for root in roots for node in root.starting("line", "vty")]
    cuts = {first for first, _ in spans} | {last + 1 for _, last in spans}
    for root in roots:
        for node in root.starting("line", "vty"):
            root.children.remove(node)
            root.children += _parts(node, cuts)


def _parts(node: Node, cuts: set[int]) -> Iterator[Node]:
    first, last = line_span(node)
    starts = sorted({first, *(cut for cut in cuts if first < cut <= last)})
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        part = node.copy()
        numbers = dict.fromkeys((str(start), str(following - 1)))
        part.words = part.key = ("line", "vty", *numbers)
        yield part
