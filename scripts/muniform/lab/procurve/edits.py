"""One configuration command on its way into a section: what an action may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muniform.lab.procurve.matching import Match, Refused
from muniform.lab.procurve.state import Section, Setting, State, Vlan, Words


@dataclass(frozen=True)
class Context:
    """Where commands go: the top, or one or more sections of a kind."""

    mode: str
    names: tuple[str, ...] = ("",)
    prompt: str = ""


@dataclass(frozen=True)
class Edit:
    """A command that was understood, in one section."""

    state: State
    section: Section
    name: str
    """The section's: a port, a VLAN's id; empty at the top."""
    match: Match

    @property
    def words(self) -> Words:
        return self.match.words

    @property
    def negative(self) -> bool:
        return self.match.negative

    @property
    def vlan(self) -> Vlan:
        """The VLAN whose section this is."""
        return self.state.vlans[int(self.name)]

    def declared(self, vlan: str) -> int:
        """A VLAN that must exist."""
        if int(vlan) not in self.state.vlans:
            raise Refused(f"VLAN {vlan} does not exist.")
        return int(vlan)


Action = Callable[[Edit], None]


def store(edit: Edit, words: Words | None = None) -> None:
    """Put a line in its place. ``no`` takes it away, or stays where it is not the default."""
    rule = edit.match.rule
    words = words or edit.words
    keeps_no = rule.shows in ("negative", "both")
    for element in edit.match.elements or ("",):
        is_default = rule.key is not None and words[rule.key :] in rule.default
        if edit.negative and keeps_no:
            edit.section.put(Setting(rule, rule.identity(words), element, negative=True))
        elif edit.negative or is_default or rule.shows == "negative":
            edit.section.drop(rule, words, element)
        else:
            edit.section.put(Setting(rule, words, element))
