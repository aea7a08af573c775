"""Configuration sessions, faults and files of the simulated EOS switch, typed at its prompt."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import pytest

import eos_lab
from muniform.lab.eos import EosSwitch
from muniform.lab.eos.cli import Session
from muniform.lab.eos.sessions import FULL
from muniform.lab.eos.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.lab.simulated.striking import NOISE

SCALE = 1000.0


@dataclass(eq=False)
class Wire:
    """A connection without a network."""

    is_dropped: bool = False
    is_frozen: bool = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


@dataclass
class Desk:
    """A person at a switch."""

    switch: EosSwitch

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        self.wire = Wire()
        self.switch.connections.add(self.wire)
        self.shell = Shell(Session(self.switch, eos_lab.USER, 15, self.wire), self.wire)

    def type(self, *lines: str) -> list[str]:
        """What the last line prints."""
        printed: list[str] = []
        for line in lines:
            printed = self.shell.enter(line)
        return printed


@asynccontextmanager
async def seated(version: str = "") -> AsyncIterator[Desk]:
    switch = EosSwitch(eos_lab.spec(11, version=version), Clock(SCALE))
    try:
        yield Desk(switch)
    finally:
        switch.stop()


Test = TypeVar("Test", bound=Callable[..., Coroutine[None, None, None]])


def in_a_loop(test: Test) -> Callable[..., None]:
    """Timers need an event loop."""

    @functools.wraps(test)
    def run(*arguments: object, **named: object) -> None:
        asyncio.run(test(*arguments, **named))

    return run


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@in_a_loop
async def test_the_limit_of_five() -> None:
    async with seated() as desk:
        for number in range(5):
            assert desk.type(f"configure session s{number}", "end") == []
        assert desk.type("configure session s5") == [f"% {FULL}"]
        assert desk.shell.prompt == "fs03-sw1#"
        assert desk.type("configure session s0", "abort", "configure session s5") == []
        assert desk.shell.prompt == "fs03-sw1(config-s-s5)#"
        assert desk.type("interface Et1") == []
        assert desk.shell.prompt == "fs03-sw1(config-s-s5-if-Et1)#"


@in_a_loop
async def test_somebody_elses_session_counts() -> None:
    async with seated() as desk:
        desk.switch.faults.set(Condition.LOCKED)
        for number in range(4):
            assert desk.type(f"configure session s{number}", "end") == []
        assert desk.type("configure session s4") == [f"% {FULL}"]
        assert any("cvp-maintenance" in line for line in desk.type("show configuration sessions"))


@in_a_loop
async def test_only_one_commit_timer_runs() -> None:
    async with seated() as desk:
        desk.type("configure session a", "hostname a", "commit timer 01:00:00")
        refusal = desk.type("configure session b", "hostname b", "commit")
        assert refusal == ["% Cannot commit session b: session a is not done"]
        assert desk.type("configure session a") == [
            "% Cannot enter session a: its commit timer is running"
        ]
        assert desk.switch.residue() == ["the commit timer of session a", "session b"]
        assert desk.type("configure session a commit") == []
        assert desk.type("configure session b commit") == []
        assert desk.switch.hostname == "b"


@in_a_loop
async def test_a_second_timer_replaces_the_first_and_keeps_what_to_go_back_to() -> None:
    async with seated() as desk:
        desk.type("configure session a", "hostname a", "commit timer 01:00:00")
        assert desk.type("configure session a commit timer 00:00:30") == []
        await until(lambda: desk.switch.hostname == "fs03-sw1")
        assert desk.switch.sessions.all == {}


@in_a_loop
async def test_a_reload_forgets_sessions_and_unsaved_changes() -> None:
    async with seated() as desk:
        desk.type("configure session a", "hostname a", "commit timer 01:00:00")
        desk.type("configure session b", "vlan 77", "end", "reload now")
        assert desk.switch.cut == "the device is starting"
        assert desk.wire.is_dropped
        await until(lambda: desk.switch.cut is None)
        assert desk.switch.hostname == "fs03-sw1"
        assert desk.switch.residue() == []


@in_a_loop
async def test_files() -> None:
    async with seated() as desk:
        before = desk.switch.running
        assert desk.type("copy running-config flash:keep") == ["Copy completed successfully."]
        assert any("keep" in line for line in desk.type("dir flash:"))
        desk.type("configure", "no vlan 20", "end")
        assert desk.switch.running != before
        assert desk.type("configure replace flash:keep") == []
        assert desk.switch.running == before
        assert desk.switch.residue() == ["flash:/keep"]
        assert desk.type("delete flash:keep") == []
        assert desk.type("more flash:keep") == [
            "% Error opening flash:keep (No such file or directory)"
        ]


@in_a_loop
async def test_a_file_with_an_error_replaces_nothing() -> None:
    async with seated() as desk:
        desk.switch.write_file("flash:bad", "hostname other\nbanana\n")
        printed = desk.type("configure replace flash:bad")
        assert printed[0] == "> banana"
        assert printed[-1] == "% Failed to replace the configuration: errors in the file"
        assert desk.switch.hostname == "fs03-sw1"


@in_a_loop
async def test_a_full_flash() -> None:
    async with seated() as desk:
        desk.switch.faults.set(Condition.FLASH_FULL)
        assert "No space left on device" in desk.type("copy running-config flash:keep")[0]
        assert "No space left on device" in desk.type("write memory")[0]


@pytest.mark.parametrize(
    ("point", "before", "command"),
    [
        (Point.READ, [], "show running-config"),
        (Point.READ, [], "show startup-config"),
        (Point.STAGE, [], "configure session x"),
        (Point.COMPARE, ["configure session x", "vlan 9", "end"],
         "show session-config named x diffs"),
        (Point.COMPARE, ["configure session x", "vlan 9", "end"], "show session-config named x"),
        (Point.COMMIT, ["configure session x", "vlan 9"], "commit timer 01:00:00"),
        (Point.COMMIT, [], "configure replace startup-config"),
        (Point.ROLLBACK, ["configure session x", "commit timer 01:00:00"],
         "configure session x abort"),
        (Point.ROLLBACK, ["configure session x", "commit timer 01:00:00"],
         "no configure session x"),
        (Point.ROLLBACK, ["copy running-config flash:x"], "configure replace flash:x"),
        (Point.PROBE, [], "show lldp neighbors"),
        (Point.PROBE, [], "show lldp neighbors detail"),
        (Point.PROBE, [], "ping 10.97.1.1"),
        (Point.COMMIT, ["configure session x", "vlan 9"], "commit"),
        (Point.CONFIRM, ["configure session x", "commit timer 01:00:00"],
         "configure session x commit"),
        (Point.SAVE, [], "write memory"),
        (Point.CLEAN, ["configure session x", "end"], "configure session x abort"),
        (Point.CLEAN, ["copy running-config flash:x"], "delete flash:x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("strike", Strike)
@in_a_loop
async def test_every_strike_at_every_point(
    strike: Strike, point: Point, before: list[str], command: str
) -> None:
    async with seated() as desk:
        desk.type(*before)
        desk.switch.faults.strike(strike, point)
        printed = desk.type(command)
        assert desk.switch.faults.described() == []
        assert desk.wire.is_frozen == (strike in (Strike.HANG, Strike.HANG_AFTER))
        gone = (Strike.DROP, Strike.DROP_AFTER, Strike.REBOOT, Strike.REBOOT_AFTER)
        assert desk.wire.is_dropped == (strike in gone)
        if strike is Strike.GARBAGE:
            assert printed == [NOISE]
        elif strike is Strike.REFUSE:
            assert printed == ["% Error: the command failed (simulated fault)"]
        else:
            assert printed == []


@pytest.mark.parametrize("strike", [Strike.DROP, Strike.DROP_AFTER])
@in_a_loop
async def test_a_dropped_commit_is_old_or_new(strike: Strike) -> None:
    async with seated() as desk:
        desk.type("configure session x", "vlan 9")
        desk.switch.faults.strike(strike, Point.COMMIT)
        desk.type("commit")
        assert ("vlan 9\n" in desk.switch.running) == (strike is Strike.DROP_AFTER)
