"""Words into the tree and out of it: setting, deleting, deactivating, moving. Pure.

Curly-brace text and ``set`` lines say the same in the same words, so both end here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muniform.lab.junos.lexer import Word
from muniform.lab.junos.printing import head_words
from muniform.lab.junos.schema import Kind, Rule
from muniform.lab.junos.tree import Node
from muniform.lab.junos.values import BadValueError, check

SYNTAX = "syntax error"
NOT_FOUND = "statement not found"
_SEVERITIES = (
    *("any", "emergency", "alert", "critical", "error", "warning", "notice", "info", "none"),
    "debug",
)
_ONE_OF_THESE = {
    "then": (
        frozenset({"accept", "reject", "discard", "next"}),
        frozenset({"permit", "deny", "reject"}),
    ),
    "lacp": (frozenset({"active", "passive"}),),
    "server-fail": (frozenset({"permit", "deny", "use-cache", "vlan-name"}),),
    "contents": (frozenset(_SEVERITIES),),
}
"""By the hierarchy's name: statements of which the last one given counts."""


class EditError(Exception):
    """What Junos says of words that it does not take, where, and of which word."""

    def __init__(self, message: str, path: Sequence[Node], words: Sequence[Word], at: int) -> None:
        super().__init__(message)
        self.message = message
        self.path = tuple(word for node in path for word in head_words(node))
        self.statement = " ".join(word.text for word in words)
        self.bad = words[at].text if at < len(words) else (words[-1].text if words else "")
        self.line = words[min(at, len(words) - 1)].line if words else 0
        self.at = at


@dataclass
class _Walk:
    """Words on their way down the tree."""

    way: list[Node]
    words: Sequence[Word]
    at: int = 0

    @property
    def node(self) -> Node:
        return self.way[-1]

    @property
    def left(self) -> bool:
        return self.at < len(self.words)

    def take(self) -> Word:
        if not self.left:
            raise self.error("missing argument.")
        self.at += 1
        return self.words[self.at - 1]

    def error(self, message: str) -> EditError:
        return EditError(message, self.way, self.words, max(self.at - 1, 0))


def put(way: Sequence[Node], words: Sequence[Word]) -> list[Node]:
    """Make the statement below ``way[-1]``; returns the way to its last hierarchy.

    Raises EditError, and then nothing is changed.
    """
    walk = _Walk(list(way), words)
    made: tuple[Node, Node] | None = None
    try:
        while walk.left:
            rule = _rule(walk)
            if rule.kind is not Kind.HIERARCHY:
                _set_leaf(walk, rule)
                continue
            parent, before = walk.node, len(walk.node.children)
            walk.way.append(parent.enter(rule, _keys(walk, rule)))
            if made is None and len(parent.children) > before:
                made = parent, walk.node
    except EditError:
        if made is not None:
            parent, node = made
            del parent.children[node.identity]
        raise
    return walk.way


def _rule(walk: _Walk) -> Rule:
    """What the next word stands for; a word that stands for itself is left in place."""
    parent = walk.node.rule
    word = walk.take()
    found = parent.inner.get(word.text)
    if found is not None and not word.is_list:
        _replace_others(walk.node, word.text)
        return found
    refusal = SYNTAX
    for rule in parent.nameless:
        try:
            check(rule.keys[0].kind if rule.keys else rule.value, word.text)
        except BadValueError as error:
            refusal = str(error) if not parent.inner else SYNTAX
        else:
            walk.at -= 1
            return rule
    raise walk.error(refusal)


def _replace_others(node: Node, word: str) -> None:
    for group in _ONE_OF_THESE.get(node.rule.tag, ()):
        if word in group:
            for other in group - {word}:
                node.children.pop((other,), None)


def _keys(walk: _Walk, rule: Rule) -> tuple[str, ...]:
    found: list[str] = []
    for key in rule.keys:
        if key.word and walk.take().text != key.word:
            raise walk.error(SYNTAX)
        found.append(_checked(walk, key.kind))
    return tuple(found)


def _checked(walk: _Walk, kind: str) -> str:
    word = walk.take()
    if word.is_list:
        raise walk.error(SYNTAX)
    try:
        return check(kind, word.text)
    except BadValueError as error:
        raise walk.error(str(error)) from None


def _set_leaf(walk: _Walk, rule: Rule) -> None:
    node = walk.node
    if rule.kind is Kind.FLAG:
        node.enter(rule)
    elif rule.kind is Kind.LEAF:
        value = _checked(walk, rule.value)
        node.enter(rule).values = [value]
    else:
        values = _listed(walk, rule)
        leaf = node.enter(rule)
        leaf.values = list(dict.fromkeys([*leaf.values, *values]))


def _listed(walk: _Walk, rule: Rule) -> list[str]:
    word = walk.take()
    try:
        return [check(rule.value, each) for each in (word.members if word.is_list else [word.text])]
    except BadValueError as error:
        raise walk.error(str(error)) from None


@dataclass(frozen=True)
class Found:
    """What words name: statements of one parent, or one value of a list."""

    parent: Node
    nodes: tuple[Node, ...]
    value: str | None = None


def find(way: Sequence[Node], words: Sequence[Word]) -> Found | None:
    """What the words name below ``way[-1]``; None if it isn't there. Raises EditError."""
    walk = _Walk(list(way), words)
    found = Found(walk.node, tuple(walk.node.children.values()))
    while walk.left:
        parent = walk.node
        rule = _known(walk)
        if rule.kind is Kind.HIERARCHY and rule.keys and not walk.left:
            nodes = tuple(node for node in parent.children.values() if node.rule is rule)
            return Found(parent, nodes) if nodes else None
        keys = _keys(walk, rule)
        node = parent.children.get(((rule.keyword or rule.tag), *keys))
        if node is None:
            return None
        found = Found(parent, (node,))
        if rule.kind is Kind.HIERARCHY:
            walk.way.append(node)
        elif walk.left and rule.kind is not Kind.FLAG:
            value = walk.take()
            if walk.left:
                raise walk.error(SYNTAX)
            if value.text not in node.values:
                return None
            found = Found(parent, (node,), value.text)
    return found


def _known(walk: _Walk) -> Rule:
    parent = walk.node.rule
    word = walk.take()
    if word.text in parent.inner:
        return parent.inner[word.text]
    if parent.nameless:
        walk.at -= 1
        return parent.nameless[0]
    raise walk.error(SYNTAX)


def delete(way: Sequence[Node], words: Sequence[Word]) -> bool:
    """Take away what the words name; False if it isn't there. Raises EditError."""
    found = find(way, words)
    if found is None:
        return False
    for node in found.nodes:
        if found.value is not None and len(node.values) > 1:
            node.values.remove(found.value)
        else:
            found.parent.children.pop(node.identity, None)
    return True


def set_active(way: Sequence[Node], words: Sequence[Word], is_active: bool) -> bool:
    """Activate or deactivate a statement; False if it isn't there. Raises EditError."""
    found = find(way, words)
    if found is None:
        return False
    for node in found.nodes:
        node.is_inactive = not is_active
    return True


def insert(way: Sequence[Node], words: Sequence[Word]) -> bool:
    """``insert term b before term a``; False if either isn't there. Raises EditError."""
    texts = [word.text for word in words]
    verb = next((i for i, text in enumerate(texts) if text in ("before", "after")), None)
    if verb is None:
        raise EditError("missing argument.", way, words, len(words) - 1)
    moved = find(way, words[:verb])
    if moved is None or len(moved.nodes) != 1:
        return False
    node, siblings = moved.nodes[0], moved.parent.children
    mark = (node.identity[0], *texts[verb + 1 :][-len(node.keys) :])
    if mark not in siblings or mark == node.identity:
        return False
    order = [key for key in siblings if key != node.identity]
    order.insert(order.index(mark) + (texts[verb] == "after"), node.identity)
    moved.parent.children = {key: siblings[key] for key in order}
    return True
