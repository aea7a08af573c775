"""One session's command line: a line in, the lines that the switch prints out, the next prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from muniform.lab.procurve import screen
from muniform.lab.procurve.accounts import MANAGER
from muniform.lab.procurve.commands import COMMANDS, PAGE
from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.editor import Editor
from muniform.lab.procurve.grammar import load_grammar
from muniform.lab.procurve.matching import Match, Refused, match
from muniform.lab.procurve.points import point_of
from muniform.lab.procurve.replies import Lines, Reply
from muniform.lab.procurve.show import SHOWS
from muniform.lab.simulated.asking import Ask, Asking
from muniform.lab.simulated.command_line import Pager
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.faults import Condition, Point
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

EXEC = load_grammar("exec.yml")["exec"]
_ANSWERS: Answers[Reply] = Answers([], [NOISE], ["Error: the command failed (simulated fault)."])
_MORE = "-- MORE --, next page: Space, next line: Enter, quit: Control-C"
_ANY_KEY = "Press any key to continue"
_COPYRIGHT = (
    "(C) Copyright 2022 Hewlett Packard Enterprise Development LP",
    "",
    "                  RESTRICTED RIGHTS LEGEND",
    "Confidential computer software. A valid license is required for possession,",
    "use or copying.",
    "",
)
_OTHER = "logging 192.0.2.99"
"""What the fault ``commits_other`` adds: a log server in a network that nobody has."""
_LOST = 3
"""Of so many lines the fault ``partial_load`` loses one."""


class Shell(Asking[Reply]):
    """The state of one session."""

    pager = Pager(screen.erased() + _MORE, screen.erased())

    def __init__(self, switch: ProcurveSwitch, privilege: int, connection: Connection) -> None:
        super().__init__(connection)
        self.switch = switch
        self.privilege = privilege
        self.page_length = PAGE
        self._is_greeting = True
        self._editor: Editor | None = None
        self._generation = 0
        self._fed = 0
        self._added = False

    @property
    def greeting(self) -> Lines:
        title = [self.switch.title, f"Software revision {self.switch.release}", ""]
        return [screen.cleared() + title[0], *title[1:], *_COPYRIGHT]

    @property
    def prompt(self) -> str:
        """What stands on the last line of the screen, with its control sequences."""
        if self._ask is not None:
            return screen.erased() + self._ask.question
        if self._is_greeting:
            return screen.prompt(_ANY_KEY)
        return screen.prompt(self.bare_prompt)

    @property
    def bare_prompt(self) -> str:
        editor = self._current_editor()
        mode = editor.prompt if editor else ""
        return f"{self.switch.hostname}{mode}{'#' if self.privilege == MANAGER else '>'} "

    @property
    def takes_key(self) -> bool:
        return self._is_greeting or super().takes_key

    # What commands do to it

    def configure(self) -> None:
        self._editor = Editor(self.switch.state)
        self._fed = 0
        self._generation = self.switch.generation

    def under(self, point: Point, act: Callable[[], Reply]) -> Reply:
        """Carry out what comes after a question, under the faults of its point."""
        return under_fault(self.switch, self._connection, point, act, _ANSWERS)

    # Lines

    def enter(self, line: str) -> Lines:
        """Take a line that was typed, or a key."""
        if self._is_greeting:
            self._is_greeting = False
            return []
        ask = self._asked()
        if ask is not None:
            return self._answered(lambda: ask.then(line))
        return self._answered(lambda: self._execute(line))

    def end_configuration(self) -> Lines:
        """Control-Z."""
        return self.enter("end") if self._current_editor() else []

    def help(self, line: str) -> Lines:
        """What ``?`` prints: the first words of the commands that fit."""
        word = line.split()[-1].lower() if line.split() else ""
        found = {str(sequel.tokens[0]) for sequel in EXEC.sequels}
        return [f" {each}" for each in sorted(found) if each.startswith(word)]

    def completed(self, line: str) -> str:
        found = self.help(line)
        return f"{found[0].strip()} " if len(line.split()) == 1 == len(found) else line

    def _answered(self, act: Callable[[], Reply]) -> Lines:
        try:
            reply = act()
        except Refused as fault:
            return [str(fault)]
        if isinstance(reply, Ask):
            self._ask = reply
            return reply.before
        return reply

    def _execute(self, line: str) -> Reply:
        if not line.strip():
            return []
        editor = self._current_editor()
        if editor is None:
            return self._run(match(EXEC, line, self.switch.hardware))
        try:
            if line.split() not in (["exit"], ["end"]):
                editor.understand(line)
        except Refused as fault:
            return self._elsewhere(line, fault)
        return self._configure(editor, line)

    def _elsewhere(self, line: str, fault: Refused) -> Reply:
        """In configuration mode all other commands work too."""
        try:
            found = match(EXEC, line, self.switch.hardware)
        except Refused as other:
            raise max((fault, other), key=lambda each: each.at) from other
        return self._run(found)

    def _run(self, found: Match) -> Reply:
        if self.privilege != MANAGER and not found.rule.operator:
            raise Refused(f"Invalid input: {found.words[0]}")
        action = found.rule.action

        def act() -> Reply:
            if action in SHOWS:
                return SHOWS[action](self.switch, found.words)
            return COMMANDS[action](self, found)

        return under_fault(self.switch, self._connection, point_of(found), act, _ANSWERS)

    # Configuration mode

    def _current_editor(self) -> Editor | None:
        if self._editor is not None and self._generation != self.switch.generation:
            self._editor = None
        return self._editor

    def _configure(self, editor: Editor, line: str) -> Reply:
        if line.split()[0].lower() in ("exit", "end"):
            return self._moved(editor, line)
        return under_fault(
            self.switch, self._connection, Point.COMMIT, lambda: self._feed(editor, line), _ANSWERS
        )

    def _moved(self, editor: Editor, line: str) -> Reply:
        reply = editor.feed(line)
        if editor.ended:
            self._editor = None
            if self._added and self.switch.faults.has(Condition.COMMITS_OTHER):
                Editor(self.switch.state).load(_OTHER)
            self.switch.left_configuration()
        return reply

    def _feed(self, editor: Editor, line: str) -> Reply:
        if self._loses(editor.understand(line)[0]):
            return []
        reply = editor.feed(line)
        self._added = True
        return self._changed(reply)

    def _loses(self, found: Match) -> bool:
        """Whether the fault ``partial_load`` takes a line: the first, the fourth and so on of
        those that do more than to open a section."""
        if not found.rule.opens or found.negative or found.rest:
            self._fed += 1
            return self.switch.faults.has(Condition.PARTIAL_LOAD) and self._fed % _LOST == 1
        return False

    def _changed(self, reply: Reply) -> Reply:
        """Tell the switch, now and after each answer that a question waits for."""
        self.switch.changed()
        if isinstance(reply, Ask):
            return replace(reply, then=lambda answer: self._changed(reply.then(answer)))
        return reply
