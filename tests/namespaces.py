"""From a test into a container's network namespace, and bytes both ways."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket

CLONE_NEWNET = 0x40000000


def enter_namespace(path: str) -> None:
    """Move the calling thread into a network namespace, for good: use a thread of its own."""
    handle = os.open(path, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(handle, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(handle)


def pump(source: socket.socket, target: socket.socket, how: int = socket.SHUT_WR) -> None:
    """Copy until the source ends, then say so to the target."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(how)
