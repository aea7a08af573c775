"""What listens on a simulated Junos device: SSH with a command line and NETCONF, at two ports."""

from __future__ import annotations

from collections.abc import Iterable

from muniform.lab.junos import netconf
from muniform.lab.junos.accounts import SUPER_USER, login
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.management import NETCONF
from muniform.lab.junos.shell import Shell
from muniform.lab.simulated.device import Identity, Listener
from muniform.lab.simulated.spec import SSH
from muniform.lab.simulated.ssh import Link, Process, Service, interact, listener

SERVER_VERSION = "OpenSSH_7.5"
_XML_MODE = "xml-mode netconf"


def listeners(device: JunosDevice, identity: Identity, other: Identity) -> Iterable[Listener]:
    """The device's services."""
    return (
        listener(device, _service(device, SSH), identity, other),
        listener(device, _service(device, NETCONF), identity, other),
    )


def _service(device: JunosDevice, port: int) -> Service:
    def log_in(user: str, password: str) -> int | None:
        return login(device.config, user, password)

    def banner() -> str:
        return device.config.value("system", "login", "message") or ""

    async def handle(process: Process, link: Link) -> None:
        asked = process.command or ""
        if process.subsystem == "netconf" or asked.startswith(_XML_MODE):
            await netconf.serve(device, process, link)
        elif port == NETCONF or process.subsystem:
            process.exit(1)
        elif process.command is None:
            await _typed(_shell(device, link), process, link)
        else:
            _single(_shell(device, link), process, asked)

    return Service(SERVER_VERSION, log_in, banner, handle, port)


def _shell(device: JunosDevice, link: Link) -> Shell:
    return Shell(device, link, link.user, link.privilege == SUPER_USER)


async def _typed(shell: Shell, process: Process, link: Link) -> None:
    """A person's or a program's session."""
    try:
        await interact(shell, process, link)
    finally:
        shell.leave()


def _single(shell: Shell, process: Process, command: str) -> None:
    """A command given on the client's command line."""
    lines = shell.enter(command)
    shell.leave()
    process.stdout.write(("\n".join(lines) + "\n").encode())
    process.exit(0)
