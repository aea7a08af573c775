"""A configuration as a tree of lines, and how a line finds its place in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self, TypeVar

from muniform.lab.simulated.language.grammar import Rule, Shows


@dataclass(slots=True)
class Node:
    """One line and what stands under it."""

    words: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    rule: Rule | None = None
    children: list[Self] = field(default_factory=list)

    @property
    def line(self) -> str:
        return " ".join(self.words)

    def find(self, *key: str) -> Self | None:
        """The line whose identity is ``key``."""
        return next((child for child in self.children if child.key == key), None)

    def starting(self, *words: str) -> list[Self]:
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

    def copy(self) -> Self:
        copied = type(self)(self.words, self.key, self.rule)
        copied.children = [child.copy() for child in self.children]
        return copied


AnyNode = TypeVar("AnyNode", bound=Node)


def store(
    section: AnyNode, rule: Rule, words: tuple[str, ...], negative: bool = False
) -> AnyNode | None:
    """Put a line in its place; returns the node that now stands for it, or None.

    A line replaces the one with the same identity. ``no`` removes it, and stays itself where the
    platform prints negated commands.
    """
    key = rule.key(words)
    existing = section.find(*key)
    printed = ("no", *words) if negative else words
    hidden = Shows.POSITIVE if negative else Shows.NEGATIVE
    is_default = bool(rule.default) and not negative and words[rule.identity :] == rule.default
    if rule.shows is hidden or is_default:
        if existing is not None:
            section.children.remove(existing)
        return None
    if existing is None:
        existing = type(section)(printed, key, rule)
        section.children.append(existing)
    existing.words, existing.rule = printed, rule
    return existing
