"""The doors of a device's services: open while the service is on and the device can be reached."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

import pytest

from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import Listener, SimulatedDevice
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring

ADDRESS = "127.98.77.1"
SHIFT = 20000
"""Both services stand so much above their standard ports."""
HTTPS = 443
WIRING = Wiring((), None, IPv4Address("10.1.254.10"))


class Box(SimulatedDevice):
    """A device with two services, each of which can be switched off."""

    def __init__(self) -> None:
        self.is_cut = False
        self.closed: set[int] = set()
        spec = DeviceSpec("box", "", "", (), "", WIRING, ADDRESS, SSH + SHIFT)
        super().__init__(spec, Clock())

    def way_in(self) -> str | None:
        return "cut" if self.is_cut else None

    def service_fault(self, port: int) -> str | None:
        return "off" if port in self.closed else None

    def boot(self) -> None:
        self.started()

    def stop(self) -> None:
        pass

    def residue(self) -> list[str]:
        return []


@dataclass(eq=False)
class Line:
    """A client's connection."""

    is_dropped: bool = False
    is_frozen: bool = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


@dataclass
class Bench:
    """The box, and the thread it lives in."""

    box: Box
    background: Background

    def switch(self, *closed: int, cut: bool = False) -> None:
        def act() -> None:
            self.box.is_cut, self.box.closed = cut, set(closed)
            self.box.announce()

        self.background.call(act)

    def admits(self, port: int) -> bool:
        try:
            socket.create_connection((ADDRESS, port + SHIFT), timeout=5).close()
        except ConnectionRefusedError:
            return False
        return True


@pytest.fixture
def bench() -> Iterator[Bench]:
    async def greet(client: socket.socket, is_other: bool) -> None:  # noqa: ARG001 - the type's
        client.close()

    box = Box()
    with serving([Listener(box, SSH, greet), Listener(box, HTTPS, greet)]) as background:
        yield Bench(box, background)


def test_both_services_are_open(bench: Bench) -> None:
    assert bench.admits(SSH)
    assert bench.admits(HTTPS)


def test_a_service_that_is_off_is_closed_for_itself(bench: Bench) -> None:
    bench.switch(HTTPS)
    assert not bench.admits(HTTPS)
    assert bench.admits(SSH)
    bench.switch()
    assert bench.admits(HTTPS)


def test_a_device_that_is_cut_off_has_no_open_door(bench: Bench) -> None:
    bench.switch(cut=True)
    assert not bench.admits(HTTPS)
    assert not bench.admits(SSH)
    bench.switch()
    assert bench.admits(SSH)


def test_who_came_by_a_service_that_goes_off_is_dropped(bench: Bench) -> None:
    came_by_ssh, came_by_https = Line(), Line()
    bench.box.admit(came_by_ssh, SSH)
    bench.box.admit(came_by_https, HTTPS)
    bench.switch(HTTPS)
    assert came_by_https.is_dropped
    assert not came_by_ssh.is_dropped
    bench.switch(cut=True)
    assert came_by_ssh.is_dropped


def test_who_has_left_is_not_dropped(bench: Bench) -> None:
    left = Line()
    bench.box.admit(left, HTTPS)
    bench.box.dismiss(left)
    bench.switch(HTTPS, cut=True)
    assert not left.is_dropped
