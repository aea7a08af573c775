"""``show | compare``: what turns one configuration into another, as Junos prints it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniform.lab.junos.printing import block, head_texts, head_words, one_line
from muniform.lab.junos.schema import Kind
from muniform.lab.junos.tree import Node, same


def compare(before: Node, after: Node) -> str:
    """The difference; empty if there is none."""
    return "".join(f"{line}\n" for line in _inside(before, after, ()))


def _inside(before: Node, after: Node, path: tuple[str, ...]) -> Iterator[str]:
    """First what changed at this level, then what changed further in, each with its heading."""
    changed: list[str] = []
    deeper: list[tuple[Node, Node]] = []
    for old, new in _pairs(before, after):
        if old is not None and new is not None and _goes_deeper(old, new):
            if not same(old, new):
                deeper.append((old, new))
        else:
            changed += _lines(old, new, path)
    changed += _moved(before, after)
    if changed:
        yield f"[edit{''.join(f' {word}' for word in path)}]"
        yield from changed
    for old, new in deeper:
        if old.is_inactive != new.is_inactive and path == ():
            yield "[edit]"
        yield from _switched(old, new)
        yield from _inside(old, new, (*path, *head_words(new)))


def _pairs(before: Node, after: Node) -> Iterator[tuple[Node | None, Node | None]]:
    """Both sides of each statement, in the order of printing: what goes away where it stood."""
    news = after.in_order()
    olds = before.in_order()
    rest = {node.identity: node for node in olds}
    kept = {node.identity for node in news}
    for old in olds:
        if old.identity not in kept:
            yield old, None
    for new in news:
        yield rest.get(new.identity), new


def _goes_deeper(old: Node, new: Node) -> bool:
    """Both are printed with braces, so what differs is shown inside."""
    if new.rule.kind is not Kind.HIERARCHY or new.rule.is_inline:
        return False
    if new.rule.is_prefix:
        return True
    return one_line(old) is None and one_line(new) is None


def _lines(old: Node | None, new: Node | None, path: tuple[str, ...]) -> list[str]:
    if old is not None and new is not None and same(old, new):
        return []
    margin = "  " if not path else "   "
    found: list[str] = []
    for sign, node in (("-", old), ("+", new)):
        if node is None:
            continue
        for part in _printed(node):
            found.append(f"{sign}{margin}{part}")
    return found


def _printed(node: Node) -> Iterator[str]:
    if node.rule.is_prefix:
        for inner in node.in_order():
            yield from block(inner, 0, f"{node.rule.keyword} ", node.is_inactive)
    else:
        yield from block(node, 0)


def _moved(before: Node, after: Node) -> list[str]:
    """Statements that stand on both sides in another order, where the order is the engineer's."""
    found: list[str] = []
    for kind in {node.rule.tag: node.rule for node in after.children.values()}.values():
        if not kind.is_many or kind.is_sorted:
            continue
        olds = [n.identity for n in before.in_order() if n.rule is kind]
        news = [n.identity for n in after.in_order() if n.rule is kind]
        common = set(olds) & set(news)
        ours = [each for each in olds if each in common]
        theirs = [each for each in news if each in common]
        stay = _longest_common(ours, theirs)
        found += [_move(after.children[each]) for each in theirs if each not in stay]
    return found


def _move(node: Node) -> str:
    rest = " { ... }" if one_line(node) is None else ";"
    return f"!   {' '.join(head_texts(node))}{rest}"


def _switched(old: Node, new: Node) -> Iterator[str]:
    """A whole hierarchy that became inactive, or active again."""
    if old.is_inactive != new.is_inactive:
        word = "inactive" if new.is_inactive else "active"
        yield f"!   {word}: {' '.join(head_texts(new))} {{ ... }}"


def _longest_common(
    a: Sequence[tuple[str, ...]], b: Sequence[tuple[str, ...]]
) -> set[tuple[str, ...]]:
    """What need not move: the longest sequence that both orders share."""
    place = {each: index for index, each in enumerate(a)}
    best: list[list[tuple[str, ...]]] = []
    for each in b:
        # best[k] ends lowest among the sequences of length k + 1.
        low, high = 0, len(best)
        while low < high:
            middle = (low + high) // 2
            if place[best[middle][-1]] < place[each]:
                low = middle + 1
            else:
                high = middle
        run = [*(best[low - 1] if low else []), each]
        best[low : low + 1] = [run]
    return set(best[-1]) if best else set()
