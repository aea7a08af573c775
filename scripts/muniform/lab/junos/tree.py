"""A configuration as a tree of statements. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from muniform.lab.junos.schema import Kind, Rule, schema
from muniform.lab.junos.values import natural

Identity = tuple[str, ...]
"""What tells a statement from its neighbours: its keyword (or tag) and the values of its keys."""


@dataclass(eq=False, slots=True)
class Node:
    """One statement and what stands inside it."""

    rule: Rule
    keys: tuple[str, ...] = ()
    values: list[str] = field(default_factory=list)
    children: dict[Identity, Node] = field(default_factory=dict)
    is_inactive: bool = False
    comment: str = ""

    @property
    def identity(self) -> Identity:
        return identity(self.rule, self.keys)

    def child(self, *words: str) -> Node | None:
        """What stands inside by its keyword and keys, such as ``("unit", "0")``."""
        return self.children.get(words)

    def find(self, *path: str | tuple[str, ...]) -> Node | None:
        """The same over several levels; a tuple where a statement has keys."""
        node: Node | None = self
        for step in path:
            node = node.children.get((step,) if isinstance(step, str) else step) if node else None
            if node is not None and node.is_inactive:
                return None
        return node

    def value(self, *path: str | tuple[str, ...]) -> str | None:
        """The value of a leaf, or None if it isn't there."""
        found = self.find(*path)
        return found.values[0] if found is not None and found.values else None

    def has(self, *path: str | tuple[str, ...]) -> bool:
        return self.find(*path) is not None

    def each(self, keyword: str) -> Iterator[Node]:
        """All active statements of a keyword (or of a tag, where they have none)."""
        for key, node in self.children.items():
            if key[0] == keyword and not node.is_inactive:
                yield node

    def put(self, node: Node) -> None:
        self.children[node.identity] = node

    def enter(self, rule: Rule, keys: tuple[str, ...] = ()) -> Node:
        """The statement with these keys, made if it isn't there."""
        found = self.children.get(identity(rule, keys))
        if found is None:
            found = Node(rule, keys)
            self.put(found)
        return found

    def copy(self) -> Node:
        return Node(
            self.rule,
            self.keys,
            list(self.values),
            {key: child.copy() for key, child in self.children.items()},
            self.is_inactive,
            self.comment,
        )

    def in_order(self) -> list[Node]:
        """What stands inside, in the order in which it is printed."""
        return sorted(self.children.values(), key=_place)

    @property
    def is_empty(self) -> bool:
        """Means nothing: a hierarchy without content."""
        rule = self.rule
        if rule.kind is not Kind.HIERARCHY:
            return False
        return not self.children and not rule.stands_empty


def identity(rule: Rule, keys: tuple[str, ...]) -> Identity:
    return (rule.keyword or rule.tag, *keys)


def empty() -> Node:
    """A configuration with nothing in it."""
    return Node(schema())


def _place(node: Node) -> tuple[int, object]:
    rule = node.rule
    return rule.place, natural(node.keys[0]) if rule.is_sorted else ()


def prune(node: Node) -> None:
    """Take away hierarchies without content, as Junos does."""
    for key, child in list(node.children.items()):
        prune(child)
        if child.is_empty:
            del node.children[key]


def same(a: Node, b: Node) -> bool:
    """Whether two statements say the same, order included where it counts."""
    if a.values != b.values or a.is_inactive != b.is_inactive or a.comment != b.comment:
        return False
    if len(a.children) != len(b.children):
        return False
    ours, theirs = a.in_order(), b.in_order()
    return all(x.identity == y.identity and same(x, y) for x, y in zip(ours, theirs, strict=True))


def leaves(node: Node, path: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """Every statement that holds no other, with the way to it."""
    for child in node.in_order():
        here = (*path, child)
        if child.children:
            yield from leaves(child, here)
        else:
            yield here
