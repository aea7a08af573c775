"""What listens on a simulated EOS switch: eAPI over HTTPS, and a command line over SSH."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from muniform.lab.eos import accounts, web
from muniform.lab.eos.cli import Session
from muniform.lab.eos.device import HTTPS, EosSwitch
from muniform.lab.eos.shell import Shell
from muniform.lab.simulated.device import Identity, Listener
from muniform.lab.simulated.ssh import Link, Process, Service, interact, listener

SERVER_VERSION = "OpenSSH_9.1"
PORTS = (22, HTTPS)
"""The standard ports of the services."""


def listeners(switch: EosSwitch, identity: Identity, other: Identity) -> Iterable[Listener]:
    """The switch's services."""

    async def greet_web(client: socket.socket, is_other: bool) -> None:
        shown = other if is_other else identity
        await web.serve(switch, client, shown.certificate)

    return (
        listener(switch, _ssh(switch), identity, other),
        Listener(switch, HTTPS, greet_web),
    )


def _ssh(switch: EosSwitch) -> Service:
    def log_in(user: str, password: str) -> int | None:
        return accounts.login(switch.config, user, password)

    def banner() -> str:
        found = switch.config.find("banner", "login")
        return "\n".join(found.text or []) if found else ""

    async def handle(process: Process, link: Link) -> None:
        shell = Shell(Session(switch, link.user, link.privilege, link), link)
        try:
            if process.command is None:
                await interact(shell, process, link)
            else:
                _single(shell, process, process.command)
        finally:
            shell.session.end()

    return Service(SERVER_VERSION, log_in, banner, handle)


def _single(shell: Shell, process: Process, command: str) -> None:
    """A command given on the client's command line."""
    lines = shell.enter(command)
    process.stdout.write(("\r\n".join(lines) + "\r\n").encode())
    process.exit(0)
