"""The listening socket of one service, which is there only while its device can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import asyncssh

from muniform.errors import LabError
from muniform.lab.simulated.device import Listener
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.line import splice

_RETRY_SECONDS = 0.1


class Door:
    """While management is cut, or its service is off, it is closed: the kernel refuses
    connections, which every client understands."""

    def __init__(self, listener: Listener) -> None:
        self._device = device = listener.device
        self._port = listener.port
        self._where = (device.spec.address, device.spec.listens(listener.port))
        self._greet = listener.greet
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._listening: socket.socket | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._is_shut = False
        self._open()
        device.watchers.append(self.follow)
        self.follow()

    def follow(self) -> None:
        """Open or close as the device's configuration says; from any thread."""
        if threading.get_ident() == self._thread:
            self._follow()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._follow)

    def shut(self) -> None:
        """Close for good."""
        self._is_shut = True
        self._close()
        for work in tuple(self._work):
            work.cancel()
        if self.follow in self._device.watchers:
            self._device.watchers.remove(self.follow)

    async def wait_shut(self) -> None:
        """After ``shut``: until nobody is being served any more."""
        await asyncio.gather(*self._work, return_exceptions=True)

    def _follow(self) -> None:
        if self._is_shut or self._device.refuses(self._port) is not None:
            self._close()
        elif self._listening is None:
            try:
                self._open()
            except LabError:
                self._loop.call_later(_RETRY_SECONDS, self._follow)

    def _open(self) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(self._where)
            listening.listen(128)
        except OSError as error:
            listening.close()
            host, port = self._where
            raise LabError(
                f"{self._device.spec.name} cannot listen on {host} port {port}: {error.strerror}",
                "another lab may be running: muniform lab down",
            ) from error
        listening.setblocking(False)
        self._loop.add_reader(listening, self._accept)
        self._listening = listening

    def _close(self) -> None:
        if self._listening is not None:
            self._loop.remove_reader(self._listening)
            self._listening.close()
            self._listening = None

    def _accept(self) -> None:
        if self._listening is None:
            return
        with contextlib.suppress(OSError):
            client, _ = self._listening.accept()
            client.setblocking(False)
            self._keep(asyncio.create_task(self._serve(client)))

    def _keep(self, work: asyncio.Task[None]) -> None:
        self._work.add(work)
        work.add_done_callback(self._work.discard)

    async def _serve(self, client: socket.socket) -> None:
        is_other = self._device.faults.has(Condition.WRONG_HOST_KEY)
        with contextlib.suppress(OSError, asyncssh.Error):
            if self._device.faults.latency or self._device.is_metered:
                client = await splice(client, self._device, self._keep)
            await self._greet(client, is_other)
