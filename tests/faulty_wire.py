"""A link that can be made to fail: it carries bytes both ways and understands none of them.

What is carried is SSH. What the link can tell is how much has gone which way: that is enough to
fail before a request has left, or after its answer has come.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass(frozen=True)
class Blow:
    """What is to happen to the next connection that carries a request.

    With ``size`` it comes with the first bytes from the router after so many were sent, and may
    hold them back as long as it likes; with 0 the request itself is lost.
    """

    act: Callable[[Passage], None]
    size: int = 0


@dataclass
class Wire:
    """One router's link. ``delay`` is in seconds, each way."""

    delay: float = 0.0
    blow: Blow | None = None
    _passages: set[Passage] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, client: socket.socket, router: socket.socket) -> None:
        """Carry one connection until it ends."""
        passage = Passage(self, client, router)
        with self._lock:
            self._passages.add(passage)
        try:
            passage.run()
        finally:
            with self._lock:
                self._passages.discard(passage)

    def take(self) -> Blow | None:
        """The blow that waits, given to one connection only."""
        with self._lock:
            blow, self.blow = self.blow, None
        return blow

    def mend(self) -> None:
        """Behave again. Connections that hang are gone."""
        self.delay, self.blow = 0.0, None
        with self._lock:
            hanging = [passage for passage in self._passages if passage.is_frozen]
        for passage in hanging:
            passage.cut()


class Passage:
    """One connection over a wire."""

    def __init__(self, wire: Wire, client: socket.socket, router: socket.socket) -> None:
        self.is_frozen = False
        self._wire = wire
        self._client = client
        self._router = router
        self._blow: Blow | None = None
        self._is_struck = False
        self._carried = 0

    def run(self) -> None:
        back = threading.Thread(
            target=self._pump, args=(self._router, self._client, self._down), daemon=True
        )
        back.start()
        self._pump(self._client, self._router, self._up)
        back.join()

    def cut(self) -> None:
        """Both ends learn that the link is gone, neither of them why."""
        for end in (self._client, self._router):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self.is_frozen = True

    def _pump(
        self, source: socket.socket, target: socket.socket, passes: Callable[[bytes], bool]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                time.sleep(self._wire.delay)
                if not self._is_struck and not self.is_frozen and passes(data):
                    target.sendall(data)
        if not self.is_frozen:
            self.cut()

    def _up(self, data: bytes) -> bool:
        if self._blow is None:
            self._blow = self._wire.take()
        blow = self._blow
        if blow is None:
            return True
        if blow.size == 0:
            self._strike(blow)
            return False
        self._carried += len(data)
        return True

    def _down(self, data: bytes) -> bool:  # noqa: ARG002 - it is lost unread
        blow = self._blow
        if blow is None or self._carried < blow.size:
            return True
        self._strike(blow)
        return False

    def _strike(self, blow: Blow) -> None:
        """Once. Meanwhile the rest of the request may still go its way."""
        blow.act(self)
        self._is_struck = True
