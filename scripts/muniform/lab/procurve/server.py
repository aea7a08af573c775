"""What listens on a simulated ArubaOS-Switch: SSH, with a command line."""

from __future__ import annotations

from collections.abc import Iterable

from muniform.lab.procurve.accounts import login
from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.shell import Shell
from muniform.lab.simulated.device import Identity, Listener
from muniform.lab.simulated.ssh import Link, Process, Service, interact, listener

SERVER_VERSION = "Mocana SSH 6.3"


def listeners(switch: ProcurveSwitch, identity: Identity, other: Identity) -> Iterable[Listener]:
    """The switch's services."""
    return (listener(switch, _service(switch), identity, other),)


def _service(switch: ProcurveSwitch) -> Service:
    def log_in(user: str, password: str) -> int | None:
        return login(switch.state.root, user, password)

    def banner() -> str:
        value = switch.state.root.value("banner", "motd")
        return value[0][1:-1].replace("\\n", "\n").replace('\\"', '"') if value else ""

    async def handle(process: Process, link: Link) -> None:
        if process.command is not None:
            # The switch has no commands on an SSH client's own line.
            process.exit(1)
            return
        shell = Shell(switch, link.privilege, link)
        await interact(shell, process, link)

    return Service(SERVER_VERSION, log_in, banner, handle)
