"""The SSH servers of all simulated switches, in one event loop.

Each listens on its own address, and stops listening while its management path is cut.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncssh

from muniform.errors import LabError
from muniform.lab.ios import scp
from muniform.lab.ios.accounts import login
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.door import Door
from muniform.lab.ios.shell import Shell
from muniform.lab.ios.terminal import Terminal

SERVER_VERSION = "Cisco-1.25"
_CHUNK = 32768
_CLOSING_SECONDS = 5


class _Link:
    """One SSH connection, as the device drops it."""

    def __init__(self, connection: asyncssh.SSHServerConnection) -> None:
        self.connection = connection
        self.privilege = 1
        self.is_dropped = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def abort(self) -> None:
        """Drop the connection without a goodbye; from any thread."""
        self.is_dropped = True
        if threading.get_ident() == self._thread:
            self.connection.abort()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.connection.abort)


class _Server(asyncssh.SSHServer):
    """Authentication against the running configuration."""

    def __init__(self, switch: IosSwitch) -> None:
        self._switch = switch
        self._link: _Link | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._link = _Link(conn)
        conn.set_extra_info(link=self._link)
        self._switch.connections.add(self._link)
        if self._switch.cut is not None:
            # Cut off between the TCP connection and this moment.
            asyncio.get_running_loop().call_soon(self._link.abort)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's name
        if self._link is not None:
            self._switch.connections.discard(self._link)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's name
        banner = self._switch.config.value("banner", "login")
        if banner and self._link is not None:
            text = banner[0].strip("\x03").replace("\n", "\r\n")
            self._link.connection.send_auth_banner(text + "\r\n")
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        if self._switch.faults.refuse_login or self._link is None:
            return False
        # Checking takes 50 ms the first time: not in the loop that serves all the others.
        config = self._switch.config
        privilege = await asyncio.to_thread(login, config, username, password)
        if self._switch.lockout.is_closed(config):
            return False
        if privilege is None:
            self._switch.lockout.failed(config)
            return False
        self._link.privilege = privilege
        return True


async def _handle(switch: IosSwitch, process: asyncssh.SSHServerProcess[bytes]) -> None:
    link: _Link = process.get_extra_info("link")
    user = str(process.get_extra_info("username"))
    shell = Shell(switch, user, link.privilege, link)
    try:
        if process.command is None:
            await _interactive(shell, process)
        else:
            await _single(shell, process, process.command)
    except (OSError, EOFError, asyncssh.Error):
        # The client, or the device's own cut, ended the connection in the middle.
        link.abort()


async def _interactive(shell: Shell, process: asyncssh.SSHServerProcess[bytes]) -> None:
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
    process.get_extra_info("link").connection.close()


async def _single(shell: Shell, process: asyncssh.SSHServerProcess[bytes], command: str) -> None:
    """A command given on the client's command line: SCP, or one line of exec mode."""
    if command.split()[:1] == ["scp"]:
        status = await scp.serve(
            shell.switch,
            command,
            shell.privilege,
            process.stdin.readline,
            process.stdin.readexactly,
            process.stdout.write,
        )
        process.exit(status)
        return
    lines = shell.enter(command)
    process.stdout.write(("\r\n".join(lines) + "\r\n").encode())
    process.exit(0)


_Options = tuple[asyncssh.SSHServerConnectionOptions, asyncssh.SSHServerConnectionOptions]


@dataclass
class Servers:
    """All listening switches."""

    switches: Sequence[IosSwitch]
    _doors: list[Door] = field(default_factory=list)
    _greetings: set[asyncio.Task[None]] = field(default_factory=set)

    def close(self) -> None:
        """Stop listening, drop every session, stop every revert timer. In the loop's thread."""
        for door in self._doors:
            door.shut()
        for greeting in tuple(self._greetings):
            greeting.cancel()
        for switch in self.switches:
            switch.confirm()
            switch.drop_all()

    async def wait_closed(self) -> None:
        """After ``close``: until nothing of it runs any more."""
        await asyncio.gather(*self._greetings, return_exceptions=True)

    def open(self, switch: IosSwitch, options: _Options) -> None:
        """Let clients in to one switch. Raises LabError if its address is taken."""

        def greet(client: socket.socket, is_impostor: bool) -> None:
            work = asyncio.create_task(_greet(client, options[is_impostor]))
            self._greetings.add(work)
            work.add_done_callback(self._greetings.discard)

        self._doors.append(Door(switch, greet))


async def serve(
    switches: Sequence[IosSwitch], host_key: asyncssh.SSHKey, other_key: asyncssh.SSHKey
) -> Servers:
    """Serve all switches in the running loop. ``other_key`` is shown under the fault
    ``wrong_host_key``. Raises LabError if an address is taken."""
    servers = Servers(switches)
    try:
        for switch in switches:
            servers.open(switch, (_options(switch, host_key), _options(switch, other_key)))
    except LabError:
        servers.close()
        raise
    return servers


def _options(switch: IosSwitch, key: asyncssh.SSHKey) -> asyncssh.SSHServerConnectionOptions:
    async def handle(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await _handle(switch, process)

    return asyncssh.SSHServerConnectionOptions(
        server_host_keys=[key],
        server_factory=lambda: _Server(switch),
        process_factory=handle,
        server_version=SERVER_VERSION,
        encoding=None,
        line_editor=False,
    )


async def _greet(client: socket.socket, options: asyncssh.SSHServerConnectionOptions) -> None:
    with contextlib.suppress(OSError, asyncssh.Error):
        await asyncssh.run_server(client, options=options)
