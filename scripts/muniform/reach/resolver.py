"""Turns a declared address into an endpoint. Deny by default.

In a lab, 10.a.b.c port P stands at 127.a.b.c port P+20000, and only while the lab that wrote
``lab/lab.json`` still holds its lock. Nobody else in this package decides where to connect.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path

from muniform.errors import ReachError
from muniform.model import ReachMode
from muniform.owned import is_held

LAB_PORT_OFFSET = 20000
UP = "muniform lab up"


@dataclass(frozen=True)
class Endpoint:
    """Where to connect. ``clock_scale`` is how much faster than ours the device's clock runs."""

    host: str
    port: int
    clock_scale: float = 1.0


def lab_endpoint(address: IPv4Address, port: int) -> tuple[str, int]:
    """The loopback address and port at which the lab serves a declared address."""
    octets = str(address).split(".")
    return ".".join(["127", *octets[1:]]), port + LAB_PORT_OFFSET


@dataclass(frozen=True)
class Reach:
    """Resolves declared addresses of one city. ``state`` is the city's state folder."""

    mode: ReachMode
    state: Path

    def resolve(self, address: IPv4Address, port: int) -> Endpoint:
        """Where ``address`` may be contacted. Raises ReachError; no packet has left then."""
        return self.look().resolve(address, port)

    def look(self) -> Outlook:
        """What can be reached now, for many questions at once. Raises ReachError if nothing can."""
        return Outlook(None if self.mode is ReachMode.PRODUCTION else self._running_lab())

    def require(self) -> None:
        """Raise ReachError if nothing can be reached now."""
        if self.mode is ReachMode.LAB:
            self._running_lab()

    def refusal(self) -> str:
        """Why nothing can be reached now, or an empty text."""
        try:
            self.require()
        except ReachError as error:
            return str(error)
        return ""

    def _running_lab(self) -> _Lab:
        folder = self.state / "lab"
        refused = ReachError("this city is a lab (reach: lab) and its lab is not running", UP)
        if not _is_locked(folder / "lab.lock"):
            raise refused
        try:
            return _Lab.read((folder / "lab.json").read_text())
        except (OSError, ValueError, KeyError, TypeError):
            raise refused from None


@dataclass(frozen=True)
class Outlook:
    """What could be reached when somebody looked. A lab may have ended since."""

    _lab: _Lab | None
    """None in production: declared addresses are contacted as they are."""

    def resolve(self, address: IPv4Address, port: int) -> Endpoint:
        """Where ``address`` could be contacted. Raises ReachError."""
        lab = self._lab
        if lab is None:
            return Endpoint(str(address), port)
        host, lab_port = lab_endpoint(address, port)
        service = f"{address}:{port}"
        if service not in lab.services:
            raise ReachError(
                f"the lab does not serve {address} port {port}",
                "it plays other sites, or another inventory: muniform lab status",
            )
        return Endpoint(host, lab_port, lab.clock_scale if service in lab.scaled else 1.0)

    def serves(self, address: IPv4Address) -> bool:
        """Whether anything at ``address`` could be contacted: in a lab, what the lab plays."""
        return self._lab is None or str(address) in self._lab.addresses


@dataclass(frozen=True)
class _Lab:
    """What a running lab says of itself. Only simulated devices have a scaled clock."""

    services: frozenset[str]
    scaled: frozenset[str]
    clock_scale: float

    @cached_property
    def addresses(self) -> frozenset[str]:
        return frozenset(service.rpartition(":")[0] for service in self.services)

    @classmethod
    def read(cls, text: str) -> _Lab:
        told = json.loads(text)
        return cls(
            frozenset(told["services"]), frozenset(told["scaled"]), float(told["clock_scale"])
        )


def _is_locked(path: Path) -> bool:
    """A living lab holds an exclusive lock on this file; the kernel frees it when the lab dies.

    What can't be looked at counts as no lab: nothing is contacted then.
    """
    try:
        return is_held(path)
    except OSError:
        return False
