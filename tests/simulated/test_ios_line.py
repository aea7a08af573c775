"""The line to a simulated device: latency in both directions, round trips counted, no end lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import asyncssh
import pytest

import small_catalyst
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.faults import Point, Strike
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]


@pytest.fixture
def served(identities: Identities) -> Iterator[tuple[IosSwitch, Background]]:
    device = small_catalyst.switch("127.98.12.11")
    device.is_metered = True
    with serving(listeners(device, *identities)) as background:
        yield device, background


def connected(device: IosSwitch) -> asyncssh.connection._ACMWrapper[asyncssh.SSHClientConnection]:
    return asyncssh.connect(
        device.spec.address,
        device.spec.port,
        username=small_catalyst.USER,
        password=small_catalyst.PASSWORD,
        known_hosts=None,
        client_keys=None,
        config=None,
    )


def test_each_question_that_waits_for_its_answer_is_one_round_trip(
    served: tuple[IosSwitch, Background],
) -> None:
    device, _ = served

    async def talk() -> list[int]:
        counts = []
        async with (
            connected(device) as connection,
            connection.create_process(term_type="vt100") as session,
        ):
            await session.stdout.readuntil("fs03-sw1#")
            for asked in ("show clock\n", "show clock\n", "show clock\nshow users\nshow clock\n"):
                before = device.turns
                session.stdin.write(asked)
                for _ in range(asked.count("\n")):
                    await session.stdout.readuntil("fs03-sw1#")
                counts.append(device.turns - before)
        return counts

    assert asyncio.run(talk()) == [1, 1, 1]


def test_a_slow_line_holds_back_each_direction(served: tuple[IosSwitch, Background]) -> None:
    device, background = served
    background.call(lambda: setattr(device.faults, "latency", 100.0))

    async def talk() -> float:
        async with connected(device) as connection:
            started = time.monotonic()
            await connection.run("show clock")
            return time.monotonic() - started

    took = asyncio.run(talk())
    # Opening a channel and asking are two round trips at least.
    assert 0.2 <= took < 3


def test_a_dropped_session_reaches_the_client_through_the_line(
    served: tuple[IosSwitch, Background],
) -> None:
    device, background = served
    device.faults.strike(Strike.DROP, Point.SAVE)

    async def talk() -> asyncssh.SSHCompletedProcess:
        async with connected(device) as connection:
            return await connection.run("write memory")

    done = asyncio.run(talk())
    assert (done.stdout, done.exit_status) == ("", None)
    deadline = time.monotonic() + 5
    while background.call(lambda: len(device.connections)):
        assert time.monotonic() < deadline, "the device keeps a dead connection"
        time.sleep(0.02)


SCP_FAULTS = [Strike.DROP, Strike.DROP_AFTER, Strike.REBOOT, Strike.REFUSE, Strike.GARBAGE]


@pytest.mark.parametrize("strike", SCP_FAULTS)
def test_faults_strike_a_file_on_its_way(
    served: tuple[IosSwitch, Background], strike: Strike, tmp_path: object
) -> None:
    device, _ = served
    source = f"{tmp_path}/new.cfg"
    with open(source, "w", encoding="utf-8") as file:
        file.write("hostname new\nend\n")
    device.faults.strike(strike, Point.STAGE)

    async def copy() -> None:
        async with connected(device) as connection:
            await asyncssh.scp(source, (connection, "flash:/new.cfg"))

    with pytest.raises((asyncssh.Error, OSError)):
        asyncio.run(asyncio.wait_for(copy(), 10))
    is_there = device.flash.read("flash:/new.cfg") is not None
    assert is_there is (strike in (Strike.DROP_AFTER, Strike.GARBAGE))


def test_a_hanging_file_stays_silent(
    served: tuple[IosSwitch, Background], tmp_path: object
) -> None:
    device, _ = served
    source = f"{tmp_path}/new.cfg"
    with open(source, "w", encoding="utf-8") as file:
        file.write("hostname new\nend\n")
    device.faults.strike(Strike.HANG, Point.STAGE)

    async def copy() -> None:
        async with connected(device) as connection:
            await asyncssh.scp(source, (connection, "flash:/new.cfg"))

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(copy(), 1))
    assert device.flash.read("flash:/new.cfg") is None
