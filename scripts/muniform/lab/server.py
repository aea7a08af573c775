"""The lab's daemon: ``python -m muniform.lab.server --state DIR``, started by ``lab up``.

It holds the lab's lock for its life, plays the simulated devices, forwards into the containers,
describes what it serves in ``lab.json`` and takes orders on a socket that only its owner may open.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from muniform.errors import LabError, MuniformError
from muniform.lab import channel, simulation
from muniform.lab import plan as plans
from muniform.lab.fault_order import FaultOrder
from muniform.lab.files import write_private
from muniform.lab.forwarding import Forwarding
from muniform.lab.identities import identities
from muniform.lab.locks import LockedError, held
from muniform.lab.paths import LabPaths
from muniform.lab.plan import DaemonPlan
from muniform.lab.simulation import Simulation
from muniform.secrets import SecretStore

log = logging.getLogger("muniform.lab")

LOCK_PATIENCE = 2.0
"""Seconds: a client that asks whether the lab runs holds a shared lock for an instant."""


class Daemon:
    """A lab that serves, and takes orders."""

    def __init__(
        self, paths: LabPaths, plan: DaemonPlan, playing: Simulation, forwarding: Forwarding
    ) -> None:
        self._paths = paths
        self._plan = plan
        self._playing = playing
        self._forwarding = forwarding
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serve until told to stop, by a request or a signal."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with channel.listening(self._paths.socket, self._answer):
            with self._described():
                log.info("serving %d addresses", len(self._plan.spec.services))
                await self._stopping.wait()
        log.info("stopping")

    async def _answer(self, request: channel.Message) -> channel.Message:
        match request:
            case {"do": "status"}:
                return self._description() | {"devices": self._devices()}
            case {"do": "wires"}:
                return {"up": await self._ports_up()}
            case {"do": "fault", "device": str(device)}:
                found = self._playing.find(device)
                FaultOrder.of(request).carry_out(found)
                log.info("faults of %s: %s", device, ", ".join(found.faults.described()) or "none")
                return {}
            case {"do": "reboot", "device": str(device)}:
                log.info("%s starts anew", device)
                return {"seconds": self._playing.reboot(device)}
            case {"do": "rewired", "machine": str(machine), "pid": int(pid)}:
                await self._forwarding.replace(machine, pid)
                log.info("%s is in process %d now", machine, pid)
                return {}
            case {"do": "stop"}:
                self._stopping.set()
                return {}
        raise LabError("the lab's daemon does not know this request", "is it of this version?")

    def _devices(self) -> list[channel.Message]:
        return [
            {
                "name": plan.name,
                "platform": plan.platform,
                "model": plan.model,
                "cut": self._playing.devices[plan.name].cut,
                "faults": self._playing.devices[plan.name].faults.described(),
                "sessions": len(self._playing.devices[plan.name].connections),
            }
            for plan in self._plan.spec.devices
        ]

    async def _ports_up(self) -> list[str]:
        """The cabled ports that are switched on, as ``device:port``."""
        ends = [end for cable in self._plan.spec.cables for end in cable.ends]
        real: dict[str, list[str]] = {}
        for end in ends:
            if end.device not in self._playing.devices:
                real.setdefault(end.device, []).append(end.port)
        found = await self._forwarding.ports_up(real)
        return [
            str(end)
            for end in ends
            if (
                end.port in found[end.device]
                if end.device in found
                else self._playing.is_up(end.device, end.port)
            )
        ]

    def _description(self) -> channel.Message:
        spec = self._plan.spec
        return {
            "services": [str(service) for service in spec.services],
            "clock_scale": self._plan.clock_scale,
            # Containers run on the machine's own time.
            "scaled": [str(service) for service in spec.simulated_services],
            "pid": os.getpid(),
        }

    @contextmanager
    def _described(self) -> Iterator[None]:
        """``lab.json`` stands only while everything in it answers."""
        write_private(self._paths.description, json.dumps(self._description(), indent=1) + "\n")
        try:
            yield
        finally:
            self._paths.description.unlink(missing_ok=True)


async def serve(paths: LabPaths) -> None:
    """Play the lab that ``up`` planned. Raises OSError or LabError if an address is taken."""
    plan = plans.read(paths.folder)
    store = SecretStore(paths.secrets)
    with ExitStack() as stack:
        forwarding = Forwarding()
        stack.callback(forwarding.close)
        await forwarding.start(plan)
        playing, serving = await simulation.start(
            plan.spec, store, *identities(paths), plan.clock_scale
        )
        stack.callback(serving.close)
        await Daemon(paths, plan, playing, forwarding).run()


def main() -> int:
    """Run in the foreground until stopped; what happens goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m muniform.lab.server")
    parser.add_argument("--state", type=Path, required=True, help="the city's state folder")
    paths = LabPaths.of(parser.parse_args().state)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    try:
        with held(paths.lock, patience=LOCK_PATIENCE):
            paths.description.unlink(missing_ok=True)
            asyncio.run(serve(paths))
    except LockedError:
        log.error("another daemon runs this lab")
        return 1
    except (MuniformError, OSError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
