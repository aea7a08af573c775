"""What sessions at a switch's command line have in common, on top of Netmiko's.

Every turn of talk costs the round-trip time of the link, so commands that only read travel together
in one write, and their answers are told apart by prompt and echo. A command that changes something
always travels alone: what comes after it depends on its answer.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
from netmiko.base_connection import BaseConnection
from netmiko.exceptions import ReadException, ReadTimeout

from muniform.devices.known_hosts import trust
from muniform.devices.opening import Access
from muniform.model import Device
from muniform.reach import Endpoint

_CHUNK = 65536


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


@dataclass(frozen=True)
class Silence:
    """How long a device may be silent before the session counts as dead, in seconds."""

    connecting: float = 10.0
    answering: float = 45.0
    """Large configurations are put together without a word."""
    replacing: float = 150.0
    """The same, where a device compares, applies, and compares again."""
    limit: float = 600.0
    """No answer may take longer than this, however lively it is."""


class CliSession(BaseConnection):
    """One SSH session. Raises what Netmiko and Paramiko raise; ReadException once it is over.

    To be mixed in before the platform's own class of Netmiko.
    """

    def __init__(self, device_type: str, login: Login, silence: Silence | None = None) -> None:
        self._login = login
        self._silence = silence = silence or Silence()
        super().__init__(
            device_type=device_type,
            host=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            ssh_strict=True,
            allow_agent=False,
            conn_timeout=silence.connecting,
            auth_timeout=silence.connecting,
            banner_timeout=silence.connecting,
        )

    def _try_session_preparation(self, force_data: bool = False) -> None:  # noqa: ARG002 - Netmiko's name
        # Netmiko's own beginning probes, sleeps and asks again.
        super()._try_session_preparation(force_data=False)

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client: paramiko.SSHClient = super()._build_ssh_client()
        trust(client, Path(self._login.known_hosts), self._login.host, self._login.port)
        return client

    def _channel(self) -> Any:
        if self.remote_conn is None:
            raise ReadException("the session is closed")
        return self.remote_conn

    def _send(self, text: str) -> None:
        # Not through Netmiko's way, which logs what is written: a line may hold a key.
        channel = self._channel()
        channel.settimeout(self._silence.answering)
        channel.sendall(text.encode())

    def _receive(self, is_complete: Callable[[str], bool], silence: float | None = None) -> str:
        """All that comes until ``is_complete`` says so of it, without carriage returns.

        ``silence``: seconds without a character after which the session counts as dead; None: as
        for any answer. Raises ReadTimeout, or ReadException once the device has closed it.
        """
        channel, text = self._channel(), ""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        silence = self._silence.answering if silence is None else silence
        deadline = time.monotonic() + self._silence.limit
        while not (text and is_complete(text)):
            left = deadline - time.monotonic()
            if left <= 0:
                raise ReadTimeout(f"no end of the answer after {self._silence.limit:g} s")
            channel.settimeout(min(silence, left))
            try:
                data = channel.recv(_CHUNK)
            except TimeoutError as error:
                raise ReadTimeout(f"silent for {silence:g} s") from error
            if not data:
                raise ReadException("the device closed the session")
            text += decoder.decode(data).replace("\r", "")
        return text


def login_of(device: Device, endpoint: Endpoint, access: Access) -> Login:
    """The automation account's login with its password. Raises SecretError."""
    return Login(
        endpoint.host,
        endpoint.port,
        device.baseline.account.name,
        access.password(device),
        str(access.known_hosts),
    )


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
