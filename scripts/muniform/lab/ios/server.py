"""What listens on a simulated IOS-XE switch: SSH, with a command line and SCP."""

from __future__ import annotations

from collections.abc import Iterable

from muniform.lab.ios import scp
from muniform.lab.ios.accounts import login
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.device import Identity, Listener
from muniform.lab.simulated.ssh import Link, Process, Service, interact, listener

SERVER_VERSION = "Cisco-1.25"


def listeners(switch: IosSwitch, identity: Identity, other: Identity) -> Iterable[Listener]:
    """The switch's services."""
    return (listener(switch, _service(switch), identity, other),)


def _service(switch: IosSwitch) -> Service:

    def log_in(user: str, password: str) -> int | None:
        config = switch.config
        privilege = login(config, user, password)
        if switch.lockout.is_closed(config):
            return None
        if privilege is None:
            switch.lockout.failed(config)
        return privilege

    def banner() -> str:
        found = switch.config.value("banner", "login")
        return found[0].strip("\x03") if found else ""

    async def handle(process: Process, link: Link) -> None:
        shell = Shell(switch, link.user, link.privilege, link)
        if process.command is None:
            await interact(shell, process, link)
        else:
            await _single(shell, process, link)

    return Service(SERVER_VERSION, log_in, banner, handle)


async def _single(shell: Shell, process: Process, link: Link) -> None:
    """A command given on the client's command line: SCP, or one line of exec mode."""
    command = process.command or ""
    if command.split()[:1] == ["scp"]:
        stdin, write = process.stdin, process.stdout.write
        status = await scp.serve(
            shell.switch, command, shell.privilege, stdin.readline, stdin.readexactly, write, link
        )
        process.exit(status)
        return
    lines = shell.enter(command)
    if link.is_frozen:
        await process.stdin.read()
    process.stdout.write(("\r\n".join(lines) + "\r\n").encode())
    process.exit(0)
