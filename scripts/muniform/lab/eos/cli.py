"""One session's command line: a line in, what EOS answers out.

It knows no characters and no network: a terminal and eAPI both stand before it.
"""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import accounts, show_config, show_interfaces, show_network, show_system
from muniform.lab.eos import commands as acting
from muniform.lab.eos.context import Command
from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.editor import GRAMMAR, Editor
from muniform.lab.eos.faults import CliError, Code, incomplete
from muniform.lab.eos.grammar import load_grammar
from muniform.lab.eos.points import point_of
from muniform.lab.eos.replies import Output, Reply
from muniform.lab.eos.sessions import Candidate, State
from muniform.lab.simulated.asking import Ask
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.language import filters
from muniform.lab.simulated.language.grammar import Match
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

EXEC = load_grammar("exec.yml")
COMMANDS: Mapping[str, Command] = {
    **acting.COMMANDS,
    **show_config.COMMANDS,
    **show_interfaces.COMMANDS,
    **show_network.COMMANDS,
    **show_system.COMMANDS,
}
GARBAGE = Output([NOISE], None)
"""The answer of a broken device; whoever passes it on knows it by its identity."""
_REFUSED = Output()
_ANSWERS: Answers[Reply] = Answers(Output(), GARBAGE, _REFUSED)
UNCONVERTED = "This is an unconverted command"


class Session:
    """The state of one session."""

    def __init__(
        self,
        switch: EosSwitch,
        user: str,
        privilege: int,
        connection: Connection,
        shortens: bool = True,
    ) -> None:
        self.switch = switch
        self.user = user
        self.privilege = privilege
        self.page_length = 24
        self.has_left = False
        self._connection = connection
        self._shortens = shortens
        self._candidate: Candidate | None = None
        self._editor: Editor | None = None
        self._generation = 0

    # What commands do to it

    @property
    def candidate(self) -> Candidate | None:
        """The configuration session that was entered, while nobody else has ended it."""
        entered = self._candidate
        if entered is None:
            return None
        is_open = self.switch.sessions.all.get(entered.name) is entered
        if not is_open or entered.state is not State.PENDING:
            self._candidate = self._editor = None
        return self._candidate

    def configure(self, candidate: Candidate | None) -> None:
        self._candidate = candidate
        root = self.switch.config if candidate is None else candidate.root
        self._editor = Editor(root, self.switch.hardware, self._shortens)
        self._generation = self.switch.generation

    def end(self) -> None:
        candidate = self.candidate
        if candidate is not None:
            self.switch.sessions.leave(candidate)
        self._candidate = self._editor = None

    def leave(self) -> None:
        self.end()
        self.has_left = True

    # Where it is

    @property
    def editor(self) -> Editor | None:
        """Configuration mode; at its top again if the whole tree was exchanged meanwhile."""
        candidate = self.candidate
        if self._editor is None:
            return None
        if candidate is None and self._generation != self.switch.generation:
            self.configure(None)
        elif candidate is not None and self._editor.root is not candidate.root:
            self.configure(candidate)
        return self._editor

    @property
    def is_gathering(self) -> bool:
        return self._editor is not None and self._editor.is_gathering

    @property
    def mode(self) -> str:
        """What the prompt says in brackets, "" outside configuration mode."""
        editor = self.editor
        if editor is None:
            return ""
        candidate = self.candidate
        session = f"-s-{candidate.name[:6]}" if candidate is not None else ""
        return f"(config{session}{editor.prompt})"

    # Lines

    def run(self, line: str, given: str | None = None) -> Reply:
        """Carry out a line. ``given`` is the text that it would wait for. Raises CliError."""
        editor = self.editor
        if editor is not None and editor.is_gathering:
            return self._feed(editor, line, given)
        command, chosen = filters.cut(line)
        words = command.split()
        if not words or (words[0].startswith("!") and editor is None):
            return Output()
        match = self._own_command(words, editor)
        if match is None and editor is not None:
            try:
                return self._feed(editor, line, given)
            except CliError as fault:
                match = self._exec_command(words, fault)
        match = match or self._exec(words)
        reply = self._carry_out(match)
        return _filtered(reply, chosen) if isinstance(reply, Output) else reply

    def _own_command(self, words: list[str], editor: Editor | None) -> Match | None:
        """A command of a configuration session."""
        if editor is None or self.candidate is None:
            return None
        try:
            match = EXEC.match("session", words, self.switch.hardware, self._shortens)
        except CliError:
            return None
        return match if match.rule is not None else None

    def _exec_command(self, words: list[str], fault: CliError) -> Match:
        """A command that configuration mode does not know: one from outside, or none at all."""
        if fault.code is not Code.INVALID or "at token 0" not in fault.message:
            raise fault
        return self._exec(words)

    def _exec(self, words: list[str]) -> Match:
        match = EXEC.match("exec", words, self.switch.hardware, self._shortens)
        if match.rule is None:
            raise incomplete(len(words))
        return match

    def _carry_out(self, match: Match) -> Reply:
        rule = match.rule
        if rule is None:
            raise incomplete(len(match.words))
        is_free = rule.user or self.editor is not None
        if self.privilege < accounts.PRIVILEGED and not is_free:
            raise CliError("Invalid input (privileged mode required)", Code.INVALID)
        self._authorise(not rule.user, match.words)
        point = point_of(match, self.switch.sessions, self.candidate)

        def act() -> Reply:
            return COMMANDS[rule.action](self, match)

        reply = under_fault(self.switch, self._connection, point, act, _ANSWERS)
        if reply is _REFUSED:
            raise CliError("Error: the command failed (simulated fault)")
        return reply

    def _authorise(self, needs_privilege: bool, words: tuple[str, ...]) -> None:
        if not accounts.may_run(self.switch.config, self.user, needs_privilege):
            line = " ".join(words)
            raise CliError(f"Authorization denied for command '{line}'", Code.UNAUTHORIZED)

    def _feed(self, editor: Editor, line: str, given: str | None) -> Output:
        is_text = editor.is_gathering
        words = line.split()
        if not is_text and words not in (["end"], ["exit"]):
            self._authorise(True, tuple(words))
        candidate = self.candidate
        messages = editor.feed(line)
        if candidate is not None:
            candidate.taken.append(line)
        if given is not None and editor.is_gathering:
            editor.give(given)
            if candidate is not None:
                candidate.taken += [*given.rstrip("\n").split("\n"), "EOF"]
        if editor.has_ended:
            self.end()
        elif candidate is None and words and not editor.is_gathering:
            self.switch.changed()
        model = {"messages": ["\n".join(messages)]} if messages else {}
        return Output(messages, model)

    def help(self, line: str) -> list[str]:
        """What ``?`` prints after ``line``."""
        editor = self.editor
        grammar, mode = (GRAMMAR, editor.mode) if editor else (EXEC, "exec")
        try:
            found = grammar.help(mode, line, self.switch.hardware)
        except CliError as fault:
            return fault.lines
        return [f"  {word}" for word in found] or ["% Unrecognized command"]


def _filtered(output: Output, chosen: str) -> Output:
    """What stands after a ``|``: a filter of lines, or ``json``."""
    if not chosen or output is GARBAGE:
        return output
    if chosen.split()[0] == "json":
        if output.model is None:
            raise CliError(UNCONVERTED, Code.UNCONVERTED)
        return Output(show_config.as_json(output.model), output.model)
    if chosen.split()[0] in ("no-more", "nz"):
        return output
    try:
        return Output(filters.apply(output.lines, chosen), None)
    except (filters.UnknownFilterError, filters.MissingExpressionError):
        word = chosen.split()[0]
        raise CliError(f"Invalid input (at token 0: '{word}')", Code.INVALID) from None


def answered(reply: Reply, given: str | None) -> Output:
    """A reply without anybody to ask. Raises CliError for a question without an answer."""
    if not isinstance(reply, Ask):
        return reply
    if given is None:
        raise CliError("Command cannot be used over the API at this time: it asks a question")
    return reply.then(given.rstrip("\n"))
