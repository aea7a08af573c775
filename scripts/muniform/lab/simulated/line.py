"""The line between a client and a device: it can be slow, and it counts round trips.

A client's socket is spliced to the device's through two pumps, each of which holds what it carries
back for half a round trip. So every protocol feels the latency, its handshakes included.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from muniform.lab.simulated.device import SimulatedDevice

_CHUNK = 65536


async def splice(
    client: socket.socket, device: SimulatedDevice, keep: Callable[[asyncio.Task[None]], None]
) -> socket.socket:
    """The socket to serve in place of ``client``. Ends when either side does.

    ``keep`` is given the line's task: a loop holds its tasks weakly, and must not end before them.
    """
    delay = device.faults.latency / 1000
    # The handshake of TCP has happened in our kernel, at once: it is paid here.
    await asyncio.sleep(delay)
    outer, inner = socket.socketpair()
    for end in (outer, inner):
        end.setblocking(False)
    meter = _Meter(device)
    keep(asyncio.create_task(_carry(client, outer, delay / 2, meter)))
    return inner


class _Meter:
    """Counts how often the talk turns from the device to the client: the client's new questions."""

    def __init__(self, device: SimulatedDevice) -> None:
        self._device = device
        self._is_client_talking = False

    def client(self) -> None:
        if not self._is_client_talking:
            self._device.turns += 1
        self._is_client_talking = True

    def device(self) -> None:
        self._is_client_talking = False


async def _carry(client: socket.socket, outer: socket.socket, delay: float, meter: _Meter) -> None:
    pumps = [
        asyncio.create_task(_pump(client, outer, delay, meter.client)),
        asyncio.create_task(_pump(outer, client, delay, meter.device)),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        # What the side that ended had said is still on its way.
        await asyncio.sleep(delay)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        client.close()
        outer.close()


async def _pump(
    source: socket.socket, sink: socket.socket, delay: float, seen: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            await loop.sock_sendall(sink, data)
            if not data:
                return

    delivery = asyncio.create_task(deliver())
    try:
        with contextlib.suppress(OSError):
            while data := await loop.sock_recv(source, _CHUNK):
                seen()
                waiting.put_nowait((loop.time() + delay, data))
            waiting.put_nowait((loop.time() + delay, b""))
            await delivery
    finally:
        delivery.cancel()
        await asyncio.gather(delivery, return_exceptions=True)
