"""TCP forwarding into the network namespaces of the lab's containers.

A client connects to a loopback address of this machine, without root; the lab's daemon opens the
other half inside the container's namespace, at the machine's real address. The address must stand
on the container itself at that moment: if it doesn't, the client's connection is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address

log = logging.getLogger(__name__)

# os.setns is there from Python 3.12 on.
_LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
UP_AND_RUNNING = 0x1 | 0x40
"""IFF_UP and IFF_RUNNING (netdevice(7))."""

CONNECT_TIMEOUT = 5.0
"""Seconds a machine has to accept a connection."""

CHUNK = 65536


class Namespace:
    """A network namespace, held open: a reused process id can't lead us astray."""

    def __init__(self, pid: int) -> None:
        self._handle = _opened(pid)

    def enter(self) -> None:
        """Move the calling thread into the namespace. Raises OSError."""
        if _LIBC.setns(self._handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def reopen(self, pid: int) -> None:
        """Hold another process's namespace instead, in the thread that enters this one."""
        before, self._handle = self._handle, _opened(pid)
        os.close(before)

    def close(self) -> None:
        os.close(self._handle)


def _opened(pid: int) -> int:
    return os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)


class Dialer:
    """Makes sockets that live in a namespace, in one thread of its own.

    A socket belongs for life to the namespace its thread was in when it was made, so the thread
    that enters other namespaces never does anything else.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dialer")

    async def socket_in(self, namespace: Namespace) -> socket.socket:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _socket_in, namespace)

    async def reopen(self, namespace: Namespace, pid: int) -> None:
        """See ``Namespace.reopen``. Raises OSError if the process is gone."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, namespace.reopen, pid)

    async def interfaces_up(self, namespace: Namespace, names: tuple[str, ...]) -> frozenset[str]:
        """The interfaces that are there, switched on and have a carrier."""
        made = await self.socket_in(namespace)
        with made:
            return frozenset(name for name in names if _is_up(made, name))

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def _socket_in(namespace: Namespace) -> socket.socket:
    if threading.current_thread() is threading.main_thread():
        raise RuntimeError("the main thread must stay in its own namespace")
    namespace.enter()
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    return made


def _is_up(inside: socket.socket, interface: str) -> bool:
    request = struct.pack("16sH14x", interface.encode(), 0)
    try:
        answer = fcntl.ioctl(inside, SIOCGIFFLAGS, request)
    except OSError:
        return False  # it is not there
    flags: int = struct.unpack_from("H", answer, 16)[0]
    return flags & UP_AND_RUNNING == UP_AND_RUNNING


@dataclass(frozen=True)
class Forward:
    """Listen at ``listen``, connect inside ``namespace`` to ``address``:``port``."""

    listen: tuple[str, int]
    namespace: Namespace
    address: IPv4Address
    port: int

    async def serve(self, dialer: Dialer) -> asyncio.Server:
        """Start to listen. Raises OSError if the loopback address is taken."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._carry(dialer, reader, writer)
            finally:
                writer.close()

        return await asyncio.start_server(accept, *self.listen)

    async def _carry(
        self, dialer: Dialer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            inner_reader, inner_writer = await asyncio.wait_for(
                self._connect(dialer), CONNECT_TIMEOUT
            )
        except (OSError, TimeoutError) as error:
            log.info("%s:%s refused: %s", self.address, self.port, error or "no answer")
            return
        try:
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            inner_writer.close()

    async def _connect(self, dialer: Dialer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        inner = await dialer.socket_in(self.namespace)
        try:
            # Fails unless the address is the container's own: nothing is routed from here.
            inner.bind((str(self.address), 0))
            await asyncio.get_running_loop().sock_connect(inner, (str(self.address), self.port))
            return await asyncio.open_connection(sock=inner)
        except BaseException:
            inner.close()
            raise


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side ends, then tell the other that no more will come."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
