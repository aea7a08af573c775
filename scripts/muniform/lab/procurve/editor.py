"""Configuration mode: lines in, a changed state and the switch's remarks out."""

from __future__ import annotations

from muniform.lab.procurve.actions import ACTIONS
from muniform.lab.procurve.arguments import Hardware
from muniform.lab.procurve.edits import Context, Edit, store
from muniform.lab.procurve.grammar import load_grammar
from muniform.lab.procurve.matching import Match, Refused, match
from muniform.lab.procurve.ports import ranges
from muniform.lab.procurve.replies import Reply, asked
from muniform.lab.procurve.snmpv3 import initialise
from muniform.lab.procurve.state import Section, State, factory

GRAMMAR = load_grammar("configuration.yml")
_TOP = Context("global")
_ENDS = {"end", "exit"}
_SNMPV3 = ("snmpv3", "enable")
_PROVISOS = ("include-credentials", "password non-plaintext-sha256")


class Editor:
    """One session's place in the configuration."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.context = _TOP
        self.ended = False

    @property
    def prompt(self) -> str:
        return self.context.prompt or GRAMMAR["global"].prompt

    def feed(self, line: str) -> Reply:
        """Carry out one line, in this section or at the top. Raises Refused.

        The answer is a question where the switch asks before it acts.
        """
        understood = self._taken(line)
        if understood is None:
            return []
        found, context = understood
        if self._starts_snmpv3(found):
            return initialise(lambda users: self._load_all([line, *users]))
        question = self._question(found)
        if question:
            return asked(question, lambda: self._carry_out(found, context))
        return self._carry_out(found, context)

    def load(self, line: str) -> None:
        """As ``feed``, of a line of a file: nobody is asked. Raises Refused."""
        understood = self._taken(line)
        if understood is not None:
            self._carry_out(*understood)

    def _load_all(self, lines: list[str]) -> list[str]:
        for line in lines:
            self.load(line)
        return []

    def _taken(self, line: str) -> tuple[Match, Context] | None:
        """The command that a line is, or None for one that only leaves, or says nothing."""
        words = line.split()
        if not words or words[0].startswith(";"):
            return None
        if words[0].lower() in _ENDS and len(words) == 1:
            self._leave(words[0].lower())
            return None
        return self.understand(line)

    def understand(self, line: str) -> tuple[Match, Context]:
        """The command that a line is here, or else at the top."""
        faults: list[Refused] = []
        for context in dict.fromkeys((self.context, _TOP)):
            try:
                return match(GRAMMAR[context.mode], line, self.state.hardware), context
            except Refused as fault:
                faults.append(fault)
        raise max(faults, key=lambda fault: fault.at)

    def _carry_out(self, found: Match, context: Context) -> list[str]:
        for name in context.names:
            section = self._section(context.mode, name)
            edit = Edit(self.state, section, name, found)
            ACTIONS.get(found.rule.action, store)(edit)
        if found.rule.opens and not found.negative:
            self._open(found)
        return []

    def _open(self, found: Match) -> None:
        before, self.context = self.context, _context(found)
        if found.rest:
            try:
                self.feed(found.rest)
            finally:
                self.context = before

    def _section(self, mode: str, name: str) -> Section:
        if mode == "vlan":
            return self.state.vlans[int(name)].section
        if mode == "interface":
            return self.state.interface(name)
        if mode == "global":
            return self.state.root
        return self.state.named[tuple(name.split(" ", 2))]

    def _leave(self, word: str) -> None:
        self.ended = word == "end" or self.context == _TOP
        self.context = _TOP

    def _starts_snmpv3(self, found: Match) -> bool:
        is_enabling = found.words == _SNMPV3 and not found.negative
        return is_enabling and not self.state.root.has(*_SNMPV3)

    def _question(self, found: Match) -> str:
        line = " ".join(found.words)
        if line in _PROVISOS and not found.negative and not self.state.root.has(*found.words):
            return f"'{line}' changes how passwords are kept. Continue (y/n)? "
        if found.rule.opens == "vlan" and found.negative:
            vlan = self.state.vlans.get(int(found.words[1]))
            if vlan and vlan.untagged | vlan.tagged:
                listed = ranges(vlan.untagged | vlan.tagged)
                return f"Ports {listed} will leave the VLAN.\nDo you want to continue [y/n]? "
        return ""


def _context(found: Match) -> Context:
    mode = found.rule.opens
    if mode == "interface":
        names = tuple(found.elements)
        return Context(mode, names, GRAMMAR[mode].prompt % ranges(names))
    if mode == "vlan":
        return Context(mode, (found.words[1],), GRAMMAR[mode].prompt % found.words[1])
    return Context(mode, (" ".join(found.words),), GRAMMAR[mode].prompt)


def load(text: str, hardware: Hardware) -> tuple[State, list[str]]:
    """A switch set as ``text`` says, and what it refused of it."""
    editor = Editor(factory(hardware))
    refused: list[str] = []
    leaving: list[str] = []
    for raw in text.splitlines():
        line = raw.strip()
        if line.endswith("configuration:"):
            continue
        # In a file it only repeats what the sections of the other VLANs are about to say.
        if editor.context.mode == "vlan" and line.startswith("no untagged "):
            leaving.append(f"vlan {editor.context.names[0]} {line}")
            continue
        _load_line(editor, line, refused)
    for line in leaving:
        _load_line(editor, line, refused)
    return editor.state, refused


def _load_line(editor: Editor, line: str, refused: list[str]) -> None:
    try:
        editor.load(line)
    except Refused as fault:
        refused.append(f"{line}: {fault}")
