"""The simulated switch under scrapli, unmodified: it waits for the echo of what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from scrapli.driver.core import AsyncIOSXEDriver
from scrapli.exceptions import ScrapliAuthenticationFailed

import small_catalyst
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import serving
from muniform.lab.simulated.faults import Condition
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
Talk = Callable[[AsyncIOSXEDriver], Awaitable[None]]


@pytest.fixture
def switch(identities: Identities) -> Iterator[IosSwitch]:
    device = small_catalyst.switch("127.98.3.11")
    with serving(listeners(device, *identities)):
        yield device


@asynccontextmanager
async def opened(switch: IosSwitch) -> AsyncIterator[AsyncIOSXEDriver]:
    driver = AsyncIOSXEDriver(
        host=switch.spec.address,
        port=switch.spec.port,
        auth_username=small_catalyst.USER,
        auth_password=small_catalyst.PASSWORD,
        auth_strict_key=False,
        transport="asyncssh",
        timeout_ops=10,
    )
    await driver.open()
    try:
        yield driver
    finally:
        await driver.close()


def talk(switch: IosSwitch, with_driver: Talk) -> None:
    async def run() -> None:
        async with opened(switch) as driver:
            await with_driver(driver)

    asyncio.run(run())


def test_it_reads(switch: IosSwitch) -> None:
    async def read(driver: AsyncIOSXEDriver) -> None:
        assert await driver.get_prompt() == "fs03-sw1#"
        version = await driver.send_command("show version")
        assert not version.failed
        assert switch.spec.serial in version.result
        running = await driver.send_command("show running-config")
        assert "interface Vlan999" in running.result
        assert running.result.rstrip().endswith("end")

    talk(switch, read)


def test_it_configures_and_saves(switch: IosSwitch) -> None:
    async def configure(driver: AsyncIOSXEDriver) -> None:
        lines = ["interface te1/0/2", "description printer", "shutdown"]
        done = await driver.send_configs(lines)
        assert not done.failed
        assert "description printer" not in switch.startup
        saved = await driver.send_command("write memory")
        assert "[OK]" in saved.result

    talk(switch, configure)
    assert "description printer" in switch.startup


def test_it_sees_errors(switch: IosSwitch) -> None:
    async def err(driver: AsyncIOSXEDriver) -> None:
        wrong = await driver.send_configs(["interface te1/0/2", "swichport mode access"])
        assert wrong.failed
        assert [one.failed for one in wrong] == [False, True]
        assert (await driver.send_command("copy running-config")).failed
        assert (await driver.send_command("show in")).failed

    talk(switch, err)


def test_it_answers_questions(switch: IosSwitch) -> None:
    async def answer(driver: AsyncIOSXEDriver) -> None:
        done = await driver.send_interactive(
            [
                ("copy running-config flash:/kept.cfg", "Destination filename [kept.cfg]?", False),
                ("", "fs03-sw1#", False),
            ]
        )
        assert "bytes copied" in done.result

    talk(switch, answer)
    kept = switch.flash.read("flash:/kept.cfg")
    assert kept is not None
    assert "hostname fs03-sw1" in kept.text


def test_a_refused_login(switch: IosSwitch) -> None:
    async def nothing(_: AsyncIOSXEDriver) -> None:
        raise AssertionError("it was let in")

    switch.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(ScrapliAuthenticationFailed):
        talk(switch, nothing)
