"""One session's command line: operational and configuration mode. No characters, no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address

from muniform.lab.junos.configuring import Configuring, Question
from muniform.lab.junos.database import LockedError
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.routes import reaches
from muniform.lab.junos.show import Lines, show
from muniform.lab.junos.values import BadValueError, check
from muniform.lab.simulated.command_line import plain_pager
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

_ANSWERS: Answers[Lines] = Answers([], [NOISE], ["error: command failed (simulated fault)"])
_POINTS = {"show configuration": Point.READ, "show lldp neighbors": Point.PROBE}
"""How the commands begin that belong to a point of a client's work."""
_REBOOT = "Reboot the system ? [yes,no] (no) "


class Shell:
    """The state of one session."""

    pager = plain_pager("---(more)---")

    def __init__(
        self, device: JunosDevice, connection: Connection, user: str, may_configure: bool = True
    ) -> None:
        self.device = device
        self.editor = device.editor(user, "cli")
        self.page_length = 24
        self._connection = connection
        self._has_left = False
        self._may_configure = may_configure
        self._configuring: Configuring | None = None
        self._question: Question | None = None

    # What the terminal asks

    @property
    def greeting(self) -> Lines:
        announcement = self.device.config.value("system", "login", "announcement")
        shown = announcement.split("\n") if announcement else []
        return [*shown, f"--- JUNOS {self.device.version} Kernel 64-bit"]

    @property
    def prompt(self) -> str:
        if self._question is not None:
            return self._question.text
        name = f"{self.editor.user}@{self.device.hostname}"
        if self._configuring is None:
            return f"{name}> "
        return "" if self._configuring.is_collecting else f"{self._configuring.where}\n{name}# "

    @property
    def is_over(self) -> bool:
        return self._has_left or self._connection.is_dropped

    @property
    def is_frozen(self) -> bool:
        return self._connection.is_frozen

    @property
    def is_hidden(self) -> bool:
        return False

    @property
    def takes_key(self) -> bool:
        return False

    @property
    def takes_text(self) -> bool:
        collecting = self._configuring is not None and self._configuring.is_collecting
        return collecting or self._question is not None

    def help(self, line: str) -> Lines:
        """The commands that begin with what was typed; Junos shows the same with a word each."""
        names = _COMMANDS if self._configuring is None else Configuring.COMMANDS
        found = [name for name in sorted(names) if name.startswith(line.strip())]
        return ["Possible completions:", *(f"  {name}" for name in found)]

    def completed(self, line: str) -> str:
        names = _COMMANDS if self._configuring is None else Configuring.COMMANDS
        found = [name for name in names if name.startswith(line)]
        return f"{found[0]} " if len(found) == 1 else line

    # What is typed

    def end_configuration(self) -> Lines:
        """Control-Z, which ends nothing here."""
        return []

    def end_text(self) -> Lines | None:
        """Control-D after text that was typed in."""
        if self._configuring is None or not self._configuring.is_collecting:
            return None
        staged = self._configuring
        return self._under(Point.STAGE, staged.end_text)

    def enter(self, line: str) -> Lines:
        if self._question is not None:
            question, self._question = self._question, None
            return self._after(question.answered(line.strip()))
        if self._configuring is not None:
            return self._configure(self._configuring, line)
        words = line.split()
        if not words:
            return []
        if words[0] == "show":
            return self._show(" ".join(words))
        act = _COMMANDS.get(words[0])
        if act is None or (words[0] in _SUPER and not self._may_configure):
            return [f"{' ' * len(self.prompt)}^", "unknown command."]
        return act(self, words)

    def leave(self) -> None:
        """The session is over: what only it held is given back."""
        self._has_left = True
        self.device.database.leave(self.editor)

    def _under(self, point: Point | None, act: Callable[[], Lines]) -> Lines:
        return under_fault(self.device, self._connection, point, act, _ANSWERS)

    def _show(self, line: str) -> Lines:
        point = next((_POINTS[each] for each in _POINTS if line.startswith(each)), None)
        return self._under(point, lambda: show(self.device, line) or _unknown(line))

    def _configure(self, configuring: Configuring, line: str) -> Lines:
        if configuring.is_collecting:
            return configuring.enter(line)
        words = line.split()
        if words[:1] == ["run"]:
            self._configuring = None
            try:
                return self.enter(line.partition("run")[2])
            finally:
                self._configuring = configuring
        lines = self._under(configuring.point_of(words), lambda: configuring.enter(line))
        self._question = configuring.question
        return self._after(lines)

    def _after(self, lines: Lines) -> Lines:
        """Out of configuration mode, if that was its end."""
        if self._configuring is None or not self._configuring.is_over:
            return lines
        self._configuring = None
        return [*lines, "Exiting configuration mode", ""]

    # Operational commands

    def start_configuring(self, words: list[str]) -> Lines:
        mode = words[1] if len(words) > 1 else ""
        try:
            if mode == "exclusive":
                self.device.lock(self.editor)
            elif mode == "private":
                self.device.may_change(self.editor)
                self.device.database.open_private(self.editor)
            elif mode:
                return _unknown(" ".join(words))
        except LockedError as error:
            return [f"error: {error}"]
        self._configuring = Configuring(self.device, self.editor)
        extra = {
            "exclusive": "warning: uncommitted changes will be discarded on exit",
            "private": "warning: uncommitted changes will be discarded on exit",
        }.get(mode)
        return [*([extra] if extra else []), "Entering configuration mode", ""]

    def set_cli(self, words: list[str]) -> Lines:
        what, value = " ".join(words[1:-1]), words[-1]
        if what == "cli screen-length" and value.isdigit():
            self.page_length = int(value)
            return [f"Screen length set to {value}", ""]
        if what == "cli screen-width" and value.isdigit():
            return [f"Screen width set to {value}", ""]
        if what == "cli complete-on-space":
            state = "Disabling" if value == "off" else "Enabling"
            return [f"{state} complete-on-space", ""]
        if words[1:2] == ["cli"]:
            return []
        return _unknown(" ".join(words))

    def ping(self, words: list[str]) -> Lines:
        return self._under(Point.PROBE, lambda: self._ping(words))

    def _ping(self, words: list[str]) -> Lines:
        host = words[1] if len(words) > 1 else ""
        try:
            target = check("address", host)
        except BadValueError:
            return [f"ping: cannot resolve {host}: Host name lookup failure"]
        count = int(words[words.index("count") + 1]) if "count" in words[:-1] else 5
        received = count if reaches(self.device, IPv4Address(target)) else 0
        answers = [
            f"64 bytes from {host}: icmp_seq={number} ttl=64 time=1.000 ms"
            for number in range(received)
        ]
        loss = 0 if received else 100
        return [
            f"PING {host} ({host}): 56 data bytes",
            *answers,
            "",
            f"--- {host} ping statistics ---",
            f"{count} packets transmitted, {received} packets received, {loss}% packet loss",
        ]

    def request(self, words: list[str]) -> Lines:
        if words[:3] == ["request", "system", "reboot"]:
            self._question = Question(_REBOOT, self._reboot)
            return []
        return _unknown(" ".join(words))

    def _reboot(self, answer: str) -> Lines:
        if answer in ("yes", "y"):
            self.device.reload()
        return []

    def quit(self, words: list[str]) -> Lines:  # noqa: ARG002 - called like all commands
        self._has_left = True
        return []


def _unknown(line: str) -> Lines:
    """The mark stands under the last word, where Junos gave up reading."""
    return [f"{' ' * line.rfind(' ')}^", "syntax error."]


_SUPER = frozenset({"configure", "edit", "request"})
"""What only some classes of users see at all."""
_COMMANDS: Mapping[str, Callable[[Shell, list[str]], Lines]] = {
    "configure": Shell.start_configuring,
    "edit": Shell.start_configuring,
    "exit": Shell.quit,
    "ping": Shell.ping,
    "quit": Shell.quit,
    "request": Shell.request,
    "set": Shell.set_cli,
    "show": lambda shell, words: shell.enter(" ".join(words)),
}
