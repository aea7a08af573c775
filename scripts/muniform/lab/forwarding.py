"""The ways into all containers of a lab, kept open while the daemon lives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from muniform.errors import LabError
from muniform.lab.endpoint import endpoint
from muniform.lab.forward import Dialer, Forward, Namespace
from muniform.lab.plan import DaemonPlan


class Forwarding:
    """The containers' network namespaces, by machine, and who forwards into them."""

    def __init__(self) -> None:
        self._dialer = Dialer()
        self._namespaces: dict[str, Namespace] = {}
        self._servers: list[asyncio.Server] = []

    async def start(self, plan: DaemonPlan) -> None:
        """Forward to every service of every container. Raises OSError if an address is taken."""
        for machine in plan.spec.machines:
            namespace = Namespace(plan.pids[machine.name])
            self._namespaces[machine.name] = namespace
            for port in machine.ports:
                listen = endpoint(machine.address, port)
                forward = Forward(listen, namespace, machine.address, port)
                self._servers.append(await forward.serve(self._dialer))

    async def replace(self, machine: str, pid: int) -> None:
        """A container was started anew: its services are in the namespace of this process now."""
        if machine not in self._namespaces:
            raise LabError(f"the lab has no container {machine!r}", "muniform lab status")
        try:
            await self._dialer.reopen(self._namespaces[machine], pid)
        except OSError as error:
            raise LabError(f"process {pid} of {machine} is gone: {error.strerror}") from None

    async def ports_up(self, wanted: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
        """Which of these interfaces of these machines are switched on; a stopped one has none."""
        return {
            machine: await self._dialer.interfaces_up(self._namespaces[machine], tuple(names))
            for machine, names in wanted.items()
        }

    def close(self) -> None:
        for server in self._servers:
            server.close()
        self._dialer.close()
        for namespace in self._namespaces.values():
            namespace.close()
