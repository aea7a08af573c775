"""The terminal before every command line: pages, and the keys that end something."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniform.lab.simulated.command_line import Pager, plain_pager
from muniform.lab.simulated.terminal import Terminal


@dataclass
class Echo:
    """A command line that answers with as many lines as it is told, and gathers text."""

    page_length: int = 4
    pager: Pager = field(default_factory=lambda: plain_pager("---(more)---"))
    greeting: list[str] = field(default_factory=list)
    prompt: str = "> "
    is_over: bool = False
    is_frozen: bool = False
    is_hidden: bool = False
    takes_key: bool = False
    takes_text: bool = False
    ended: list[str] = field(default_factory=list)

    def enter(self, line: str) -> list[str]:
        if line == "text":
            self.takes_text = True
            return []
        return [str(number) for number in range(int(line))] if line.isdigit() else []

    def end_configuration(self) -> list[str]:
        self.ended.append("configuration")
        return []

    def end_text(self) -> list[str] | None:
        if not self.takes_text:
            return None
        self.takes_text = False
        self.ended.append("text")
        return ["load complete"]

    def help(self, line: str) -> list[str]:
        return [line]

    def completed(self, line: str) -> str:
        return line


@dataclass
class Desk:
    """A terminal and what it has printed since the last keys."""

    shell: Echo = field(default_factory=Echo)

    def __post_init__(self) -> None:
        self._printed: list[str] = []
        self._terminal = Terminal(self.shell, self._printed.append)

    def typed(self, keys: str) -> str:
        self._printed.clear()
        self._terminal.receive(keys)
        return "".join(self._printed)


def test_output_stops_with_the_text_of_the_platform() -> None:
    desk = Desk()
    assert desk.typed("5\r") == "5\r\n0\r\n1\r\n2\r\n---(more)---"
    blank = " " * (len("---(more)---") + 8)
    assert desk.typed(" ") == f"\r{blank}\r3\r\n4\r\n> "


def test_a_pager_may_take_its_text_away_in_its_own_way() -> None:
    desk = Desk(Echo(pager=Pager("\x1b[2K-- MORE --", "\x1b[2K")))
    assert desk.typed("5\r").endswith("2\r\n\x1b[2K-- MORE --")
    assert desk.typed("\r") == "\x1b[2K3\r\n\x1b[2K-- MORE --"
    assert desk.typed("q") == "\x1b[2K> "


def test_control_d_ends_text() -> None:
    desk = Desk()
    desk.typed("text\r")
    assert desk.typed("snmp {\r\x04") == "snmp {\r\n> \r\nload complete\r\n> "
    assert desk.shell.ended == ["text"]


def test_control_d_means_nothing_elsewhere() -> None:
    desk = Desk()
    assert desk.typed("\x04") == ""
    assert desk.typed("12\x04\r").startswith("12\r\n0\r\n")
    assert desk.shell.ended == []


def test_control_z_ends_a_mode() -> None:
    desk = Desk()
    assert desk.typed("\x1a") == "^Z\r\n> "
    assert desk.shell.ended == ["configuration"]
