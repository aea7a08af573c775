"""All simulated devices of a lab, listening, in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from muniform.errors import LabError
from muniform.lab.simulated.device import Listener, SimulatedDevice
from muniform.lab.simulated.door import Door


@dataclass
class Serving:
    """The doors of all services, and the devices behind them."""

    _doors: list[Door] = field(default_factory=list)
    _devices: dict[int, SimulatedDevice] = field(default_factory=dict)

    def open(self, listener: Listener) -> None:
        """Let clients in to one service. Raises LabError if its address is taken."""
        device = listener.device
        self._devices[id(device)] = device
        self._doors.append(Door(listener))

    def close(self) -> None:
        """Stop listening, drop every session, stop every timer. In the loop's thread."""
        for door in self._doors:
            door.shut()
        for device in self._devices.values():
            device.stop()
            device.drop_all()

    async def wait_closed(self) -> None:
        """After ``close``: until nothing of it runs any more."""
        await asyncio.gather(*(door.wait_shut() for door in self._doors))


async def serve(listeners: Iterable[Listener]) -> Serving:
    """Serve devices in the running loop. Raises LabError if an address is taken."""
    serving = Serving()
    try:
        for listener in listeners:
            serving.open(listener)
    except LabError:
        serving.close()
        raise
    return serving
