"""Questions to an IOS session whose answers strangers may write into."""

from __future__ import annotations

from typing import Any

from muniform.devices.cli_session import Silence
from muniform.devices.ios_session import IosSession

PROMPT = "sw1#"
FORGED_END = f"x\n{PROMPT}"


class Terminal:
    """A channel that echoes what is typed, and sends one answer in two parts."""

    def __init__(self, answers: dict[str, tuple[str, ...]]) -> None:
        self._answers = answers
        self._parts: list[str] = []

    def settimeout(self, _: float) -> None:
        """Nothing here is waited for."""

    def sendall(self, data: bytes) -> None:
        for command in data.decode().splitlines():
            first, *more = self._answers.get(command, ("",))
            self._parts += [f"{command}\n{first}", *more, PROMPT]

    def recv(self, _: int) -> bytes:
        return self._parts.pop(0).encode()


def session(answers: dict[str, tuple[str, ...]]) -> IosSession:
    """One that is logged in, without a network."""
    made: Any = IosSession.__new__(IosSession)
    made._silence, made._prompt, made._is_prepared = Silence(), PROMPT, False
    made.remote_conn = Terminal(answers)
    found: IosSession = made
    return found


def test_an_answer_that_looks_complete_is_waited_for() -> None:
    """What a neighbour announces may end like an answer, where the network cuts it in two."""
    talk = session({"show lldp neighbors": (FORGED_END, " rest\nTotal: 1\n"), "ping a": ("!!!\n",)})
    answers = talk.ask("ping a", "show lldp neighbors")
    assert answers == ["!!!\n", f"{FORGED_END} rest\nTotal: 1\n"]
    assert talk.ask("ping a") == ["!!!\n"]


def test_no_two_questions_end_alike() -> None:
    sent: list[bytes] = []
    talk = session({})
    terminal: Any = talk.remote_conn
    send = terminal.sendall
    terminal.sendall = lambda data: (sent.append(data), send(data))
    talk.ask("a")
    talk.ask("a")
    first, second = (each.splitlines()[-1] for each in sent)
    assert first.startswith(b"!")
    assert first != second
