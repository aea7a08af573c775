"""What all simulated devices have in common: sessions, a way in that may be cut, and reloads.

A device lives without its sessions: a timer runs out, and a configuration is put back, whether
anybody is connected or not.
"""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import asyncssh

from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import Announcement, Fabric
from muniform.lab.simulated.faults import Condition, Faults
from muniform.lab.simulated.spec import DeviceSpec

RELOAD_SECONDS = 30.0
"""Device time that a reload takes. A real one takes minutes; nothing here depends on it."""

_EARLY = 0.5
"""Device seconds of a revert timer that ends too early."""


class Connection(Protocol):
    """A client's connection, as far as the device is concerned."""

    @property
    def is_dropped(self) -> bool:
        """True once it was aborted: what the client had sent ahead is lost."""

    @property
    def is_frozen(self) -> bool:
        """True once it hangs: nothing is read from it or written to it any more."""

    def abort(self) -> None:
        """Drop it at once, without a goodbye. Must be safe from any thread."""

    def freeze(self) -> None:
        """Let it hang: open, and silent."""


@dataclass(frozen=True)
class Identity:
    """What a device shows to prove who it is. One for all devices keeps the start fast."""

    host_key: asyncssh.SSHKey
    certificate: Path
    """PEM, with its private key behind it."""


Greet = Callable[[socket.socket, bool], Awaitable[None]]
"""Serves one accepted socket; the flag says that the device shall show the other identity."""


@dataclass(frozen=True)
class Listener:
    """A service of a device, at its standard port."""

    device: SimulatedDevice
    port: int
    greet: Greet


class SimulatedDevice(ABC):
    """One device, from boot to boot. Call everything here in the event loop's thread, but what
    says otherwise."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        self.spec = spec
        self.clock = clock
        self.fabric = Fabric()
        self.faults = Faults()
        self.connections: set[Connection] = set()
        self._came_by: dict[Connection, int] = {}
        """The standard port of the service that a connection came in by."""
        self.watchers: list[Callable[[], None]] = []
        """Called whenever what it ``refuses`` may have changed, in the thread that changed it."""
        self.is_away = False
        self._cut: str | None = None
        """The way in, as the platform found it when its configuration changed last."""
        self.turns = 0
        """How often the direction of talk has turned to the client's side again, over all
        connections with a metered line: round trips."""
        self.is_metered = False

    def way_in(self) -> str | None:
        """Why the configuration lets no session reach the device, or None."""
        return self._cut

    @abstractmethod
    def boot(self) -> None:
        """Start with the startup configuration. Sessions, timers, unsaved changes are gone.

        Ends with ``self.started()``.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stop every timer: the lab ends."""

    @abstractmethod
    def residue(self) -> list[str]:
        """What a client's work has left: a revert timer, a lock, a session or a candidate that is
        not the running configuration, files that a device of its kind doesn't come with.

        Empty on a device that nobody works on.
        """

    def service_fault(self, port: int) -> str | None:  # noqa: ARG002 - platforms say more
        """Why one service, by its standard port, is closed while others may be open, or None."""
        return None

    def announces(self, port: str) -> Announcement | None:  # noqa: ARG002 - the protocol's name
        """See ``fabric.Speaker``. Devices that speak LLDP say more."""
        return None

    def is_up(self, port: str) -> bool:  # noqa: ARG002 - the protocol's name
        """See ``fabric.Speaker``."""
        return not self.is_away

    @property
    def cut(self) -> str | None:
        """Why no session can reach the device, or None."""
        return "the device is starting" if self.is_away else self.way_in()

    def refuses(self, port: int) -> str | None:
        """Why the service at a standard port does not answer the controller, or None."""
        return self.cut or self.service_fault(port)

    def admit(self, connection: Connection, port: int) -> None:
        """A client came in by a service."""
        self.connections.add(connection)
        self._came_by[connection] = port

    def dismiss(self, connection: Connection) -> None:
        """A connection is gone."""
        self.connections.discard(connection)
        self._came_by.pop(connection, None)

    def revert_after(self, seconds: float, revert: Callable[[], None]) -> asyncio.TimerHandle:
        """Start a revert timer of so much device time. The fault ``early_timer`` cuts it short."""
        is_early = self.faults.has(Condition.EARLY_TIMER)
        return self.clock.call_later(_EARLY if is_early else seconds, revert)

    def reload(self) -> None:
        """Away for a while, then as after ``boot``."""
        self.stop()
        self.is_away = True
        self.announce()
        self.clock.call_later(RELOAD_SECONDS, self.boot)

    def started(self) -> None:
        """The last step of ``boot``: whoever sees that it is back may come in at once."""
        self.drop_all()
        self.is_away = False
        self.announce()

    def announce(self) -> None:
        """To be called whenever the way in may have changed."""
        if self.cut is not None:
            self.drop_all()
        for connection, port in tuple(self._came_by.items()):
            if self.service_fault(port) is not None:
                connection.abort()
        for watcher in self.watchers:
            watcher()

    def drop_all(self) -> None:
        """Every connection dies without a goodbye."""
        for connection in tuple(self.connections):
            connection.abort()
