"""What a switch is set to: settings in sections, VLANs with their ports, aggregations.

Printed order is the grammar's order (``configuration.yml``), whatever the order in which the lines
came; so the text that was printed, read again, prints the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from muniform.lab.procurve.arguments import Hardware
from muniform.lab.procurve.grammar import Rule
from muniform.lab.procurve.matching import STAR
from muniform.lab.procurve.ports import natural

DEFAULT_VLAN = 1
TRUNK_PRIORITY = "4"
"""What an aggregation has in the spanning tree by itself; the switch prints it all the same."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """One line, or one port's part of one."""

    rule: Rule
    words: Words
    element: str = ""
    negative: bool = False

    @property
    def line(self) -> str:
        return self.line_for(self.element)

    def line_for(self, elements: str) -> str:
        """The line with a list in the place of its element."""
        words = [elements if word == STAR else word for word in self.words]
        return " ".join([*(["no"] if self.negative else []), *words])


@dataclass
class Section:
    """Settings by what names them: a later line takes the place of one with the same words."""

    settings: dict[Words, Setting] = field(default_factory=dict)

    def put(self, setting: Setting) -> None:
        self.settings[_key(setting.rule, setting.words, setting.element)] = setting

    def drop(self, rule: Rule, words: Words, element: str = "") -> None:
        self.settings.pop(_key(rule, words, element), None)

    def drop_element(self, element: str) -> None:
        """Forget all that names a port."""
        self.settings = {k: v for k, v in self.settings.items() if v.element != element}

    def value(self, *key: str) -> Words | None:
        """The words after ``key``, or None where the setting is absent or negated."""
        found = self.settings.get(key)
        return None if found is None or found.negative else found.words[len(key) :]

    def has(self, *key: str) -> bool:
        """Whether exactly this is set."""
        return self.value(*key) == ()

    def is_off(self, *key: str) -> bool:
        """Whether something that is on by itself was switched off."""
        found = self.settings.get(key)
        return found is not None and found.negative

    def starting(self, *words: str) -> list[Setting]:
        return [s for key, s in self.settings.items() if key[: len(words)] == words]


@dataclass
class Vlan:
    """A VLAN: its own settings, and the ports in it."""

    section: Section = field(default_factory=Section)
    untagged: set[str] = field(default_factory=set)
    tagged: set[str] = field(default_factory=set)


@dataclass
class Trunk:
    """A link aggregation."""

    kind: str
    members: set[str] = field(default_factory=set)


@dataclass
class State:
    """A whole configuration."""

    hardware: Hardware
    root: Section = field(default_factory=Section)
    interfaces: dict[str, Section] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    named: dict[Words, Section] = field(default_factory=dict)
    """Classes and policies, by the words that open them."""
    trunks: dict[str, Trunk] = field(default_factory=dict)

    def trunk_of(self, port: str) -> str | None:
        return next((name for name, each in self.trunks.items() if port in each.members), None)

    def switched(self) -> list[str]:
        """What can be in a VLAN: aggregations, and the ports that are in none."""
        alone = [port for port in self.hardware.chassis if self.trunk_of(port) is None]
        return sorted([*alone, *self.trunks], key=natural)

    def interface(self, port: str) -> Section:
        return self.interfaces.setdefault(port, Section())

    def join_untagged(self, port: str, vlan: int) -> None:
        """A port is untagged in one VLAN at most."""
        for other in self.vlans.values():
            other.untagged.discard(port)
        self.vlans[vlan].tagged.discard(port)
        self.vlans[vlan].untagged.add(port)

    def join_tagged(self, port: str, vlan: int) -> None:
        self.vlans[vlan].untagged.discard(port)
        self.vlans[vlan].tagged.add(port)

    def settle(self, port: str) -> None:
        """A port that is in no VLAN falls back into the default one."""
        if not any(port in vlan.untagged | vlan.tagged for vlan in self.vlans.values()):
            self.vlans[DEFAULT_VLAN].untagged.add(port)

    def expel(self, port: str) -> None:
        """Out of every VLAN."""
        for vlan in self.vlans.values():
            vlan.untagged.discard(port)
            vlan.tagged.discard(port)


def _key(rule: Rule, words: Words, element: str) -> Words:
    identity = rule.identity(words)
    return tuple(element if word == STAR else word for word in identity)


def factory(hardware: Hardware) -> State:
    """The switch as it comes: every port untagged in the default VLAN."""
    state = State(Hardware(hardware.chassis))
    state.vlans[DEFAULT_VLAN] = Vlan(untagged=set(hardware.chassis))
    return state
