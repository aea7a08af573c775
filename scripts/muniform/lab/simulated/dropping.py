"""Connections that can be dropped from any thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable


class Droppable:
    """A client's connection, as its device drops it. Make it in the loop that serves it.

    ``drop`` ends the transport without a goodbye.
    """

    def __init__(self, drop: Callable[[], None]) -> None:
        self.is_dropped = False
        self.is_frozen = False
        self._drop = drop
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def abort(self) -> None:
        """Drop it at once; from any thread."""
        self.is_dropped = True
        if threading.get_ident() == self._thread:
            self._drop()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._drop)

    def freeze(self) -> None:
        """Let it hang: open, and silent."""
        self.is_frozen = True
