"""The hierarchy that the device accepts: the table of ``configuration.yml``, as rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_KEY = re.compile(r"<([^:>]+)(?::([^>]+))?>")


class Kind(Enum):
    """What a statement is."""

    HIERARCHY = "hierarchy"
    """Holds other statements; one of its name, or many that keys tell apart."""
    LEAF = "leaf"
    LIST = "list"
    """Values, in brackets if they are several."""
    FLAG = "flag"


@dataclass(frozen=True)
class Key:
    """One value that tells statements of a kind apart."""

    kind: str
    tag: str
    word: str = ""
    """The keyword before it, where there are several ("to-zone")."""


@dataclass(eq=False)
class Rule:
    """One kind of statement. ``keyword`` is empty where a value stands for itself."""

    keyword: str
    tag: str
    kind: Kind
    place: int
    value: str = ""
    keys: tuple[Key, ...] = ()
    modifiers: frozenset[str] = frozenset()
    inner: dict[str, Rule] = field(default_factory=dict)
    """By keyword."""
    nameless: list[Rule] = field(default_factory=list)
    """Those without one: the first whose value fits is meant."""
    by_tag: dict[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.is_sorted = "sorted" in self.modifiers
        self.is_inline = "inline" in self.modifiers
        self.is_prefix = "prefix" in self.modifiers
        self.is_single = "single" in self.modifiers
        self.is_many = bool(self.keys)
        self.is_unwrapped = self.is_many and not self.keyword and self.tag == ""
        """In XML its elements bear its parent's name ("tacplus-server")."""
        self.stands_empty = self.kind is Kind.FLAG or self.is_many or "presence" in self.modifiers

    @property
    def is_secret(self) -> bool:
        return self.value in ("secret", "hash", "snmp-password")

    def add(self, rule: Rule) -> None:
        if rule.keyword:
            self.inner[rule.keyword] = rule
        else:
            self.nameless.append(rule)
        if rule.tag:
            self.by_tag[rule.tag] = rule


@cache
def schema() -> Rule:
    """The root of the hierarchy."""
    text = files(__package__).joinpath("configuration.yml").read_text()
    root = Rule("", "configuration", Kind.HIERARCHY, 0)
    _fill(root, yaml.safe_load(text))
    return root


def _fill(rule: Rule, content: Mapping[str, Any]) -> None:
    for place, (head, inner) in enumerate(content.items()):
        rule.add(_rule(str(head), inner, place))


def _rule(head: str, content: Any, place: int) -> Rule:
    head, *modifiers = head.split(" +")
    head, _, tag = head.partition(" as ")
    if head.startswith("="):
        return Rule("", head[1:], Kind.LEAF, place, str(content))
    keyword, keys = _head(head)
    if isinstance(content, Mapping):
        rule = Rule(
            keyword,
            tag or keyword,
            Kind.HIERARCHY,
            place,
            keys=keys,
            modifiers=frozenset(modifiers),
        )
        _fill(rule, content)
        return rule
    if isinstance(content, list):
        return Rule(keyword, tag or keyword, Kind.LIST, place, str(content[0]))
    kind = Kind.FLAG if content == "flag" else Kind.LEAF
    return Rule(keyword, tag or keyword, kind, place, "" if kind is Kind.FLAG else str(content))


def _head(head: str) -> tuple[str, tuple[Key, ...]]:
    """The keyword of a statement, and its keys with the words between them."""
    keyword, word = "", ""
    keys: list[Key] = []
    for part in head.split():
        found = _KEY.fullmatch(part)
        if found:
            keys.append(Key(found[1], found[2] or "name", word))
            word = ""
        elif not keyword and not keys:
            keyword = part
        else:
            word = part
    return keyword, tuple(keys)
