"""A session at an IOS command line that asks little and waits no longer than it must."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence

import paramiko
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ReadException

from muniform.devices.cli_session import CliSession, Login, Silence, split_answers

_PREPARING = ("terminal length 0", "terminal width 511")
_PROMPT = re.compile(r"(?:^|\n)(?P<name>[^\s#>(]{1,63})(?:\([^)\n]{1,40}\))?[#>] ?$")
# IOS shortens long host names in the prompts of configuration mode.
_NAME_KEPT = 16
_MOST_QUESTIONS = 60


class IosSession(CliSession, CiscoIosSSH):
    """One SSH session on a switch or router."""

    def __init__(self, login: Login, silence: Silence | None = None) -> None:
        self._prompt = self._name = ""
        self._is_prepared = False
        super().__init__("cisco_ios", login, silence)

    def session_preparation(self) -> None:
        """Wait for the first prompt. Paging is turned off by the first question."""
        self._read(_ends_with_prompt, self._silence.connecting)

    def cleanup(self, command: str = "exit") -> None:
        """Free the terminal line. Whether the device says goodbye doesn't matter."""
        self._send(f"{command}\n")

    # Talking

    @property
    def is_privileged(self) -> bool:
        return self._prompt.endswith("#")

    def ask(self, *commands: str) -> list[str]:
        """The answers to commands that change nothing, asked in one write.

        The one whose answer strangers write stands last: what is printed before it is what it is.
        """
        preparing = () if self._is_prepared else _PREPARING
        # A comment ends the question. A neighbour that can have text printed here can't foresee it.
        asked = (*preparing, *commands, f"!{secrets.token_hex(8)}")
        self._send("".join(f"{command}\n" for command in asked))
        prompt = self._prompt
        found: list[str] = []

        def is_complete(text: str) -> bool:
            found[:] = split_answers(prompt + text, prompt, asked) if text.endswith(prompt) else []
            return bool(found)

        self._read(is_complete)
        self._is_prepared = True
        return found[len(preparing) : -1]

    def say(self, command: str, is_long: bool = False) -> str:
        """What a command says that may change something. ``[confirm]`` is answered with Enter.

        ``is_long``: the whole configuration is worked on, and may get another host name.
        """
        beginning = "" if is_long else self._name[:_NAME_KEPT]
        silence = self._silence.replacing if is_long else self._silence.answering
        said, sent = "", f"{command}\n"
        for _ in range(_MOST_QUESTIONS):
            self._send(sent)
            said += self._read(lambda text: _asks(text) or _is_prompt_of(beginning, text), silence)
            if not _asks(said):
                return _body(said, command)
            sent = "\n"
        raise ReadException("the device asks without end")

    def configure(self, lines: Sequence[str]) -> list[str]:
        """What the device says to each line of configuration mode. Lines are never sent ahead.

        Where it refuses to enter the mode, its refusal is the only answer.
        """
        entered = self.say("configure terminal")
        if not self.is_configuring:
            return [f"% {entered}"]
        # A session that dies on the way leaves the mode by itself.
        answers = [self.say(line) for line in lines]
        self.say("end")
        return answers

    @property
    def is_configuring(self) -> bool:
        return "(config" in self._prompt

    def sibling(self) -> paramiko.SSHClient:
        """Another connection of the same login: IOS serves one channel for each connection."""
        client = self._build_ssh_client()
        try:
            client.connect(**self._connect_params_dict())
        except BaseException:
            # A login that fails leaves Paramiko's thread behind.
            client.close()
            raise
        return client

    def _read(self, is_complete: Callable[[str], bool], silence: float | None = None) -> str:
        """Everything until ``is_complete``, without carriage returns. Remembers the prompt."""
        text = self._receive(is_complete, silence)
        if prompt := _PROMPT.search(text[-100:]):
            self._prompt, self._name = prompt.group(0).strip(), prompt["name"]
        return text


def _ends_with_prompt(text: str) -> bool:
    return _PROMPT.search(text[-100:]) is not None


def _is_prompt_of(beginning: str, text: str) -> bool:
    found = _PROMPT.search(text[-100:])
    return found is not None and found["name"].startswith(beginning)


def _asks(text: str) -> bool:
    return text.endswith(("[confirm]", "[confirm] "))


def _body(said: str, command: str) -> str:
    """What stands between a command's echo and the next prompt."""
    _, _, rest = said.partition("\n") if command in said.partition("\n")[0] else ("", "", said)
    return rest.rpartition("\n")[0]
