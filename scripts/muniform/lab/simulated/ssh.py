"""The SSH server of a simulated device: who gets in, and what a session is given."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncssh

from muniform.lab.simulated.command_line import CommandLine
from muniform.lab.simulated.device import Identity, Listener, SimulatedDevice
from muniform.lab.simulated.dropping import Droppable
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.spec import SSH
from muniform.lab.simulated.terminal import Terminal

_CHUNK = 32768
_CLOSING_SECONDS = 5

Process = asyncssh.SSHServerProcess[bytes]


class Link(Droppable):
    """One SSH connection, as the device drops it."""

    def __init__(self, connection: asyncssh.SSHServerConnection) -> None:
        super().__init__(connection.abort)
        self.connection = connection
        self.user = ""
        self.privilege = 1


@dataclass(frozen=True)
class Service:
    """What one SSH port of a device does."""

    version: str
    """The software version in the server's first line."""
    login: Callable[[str, str], int | None]
    """The privilege of a user with a password, or None. Runs in a thread: hashing takes a while."""
    banner: Callable[[], str]
    """Shown before the password is asked; "" for none."""
    handle: Callable[[Process, Link], Awaitable[None]]
    """Serves a session: ``process.command`` or ``process.subsystem`` say what was asked for."""
    port: int = SSH


class _Server(asyncssh.SSHServer):
    """Authentication against the running configuration."""

    def __init__(self, device: SimulatedDevice, service: Service) -> None:
        self._device = device
        self._service = service
        self._link: Link | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._link = Link(conn)
        conn.set_extra_info(link=self._link)
        self._device.admit(self._link, self._service.port)
        if self._device.refuses(self._service.port) is not None:
            # Cut off between the TCP connection and this moment.
            asyncio.get_running_loop().call_soon(self._link.abort)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's name
        if self._link is not None:
            self._device.dismiss(self._link)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's name
        banner = self._service.banner()
        if banner and self._link is not None:
            self._link.connection.send_auth_banner(banner.replace("\n", "\r\n") + "\r\n")
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        if self._device.faults.has(Condition.REFUSE_LOGIN) or self._link is None:
            return False
        # Checking takes 50 ms the first time: not in the loop that serves all the others.
        privilege = await asyncio.to_thread(self._service.login, username, password)
        if privilege is None:
            return False
        self._link.user, self._link.privilege = username, privilege
        return True


def listener(
    device: SimulatedDevice, service: Service, identity: Identity, other: Identity
) -> Listener:
    """A device's SSH port."""

    def options(key: asyncssh.SSHKey) -> asyncssh.SSHServerConnectionOptions:
        async def handle(process: Process) -> None:
            link: Link = process.get_extra_info("link")
            try:
                await service.handle(process, link)
            except (OSError, EOFError, asyncssh.Error):
                # The client, or the device's own cut, ended the connection in the middle.
                link.abort()

        return asyncssh.SSHServerConnectionOptions(
            server_host_keys=[key],
            server_factory=lambda: _Server(device, service),
            process_factory=handle,
            server_version=service.version,
            encoding=None,
            line_editor=False,
            # Otherwise this machine's own name is looked up, twice for each device.
            gss_host=None,
        )

    own, strange = options(identity.host_key), options(other.host_key)

    async def greet(client: socket.socket, is_other: bool) -> None:
        await asyncssh.run_server(client, options=strange if is_other else own)

    return Listener(device, service.port, greet)


async def interact(shell: CommandLine, process: Process, link: Link) -> None:
    """A person's or a program's session at a command line."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    terminal = Terminal(shell, lambda text: process.stdout.write(text.encode()))
    terminal.start()
    while not shell.is_over:
        try:
            data = await process.stdin.read(_CHUNK)
        except (asyncssh.BreakReceived, asyncssh.SignalReceived, asyncssh.TerminalSizeChanged):
            continue
        if not data:
            break
        terminal.receive(decoder.decode(data))
    process.exit(0)
    # The channel first: what was printed last must reach the client before the connection ends.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait_closed(), _CLOSING_SECONDS)
    link.connection.close()
