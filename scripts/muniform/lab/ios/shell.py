"""One session's command line: a line in, the lines that IOS prints out, the next prompt.

No characters, no network: ``terminal`` and ``server`` bring those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from muniform.lab.ios import accounts
from muniform.lab.ios.commands import COMMANDS, user_question
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.editor import GRAMMAR, Editor
from muniform.lab.ios.grammar import INCOMPLETE, INVALID, CommandError, load_grammar
from muniform.lab.ios.loading import taken_in
from muniform.lab.ios.points import point_of
from muniform.lab.ios.replies import Lines, Reply
from muniform.lab.ios.show import SHOWS
from muniform.lab.simulated.asking import Ask, Asking
from muniform.lab.simulated.command_line import plain_pager
from muniform.lab.simulated.completing import completed
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.language import filters
from muniform.lab.simulated.language.grammar import Match
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

EXEC = load_grammar("exec.yml")
_PUTS = re.compile(r'puts \[open "(?P<path>[^"]+)" w\+?\] \{(?P<text>.*)\}', re.DOTALL)
_PROMPT_NAME_LENGTH = 20
UNAUTHORISED = "Command authorization failed."
_ANSWERS: Answers[Reply] = Answers([], [NOISE], ["%Error: the command failed (simulated fault)"])


@dataclass
class _Tcl:
    """The Tcl shell, of which only writing a file is known. Files are written when it ends."""

    buffer: str = ""
    files: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.buffer.count("{") > self.buffer.count("}")


class Shell(Asking[Reply]):
    """The state of one session."""

    pager = plain_pager(" --More-- ")

    def __init__(
        self, switch: IosSwitch, user: str, privilege: int, connection: Connection
    ) -> None:
        super().__init__(connection)
        self.switch = switch
        self.user = user
        self.privilege = privilege
        self.page_length = 24
        self._editor: Editor | None = None
        self._generation = 0
        self._tcl: _Tcl | None = None

    @property
    def greeting(self) -> list[str]:
        """The banners that are printed after a login."""
        shown: list[str] = []
        for kind in ("motd", "exec"):
            banner = self.switch.config.value("banner", kind)
            if banner:
                shown += banner[0].strip("\x03").split("\n")
        return shown

    # What the session looks like

    @property
    def prompt(self) -> str:
        name = self.switch.hostname[:_PROMPT_NAME_LENGTH]
        if self._ask is not None:
            return self._ask.question
        if self._tcl is not None:
            return "+>" if self._tcl.is_open else f"{name}(tcl)#"
        editor = self._current_editor()
        if editor is not None:
            return "" if editor.is_collecting else f"{name}{editor.prompt}#"
        return name + ("#" if self.privilege == 15 else ">")

    @property
    def takes_text(self) -> bool:
        collecting = self._editor is not None and self._editor.is_collecting
        return collecting or self._tcl is not None or super().takes_text

    # What commands do to it

    def configure(self) -> None:
        self._editor = Editor(self.switch.config, self.switch.hardware)
        self._generation = self.switch.generation

    def tcl(self) -> None:
        self._tcl = _Tcl()

    # Lines

    def enter(self, line: str) -> Lines:
        """Take a line that was typed."""
        ask = self._asked()
        if ask is not None:
            return self._guarded(lambda: ask.then(line), 0)
        if self._tcl is not None:
            return self._enter_tcl(self._tcl, line)
        width = len(self.prompt)
        if self._current_editor() is not None:
            return self._guarded(lambda: self._configure(line), width)
        return self._guarded(lambda: self._execute(line, ""), width)

    def end_configuration(self) -> Lines:
        """Control-Z."""
        return self.enter("end") if self._current_editor() else []

    def _guarded(self, act: Callable[[], Reply], width: int) -> Lines:
        try:
            reply = act()
        except CommandError as fault:
            return [*fault.render(width).split("\n"), ""]
        if isinstance(reply, Ask):
            self._ask = reply
            return reply.before
        return reply

    def _execute(self, line: str, indent: str) -> Reply:
        command, chosen = filters.cut(indent + line)
        if not command.strip() or command.lstrip().startswith("!"):
            return []
        match = EXEC.match("exec", command, self.switch.hardware)
        if match.rule is None:
            raise CommandError(INCOMPLETE)
        if self.privilege < 15 and not match.rule.user:
            raise CommandError(INVALID, 0)
        if not accounts.may_run(self.switch.config, self.user, 1 if match.rule.user else 15):
            return [UNAUTHORISED]
        reply = self._run(match)
        return _filtered(reply, chosen) if isinstance(reply, list) else reply

    def _run(self, match: Match) -> Reply:
        action = match.rule.action if match.rule else ""

        def act() -> Reply:
            if action in SHOWS:
                return SHOWS[action](self.switch, match.arguments)
            return COMMANDS[action](self, match)

        return under_fault(self.switch, self._connection, point_of(action, match), act, _ANSWERS)

    # Configuration mode

    def _current_editor(self) -> Editor | None:
        """The editor; at the top again if the whole configuration was exchanged meanwhile."""
        if self._editor is not None and self._generation != self.switch.generation:
            self.configure()
        return self._editor

    def _configure(self, line: str) -> Reply:
        editor = self._current_editor()
        if editor is None:
            return []
        stripped = line.lstrip()
        if stripped.startswith("do ") and not editor.is_collecting:
            # Blanks in place of "do" keep the caret under the right character.
            skipped = len(line) - len(stripped) + 3
            return self._execute(line[skipped:], " " * skipped)
        if not self._may_configure(line):
            return [UNAUTHORISED]

        def take() -> Reply:
            if editor.removed_user(line) is not None:
                return user_question(lambda: self._feed(editor, line))
            return self._feed(editor, line)

        point = Point.STAGE if line.strip() and line.split()[0] not in ("end", "exit") else None
        return under_fault(self.switch, self._connection, point, take, _ANSWERS)

    def _may_configure(self, line: str) -> bool:
        config = self.switch.config
        if line.split()[:1] in ([], ["end"], ["exit"]) or accounts.configures_freely(config):
            return True
        return accounts.may_run(config, self.user, 15)

    def _feed(self, editor: Editor, line: str) -> Lines:
        messages = editor.feed(line)
        if editor.ended:
            self._editor = None
        elif line.strip() and not editor.is_collecting:
            self.switch.changed(self.user)
        return messages

    # The Tcl shell

    def _enter_tcl(self, tcl: _Tcl, line: str) -> Lines:
        tcl.buffer += line
        if tcl.is_open:
            tcl.buffer += "\n"
            return []
        command, tcl.buffer = tcl.buffer, ""
        if command.strip() in ("tclquit", "exit", "quit"):
            for path, text in tcl.files:
                self.switch.flash.write(path, taken_in(text.encode(), self.switch.faults))
            self._tcl = None
            return []
        written = _PUTS.fullmatch(command.strip())
        if written:
            tcl.files += ((written["path"], written["text"] + "\n"),)
            return []
        return self._guarded(lambda: self._execute(command, ""), len(self.prompt))

    # Help

    def help(self, line: str) -> Lines:
        """What ``?`` prints after ``line``."""
        editor = self._current_editor()
        grammar, mode = (GRAMMAR, editor.mode) if editor else (EXEC, "exec")
        try:
            found = grammar.help(mode, line, self.switch.hardware)
        except CommandError:
            return ["% Unrecognized command"]
        return [f"  {word}" for word in found] or ["% Unrecognized command"]

    def completed(self, line: str) -> str:
        """``line`` with its last keyword written out, if there is only one."""
        return completed(line, self.help(line))


def _filtered(lines: Lines, chosen: str) -> Lines:
    try:
        return filters.apply(lines, chosen)
    except filters.UnknownFilterError:
        raise CommandError(INVALID, 0) from None
    except filters.MissingExpressionError:
        raise CommandError(INCOMPLETE) from None
