"""Simulated devices in a thread of their own, for programs and tests that have no event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from muniform.lab.simulated.device import Listener
from muniform.lab.simulated.serving import serve

Result = TypeVar("Result")


class Background:
    """The thread and its loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="lab", daemon=True)
        self._thread.start()

    def call(self, act: Callable[[], Result]) -> Result:
        """Run ``act`` in the loop's thread, where the devices live, and wait for its result."""

        async def run() -> Result:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@contextmanager
def serving(listeners: Iterable[Listener]) -> Iterator[Background]:
    """Serve devices while the block runs. Raises LabError if an address is taken."""
    background = Background()
    try:
        started = asyncio.run_coroutine_threadsafe(serve(listeners), background.loop)
        servers = started.result()
        try:
            yield background
        finally:
            background.call(servers.close)
            closed = asyncio.run_coroutine_threadsafe(servers.wait_closed(), background.loop)
            closed.result()
    finally:
        background.stop()
