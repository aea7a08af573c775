"""The listening socket of one switch, which is there only while the switch can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable

from muniform.errors import LabError
from muniform.lab.ios.device import IosSwitch

_RETRY_SECONDS = 0.1


class Door:
    """A switch's listening socket. While management is cut it is closed: the kernel refuses
    connections, which every client understands."""

    def __init__(self, switch: IosSwitch, greet: Callable[[socket.socket, bool], None]) -> None:
        self._switch = switch
        self._greet = greet
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._listening: socket.socket | None = None
        self._is_shut = False
        self._open()
        switch.watchers.append(self.follow)
        self.follow()

    def follow(self) -> None:
        """Open or close as the switch's management path says; from any thread."""
        if threading.get_ident() == self._thread:
            self._follow()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._follow)

    def shut(self) -> None:
        """Close for good."""
        self._is_shut = True
        self._close()
        if self.follow in self._switch.watchers:
            self._switch.watchers.remove(self.follow)

    def _follow(self) -> None:
        if self._is_shut or self._switch.cut is not None:
            self._close()
        elif self._listening is None:
            try:
                self._open()
            except LabError:
                self._loop.call_later(_RETRY_SECONDS, self._follow)

    def _open(self) -> None:
        where = (self._switch.spec.address, self._switch.spec.port)
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(where)
            listening.listen(128)
        except OSError as error:
            listening.close()
            name = self._switch.spec.name
            raise LabError(
                f"{name} cannot listen on {where[0]} port {where[1]}: {error.strerror}",
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
            self._greet(client, self._switch.faults.wrong_host_key)
