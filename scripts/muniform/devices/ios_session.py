"""A session at an IOS command line that asks little and waits no longer than it must.

Every turn of talk costs the round-trip time of the link, so commands that only read travel together
in one write, and their answers are told apart by prompt and echo. A command that changes something
always travels alone: what comes after it depends on its answer.
"""

from __future__ import annotations

import codecs
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ReadException, ReadTimeout

from muniform.devices.known_hosts import trust

_CHUNK = 65536
_PREPARING = ("terminal length 0", "terminal width 511")
_PROMPT = re.compile(r"(?:^|\n)(?P<name>[^\s#>(]{1,63})(?:\([^)\n]{1,40}\))?[#>] ?$")
# IOS shortens long host names in the prompts of configuration mode.
_NAME_KEPT = 16
_MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Patience:
    """How long a device may be silent before the session counts as dead, in seconds."""

    connecting: float = 10.0
    answering: float = 45.0
    """``Building configuration...`` takes long on a big stack."""
    replacing: float = 150.0
    """``configure replace`` compares, applies, and compares again, without a word."""
    limit: float = 600.0
    """No answer may take longer than this, however lively it is."""


@dataclass(frozen=True)
class Login:
    """Where a session goes, and as whom. Host keys are checked against ``known_hosts``."""

    host: str
    port: int
    user: str
    password: str
    known_hosts: str

    def __repr__(self) -> str:
        return f"Login({self.user}@{self.host}:{self.port})"


class IosSession(CiscoIosSSH):
    """One SSH session. Raises what Netmiko and Paramiko raise; ReadException once it is over."""

    def __init__(self, login: Login, patience: Patience | None = None) -> None:
        self._login = login
        self._patience = patience = patience or Patience()
        self._prompt = self._name = ""
        self._is_prepared = False
        super().__init__(
            device_type="cisco_ios",
            host=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            ssh_strict=True,
            allow_agent=False,
            conn_timeout=patience.connecting,
            auth_timeout=patience.connecting,
            banner_timeout=patience.connecting,
        )

    # Netmiko's own beginning and end: they probe, sleep and ask again.

    def _try_session_preparation(self, force_data: bool = False) -> None:  # noqa: ARG002 - Netmiko's name
        super()._try_session_preparation(force_data=False)

    def session_preparation(self) -> None:
        """Wait for the first prompt. Paging is turned off by the first question."""
        self._read(_ends_with_prompt, self._patience.connecting)

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

        self._read(is_complete, self._patience.answering)
        self._is_prepared = True
        return found[len(preparing) : -1]

    def say(self, command: str, is_long: bool = False) -> str:
        """What a command says that may change something. ``[confirm]`` is answered with Enter.

        ``is_long``: the whole configuration is worked on, and may get another host name.
        """
        beginning = "" if is_long else self._name[:_NAME_KEPT]
        silence = self._patience.replacing if is_long else self._patience.answering
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

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client: paramiko.SSHClient = super()._build_ssh_client()
        trust(client, Path(self._login.known_hosts), self._login.host, self._login.port)
        return client

    # Characters

    def _channel(self) -> Any:
        if self.remote_conn is None:
            raise ReadException("the session is closed")
        return self.remote_conn

    def _send(self, text: str) -> None:
        # Not through Netmiko's way, which logs what is written: a line may hold a key.
        channel = self._channel()
        channel.settimeout(self._patience.answering)
        channel.sendall(text.encode())

    def _read(self, is_complete: Callable[[str], bool], silence: float) -> str:
        """Everything until ``is_complete``, without carriage returns. Remembers the prompt."""
        channel, text = self._channel(), ""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        deadline = time.monotonic() + self._patience.limit
        while not is_complete(text):
            left = deadline - time.monotonic()
            if left <= 0:
                raise ReadTimeout(f"no end of the answer after {self._patience.limit:g} s")
            channel.settimeout(min(silence, left))
            try:
                data = channel.recv(_CHUNK)
            except TimeoutError as error:
                raise ReadTimeout(f"silent for {silence:g} s") from error
            if not data:
                raise ReadException("the device closed the session")
            text += decoder.decode(data).replace("\r", "")
        if prompt := _PROMPT.search(text[-100:]):
            self._prompt, self._name = prompt.group(0).strip(), prompt["name"]
        return text


def split_answers(text: str, prompt: str, commands: Sequence[str]) -> list[str]:
    """The answers in a transcript, in the commands' order; empty while one is missing. Pure."""
    edges: list[tuple[int, int]] = []
    position = 0
    for command in commands:
        echo = f"{prompt}{command}"
        start = text.find(echo, position)
        while start > 0 and text[start - 1] != "\n":
            start = text.find(echo, start + 1)
        end = text.find("\n", start)
        if start < 0 or end < 0:
            return []
        edges.append((start, end + 1))
        position = end + 1
    stops = [*(start for start, _ in edges[1:]), len(text) - len(prompt)]
    if not text.endswith(f"\n{prompt}") or stops[-1] < edges[-1][1]:
        return []
    return [text[begin:stop] for (_, begin), stop in zip(edges, stops, strict=True)]


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
