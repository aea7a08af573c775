"""The lab's daemon: ``python -m muniform.lab.server --state DIR``, started by ``lab up``.

It holds the lab's lock for its life, plays the switches, forwards into the containers, describes
what it serves in ``lab.json`` and takes orders on a socket that only its owner may open.
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
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from muniform.errors import LabError, MuniformError
from muniform.lab import channel, switches
from muniform.lab import plan as plans
from muniform.lab.endpoint import endpoint
from muniform.lab.files import write_private
from muniform.lab.forward import Dialer, Forward, Namespace
from muniform.lab.locks import LockedError, held
from muniform.lab.paths import LabPaths
from muniform.lab.plan import DaemonPlan
from muniform.lab.switches import Switches
from muniform.secrets import SecretStore

log = logging.getLogger("muniform.lab")

LOCK_PATIENCE = 2.0
"""Seconds: a client that asks whether the lab runs holds a shared lock for an instant."""


class Daemon:
    """A lab that serves."""

    def __init__(self, paths: LabPaths, plan: DaemonPlan, playing: Switches) -> None:
        self._paths = paths
        self._plan = plan
        self._switches = playing
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serve until told to stop, by a request or a signal."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with channel.listening(self._paths.socket, self._answer):
            with self._described():
                log.info("serving %d addresses", len(self._plan.services))
                await self._stopping.wait()
        log.info("stopping")

    async def _answer(self, request: channel.Message) -> channel.Message:
        match request:
            case {"do": "status"}:
                return self._description() | {"faults": self._switches.faults()}
            case {"do": "fault", "device": str(device), "name": str(name), "on": bool(on)}:
                point, times = str(request.get("point", "")), request.get("times")
                self._switches.set_fault(
                    device, name, on, point, times if isinstance(times, int) else None
                )
                log.info("fault %s of %s is %s", name, device, "on" if on else "off")
                return {}
            case {"do": "stop"}:
                self._stopping.set()
                return {}
        raise LabError("the lab's daemon does not know this request", "is it of this version?")

    def _description(self) -> channel.Message:
        return {
            "services": [str(service) for service in self._plan.services],
            "clock_scale": self._plan.clock_scale,
            # Containers run on the machine's own time.
            "scaled": [str(service) for s in self._plan.switches for service in s.services],
            "pid": os.getpid(),
            "containers": list(self._plan.containers),
            "namespace": self._plan.namespace,
            "switches": [switch.name for switch in self._plan.switches],
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
    """Play the lab that ``up`` planned. Raises OSError if an address is taken."""
    plan = plans.read(paths.folder)
    async with AsyncExitStack() as stack:
        await _forward(plan, stack)
        playing = await switches.start(
            plan.switches,
            plan.controller,
            SecretStore(paths.secrets),
            *switches.identities(paths),
            plan.clock_scale,
        )
        stack.callback(playing.serving.close)
        await Daemon(paths, plan, playing).run()


async def _forward(plan: DaemonPlan, stack: AsyncExitStack) -> None:
    dialer = Dialer()
    stack.callback(dialer.close)
    for wanted in plan.forwards:
        namespace = Namespace(wanted.pid)
        stack.callback(namespace.close)
        listen = endpoint(wanted.address, wanted.port)
        forward = Forward(listen, namespace, wanted.address, wanted.port)
        stack.callback((await forward.serve(dialer)).close)


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
