"""A session at a terminal: prompts, questions, and text in place of structured output."""

from __future__ import annotations

from muniform.lab.eos.accounts import PRIVILEGED
from muniform.lab.eos.cli import Session
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.replies import Output, Reply
from muniform.lab.simulated.asking import Asking
from muniform.lab.simulated.command_line import plain_pager
from muniform.lab.simulated.completing import completed
from muniform.lab.simulated.device import Connection

Lines = list[str]


class Shell(Asking[Output]):
    """What ``simulated.terminal`` types into."""

    pager = plain_pager(" --More-- ")

    def __init__(self, session: Session, connection: Connection) -> None:
        super().__init__(connection)
        self.session = session

    @property
    def page_length(self) -> int:
        return self.session.page_length

    @page_length.setter
    def page_length(self, lines: int) -> None:
        self.session.page_length = lines

    @property
    def greeting(self) -> Lines:
        banner = self.session.switch.config.find("banner", "motd")
        return list(banner.text or []) if banner else []

    @property
    def prompt(self) -> str:
        if self._ask is not None:
            return self._ask.question
        if self.session.is_gathering:
            return ""
        sign = "#" if self.session.privilege == PRIVILEGED else ">"
        return f"{self.session.switch.hostname}{self.session.mode}{sign}"

    @property
    def is_over(self) -> bool:
        return self.session.has_left or super().is_over

    @property
    def takes_text(self) -> bool:
        return self.session.is_gathering or super().takes_text

    def enter(self, line: str) -> Lines:
        """Take a line that was typed."""
        try:
            return self._taken(self._reply(line))
        except CliError as fault:
            return fault.lines

    def _reply(self, line: str) -> Reply:
        ask = self._asked()
        return self.session.run(line) if ask is None else ask.then(line)

    def _taken(self, reply: Reply) -> Lines:
        if isinstance(reply, Output):
            return reply.lines
        self._ask = reply
        return reply.before

    def end_configuration(self) -> Lines:
        return self.enter("end") if self.session.mode else []

    def help(self, line: str) -> Lines:
        return self.session.help(line)

    def completed(self, line: str) -> str:
        """``line`` with its last keyword written out, if there is only one."""
        return completed(line, self.help(line))
