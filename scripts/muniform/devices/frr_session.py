"""The connection to an FRR router: a Netmiko session, and the agent's requests over it.

Netmiko logs in and checks the host key. Requests don't go through its shell, whose echo and
prompt would have to be guessed apart from the data: each gets a channel of its own on the same
SSH transport, with an exit code, and everything, the program included, on standard input.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import paramiko
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    ConnectTimeoutError,
)
from napalm.base.netmiko_helpers import netmiko_args
from netmiko import ConnectHandler, NetmikoAuthenticationException, NetmikoTimeoutException

INTERPRETER = "sudo -n /usr/bin/python3 -I -"
"""The only text a shell of the router ever gets to see. ``-n``: fail rather than ask."""
CHUNK = 65536


class HostKeyRejected(ConnectionException):  # type: ignore[misc]
    """The router's host key is unknown, or not the one that was enrolled."""


class AgentRefusedError(Exception):
    """The agent did not carry a request out. ``kind`` as in ``frr_agent.RefusedError``."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def agent_source() -> str:
    """The program that runs on the router."""
    return files("muniform.devices").joinpath("frr_agent.py").read_text()


def open_session(
    host: str, username: str, password: str, timeout: float, optional: dict[str, Any]
) -> Any:
    """A Netmiko connection. Host keys are verified unless ``ssh_strict`` is given as false.

    ``alt_key_file`` names the known_hosts file; without one the account's own is used.
    Raises HostKeyRejected, ConnectAuthError or ConnectTimeoutError.
    """
    settings = {"ssh_strict": True, **netmiko_args(optional)}
    if "alt_key_file" in settings:
        settings.setdefault("alt_host_keys", True)
    else:
        settings.setdefault("system_host_keys", True)
    try:
        return ConnectHandler(
            device_type="linux",
            host=host,
            username=username,
            password=password,
            timeout=timeout,
            **settings,
        )
    except NetmikoAuthenticationException as error:
        raise ConnectAuthError(f"{host} did not accept the account {username!r}") from error
    except NetmikoTimeoutException as error:
        if _is_about_host_key(error):
            raise HostKeyRejected(f"{host}: {_cause(error)}") from error
        raise ConnectTimeoutError(f"no connection to {host}: {_cause(error)}") from error
    except paramiko.SSHException as error:
        if _is_about_host_key(error):
            raise HostKeyRejected(f"{host}: {error}") from error
        raise ConnectionException(f"no SSH session with {host}: {error}") from error


def request(session: Any, timeout: float, do: str, **arguments: Any) -> dict[str, Any]:
    """Have the router carry out one request of ``frr_agent``; wait ``timeout`` seconds at most.

    Raises AgentRefusedError if it was not carried out. CommandTimeoutException and
    ConnectionClosedException leave open whether it was.
    """
    order = json.dumps({"do": do, **arguments})
    printed = _python(session, timeout, f"{agent_source()}\nserve({order!r})\n")
    reply: dict[str, Any] = json.loads(printed)
    if "refused" in reply:
        raise AgentRefusedError(reply["refused"], reply["text"])
    return reply


def _python(session: Any, timeout: float, program: str) -> str:
    """What a program prints that runs as root on the router."""
    try:
        channel = session.remote_conn_pre.get_transport().open_session(timeout=timeout)
        with channel:
            channel.settimeout(timeout)
            channel.exec_command(INTERPRETER)
            channel.sendall(program.encode())
            channel.shutdown_write()
            stdout = _drain(channel.recv)
            stderr = _drain(channel.recv_stderr)
            # recv_exit_status alone would wait without end.
            code = channel.recv_exit_status() if channel.status_event.wait(timeout) else -1
    except TimeoutError as error:
        raise CommandTimeoutException(f"no answer within {timeout:g} s") from error
    except (OSError, EOFError, AttributeError, paramiko.SSHException) as error:
        # Paramiko sets the transport of a client that lost its connection to None.
        raise ConnectionClosedException(f"the connection was lost: {error}") from error
    if code == -1:
        raise ConnectionClosedException("the connection was lost before the answer was complete")
    if code:
        last = stderr.strip().splitlines()[-1:] or [f"exit code {code}"]
        raise CommandErrorException(f"{INTERPRETER.split(' -', 1)[0]} failed: {last[0]}")
    return stdout


def _drain(receive: Any) -> str:
    parts: list[bytes] = []
    while part := receive(CHUNK):
        parts.append(part)
    return b"".join(parts).decode()


def _is_about_host_key(error: BaseException) -> bool:
    """Netmiko turns Paramiko's refusal into a text of its own; the original stays its context."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return any(
        isinstance(one, paramiko.BadHostKeyException) or "not found in known_hosts" in str(one)
        for one in chain
    )


def _cause(error: BaseException) -> str:
    return str(error.__cause__ or error.__context__ or error).strip().splitlines()[0]
