"""The small protocol behind which a device's driver stands.

A driver is one connection. Everything in it raises errors of ``muniform.errors`` only: Unreachable
where the device said nothing (what was asked may have been done all the same), CandidateRejected
and DeviceError where it said something. Calls come one at a time, each in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from muniform.devices.configuration import Change
from muniform.errors import DeviceError
from muniform.model import Device


@dataclass(frozen=True)
class Snapshot:
    """What a device runs and would boot with, and whether a commit waits for confirmation."""

    running: str
    startup: str
    pending: bool


@dataclass(frozen=True)
class Facts:
    """What a device says it is. ``uptime`` is in seconds; -1.0 if it doesn't tell."""

    vendor: str
    model: str
    version: str
    serial: str
    hostname: str
    uptime: float = -1.0


@dataclass(frozen=True, order=True)
class Neighbour:
    """Who stands at the other end of a port, or of an adjacency: names without their domains.

    ``port`` is written as the model writes it, so that a port's declaration can be found.
    """

    port: str
    device: str


@dataclass(frozen=True)
class Health:
    """What a device sees around it."""

    neighbours: frozenset[Neighbour]
    answering: frozenset[IPv4Address]
    """Of the addresses that were asked for, those that answered the device's ping."""


class Driver(Protocol):
    """One connection to one device."""

    def facts(self) -> Facts:
        """What the device is. Changes nothing on it."""

    def snapshot(self) -> Snapshot:
        """Read running and startup configuration. Changes nothing on the device."""

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        """Look at the neighbours, and let the device ping addresses. Changes nothing on it."""

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        """Load a full candidate and return what the device itself would change.

        ``running`` is what the last ``snapshot`` read.
        """

    def commit(self, revert_seconds: int) -> None:
        """Make the candidate run; the device takes it back unless it is confirmed in time."""

    def confirm(self, intended: str, /) -> None:
        """Keep the pending commit and save it. Works also over a connection made since.

        ``intended`` is what was committed, for what a device can't take back and that must
        therefore wait until now. Once more after a confirmation that was cut short it ends what
        that one began.
        """

    def rollback(self) -> None:
        """Take the pending commit back at once."""

    def save(self, intended: str, /) -> None:
        """Make the running configuration the one the device boots with.

        ``intended`` is what runs, with what a device doesn't print: a change whose confirmation
        was cut short is whole afterwards.
        """

    def discard(self) -> None:
        """Drop the candidate, every lock and every file that a transaction left on the device.

        Also what a session left that has died since. A pending commit stays pending.
        """

    def close(self) -> None:
        """End the connection; never fails, and takes no pending commit back.

        May come twice, and while a call of another thread hangs: that call ends with it.
        """


Connect = Callable[[Device], Driver]


def snapshot_of(device: Device, connect: Connect) -> Snapshot:
    """What a device runs and would boot with, over a connection for this one question."""
    driver = connect(device)
    try:
        return driver.snapshot()
    finally:
        driver.close()


def settled_snapshot(device: Device, connect: Connect, then: str) -> Snapshot:
    """The same; raises DeviceError while a change is pending. ``then``: what to do afterwards."""
    snapshot = snapshot_of(device, connect)
    if snapshot.pending:
        raise DeviceError(
            f"{device.name}: a change waits for its confirmation on the device",
            f"wait until it is confirmed or taken back, then {then}",
        )
    return snapshot
