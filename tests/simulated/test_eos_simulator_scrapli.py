"""The command line under scrapli's own EOSDriver, unmodified, over real SSH on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator

import pytest
from scrapli.driver.core import AsyncEOSDriver
from scrapli.exceptions import ScrapliException

import eos_lab
from eos_lab import Bench
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]

Work = Callable[[AsyncEOSDriver], Coroutine[None, None, None]]


@pytest.fixture
def bench(identities: Identities) -> Iterator[Bench]:
    with eos_lab.served(identities, eos_lab.spec(41)) as served:
        yield served


def driven(bench: Bench, work: Work, password: str = eos_lab.PASSWORD) -> None:
    """Let ``work`` use an open driver."""

    async def run() -> None:
        driver = AsyncEOSDriver(
            host=bench.address,
            port=eos_lab.SSH_PORT,
            auth_username=eos_lab.USER,
            auth_password=password,
            auth_strict_key=False,
            transport="asyncssh",
            timeout_ops=10,
        )
        async with driver:
            await work(driver)

    asyncio.run(run())


def test_commands(bench: Bench) -> None:
    async def work(driver: AsyncEOSDriver) -> None:
        response = await driver.send_command("show version")
        assert not response.failed
        assert "4.33.2F" in response.result
        assert (await driver.send_command("show nothing")).failed

    driven(bench, work)


def test_configurations(bench: Bench) -> None:
    async def work(driver: AsyncEOSDriver) -> None:
        done = await driver.send_configs(["interface Ethernet3", "description new"])
        assert not done.failed
        assert (await driver.send_configs(["interface Ethernet99"])).failed

    driven(bench, work)
    assert "interface Ethernet3\n   description new" in bench.switch.running


def test_a_configuration_session(bench: Bench) -> None:
    async def work(driver: AsyncEOSDriver) -> None:
        driver.register_configuration_session("lab-one")
        lines = ["vlan 30", "name phones"]
        done = await driver.send_configs(lines, privilege_level="lab-one")
        assert not done.failed
        shown = await driver.send_configs(
            ["show session-config diffs", "commit"], privilege_level="lab-one"
        )
        assert "+   name phones" in shown[0].result

    driven(bench, work)
    assert "vlan 30\n   name phones" in bench.switch.running


def test_a_failed_session_is_aborted(bench: Bench) -> None:
    async def work(driver: AsyncEOSDriver) -> None:
        driver.register_configuration_session("lab-two")
        failed = await driver.send_configs(
            ["vlan 30", "banana"], privilege_level="lab-two", stop_on_failed=True
        )
        assert failed.failed

    driven(bench, work)
    assert bench.switch.sessions.all == {}
    assert "vlan 30" not in bench.switch.running


def test_a_wrong_password(bench: Bench) -> None:
    async def work(_: AsyncEOSDriver) -> None:
        pytest.fail("nobody may come in")

    with pytest.raises(ScrapliException, match="authentication"):
        driven(bench, work, "wrong")
