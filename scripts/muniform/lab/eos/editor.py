"""Configuration mode: takes lines, one after the other, and changes a tree.

The same editor reads what is typed, what eAPI is sent, a file, and the startup configuration.
Indentation means nothing: a command that the current mode does not know is one of an outer mode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from muniform.lab.eos import names
from muniform.lab.eos.actions import ACTIONS
from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.edits import Edit, Words
from muniform.lab.eos.faults import CliError, incomplete
from muniform.lab.eos.grammar import load_grammar
from muniform.lab.eos.tree import END_OF_TEXT, Node, remove_starting
from muniform.lab.simulated.language.grammar import Match, Rule
from muniform.lab.simulated.language.tree import store

GRAMMAR = load_grammar("configuration.yml")
_NEGATIONS = ("no", "default")


@dataclass
class _Place:
    """Where in the tree the next line belongs. A range has several sections."""

    mode: str
    sections: list[Node]


@dataclass
class _Gathering:
    """Text that is typed up to EOF: a banner's, or a section's comment."""

    sections: list[Node]
    lines: list[str] = field(default_factory=list)
    is_comment: bool = False


@dataclass
class Editor:
    """A configuration that is being changed."""

    root: Node
    hardware: Hardware
    shortens: bool = True
    has_ended: bool = False
    _stack: list[_Place] = field(init=False)
    _gathering: _Gathering | None = None

    def __post_init__(self) -> None:
        self._stack = [_Place("global", [self.root])]

    @property
    def mode(self) -> str:
        return self._stack[-1].mode

    @property
    def prompt(self) -> str:
        """What the brackets of the prompt say of the section, such as ``-if-Et1``."""
        place = self._stack[-1]
        if place.mode == "global":
            return ""
        name = place.sections[0].words[-1]
        shown = GRAMMAR.modes[place.mode].prompt
        if place.mode == "interface":
            return f"-if-{names.short(name)}"
        is_named = place.mode in ("vlan", "extended_acl", "standard_acl", "qos_profile", "api_vrf")
        return f"-{shown}-{name}" if is_named else f"-{shown}"

    @property
    def is_gathering(self) -> bool:
        """True while text is taken: the line is no command."""
        return self._gathering is not None

    def feed(self, line: str) -> list[str]:
        """Take one line. Returns EOS's messages; raises CliError if it refuses the line."""
        if self._gathering is not None:
            self._gather(line)
            return []
        words = line.split()
        if not words or (line.lstrip().startswith("!") and not words[0].startswith("!!")):
            return []
        if words[0].startswith("!!"):
            self._comment(line.split("!!", 1)[1].strip())
            return []
        if words == ["comment"] and len(self._stack) > 1:
            self._gathering = _Gathering(self._stack[-1].sections, is_comment=True)
            return []
        if words in (["end"], ["exit"]):
            self._leave(words[0])
            return []
        return self._command(words)

    def give(self, text: str) -> None:
        """The text that a command waits for, all at once, as eAPI gives it."""
        for line in text.rstrip("\n").split("\n"):
            self.feed(line)
        if self._gathering is not None:
            self.feed(END_OF_TEXT)

    def _leave(self, word: str) -> None:
        if word == "end" or len(self._stack) == 1:
            self.has_ended = True
            del self._stack[1:]
        else:
            self._stack.pop()

    def _command(self, words: list[str]) -> list[str]:
        """Try the current mode, then the outer ones; a command of an outer mode leaves the
        inner."""
        first: CliError | None = None
        for level in range(len(self._stack) - 1, -1, -1):
            try:
                match = self._match(self._stack[level].mode, words)
            except CliError as fault:
                first = first or fault
                continue
            del self._stack[level + 1 :]
            return self._apply(self._stack[level], words, match)
        raise first or incomplete(len(words))

    def _match(self, mode: str, words: list[str]) -> Match:
        negation = _negation(words)
        if negation is None:
            return GRAMMAR.complete(mode, words, self.hardware, self.shortens)
        if len(words) == 1:
            raise incomplete(1)
        return GRAMMAR.match(mode, words[1:], self.hardware, self.shortens, first=1)

    def _apply(self, place: _Place, words: list[str], match: Match) -> list[str]:
        negation = _negation(words)
        messages: list[str] = []
        opened: list[Node] = []
        for section in place.sections:
            if negation == "default":
                self._reset(section, match)
                continue
            if match.rule is None:
                remove_starting(section, match.words)
                continue
            edit = Edit(
                self.root, section, match.rule, match.words, negation == "no", self.hardware
            )
            opened += self._perform(edit, place.mode)
            messages += edit.messages
        rule = match.rule
        if rule is not None and rule.opens and negation is None and opened:
            self._stack.append(_Place(rule.opens, opened))
        return messages

    def _reset(self, section: Node, match: Match) -> None:
        """``default …``: as if it had never been configured."""
        if match.words[:1] == ("interface",) and match.rule is not None:
            for name in match.words[1].split(","):
                existing = section.find("interface", name)
                if existing is not None:
                    existing.children.clear()
            return
        rule = match.rule
        remove_starting(section, rule.key(match.words) if rule else match.words)

    def _perform(self, edit: Edit, mode: str) -> list[Node]:
        words: Words | None = edit.words
        if edit.rule.action:
            words = ACTIONS[edit.rule.action](edit)
        if edit.collects:
            node = self._section(edit.rule, edit.words, edit.root)
            self._gathering = _Gathering([node])
            return []
        if edit.targets:
            return [self._section(edit.rule, target, edit.root) for target in edit.targets]
        if words is None:
            return []
        rule = edit.rule
        if edit.rule_of:
            rule = GRAMMAR.complete(mode, edit.rule_of, self.hardware).rule or rule
        node_or_none = store(edit.section, rule, words, edit.negative)
        return [node_or_none] if node_or_none is not None else []

    def _section(self, rule: Rule, words: Words, parent: Node) -> Node:
        key = rule.key(words)
        existing = parent.find(*key)
        if existing is None:
            existing = Node(words, key, rule)
            parent.children.append(existing)
        return existing

    # Text

    def _gather(self, line: str) -> None:
        gathering = self._gathering
        if gathering is None:
            return
        if line.strip() != END_OF_TEXT:
            gathering.lines.append(line.rstrip())
            return
        self._gathering = None
        for node in gathering.sections:
            if gathering.is_comment:
                node.comments = list(gathering.lines)
            else:
                node.text = list(gathering.lines)

    def _comment(self, text: str) -> None:
        for node in self._stack[-1].sections if len(self._stack) > 1 else []:
            if text not in node.comments:
                node.comments.append(text)


def _negation(words: list[str]) -> str | None:
    return words[0].lower() if words[0].lower() in _NEGATIONS else None


@dataclass(frozen=True)
class Rejected:
    """A line of a file that was refused, and why."""

    number: int
    line: str
    fault: CliError

    def __str__(self) -> str:
        return f"> {self.line.strip()}\n% {self.fault.message} at line {self.number}"


def load(lines: Iterable[str], root: Node, hardware: Hardware) -> list[Rejected]:
    """Feed a whole file into ``root``; returns the lines that were refused."""
    editor = Editor(root, hardware)
    rejected: list[Rejected] = []
    for number, line in enumerate(lines, start=1):
        try:
            editor.feed(line)
        except CliError as fault:
            rejected.append(Rejected(number, line, fault))
        if editor.has_ended:
            break
    return rejected
