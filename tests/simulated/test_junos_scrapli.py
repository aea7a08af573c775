"""scrapli's JunOS driver, unmodified, against a simulated Junos switch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from scrapli.driver.core import AsyncJunosDriver

from simulated_devices import Identities
from simulated_junos import PASSWORD, USER, Played, playing


@pytest.fixture(scope="module")
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.5.1") as found:
        yield found


def talk(played: Played, act: Callable[[Any], Awaitable[None]]) -> None:
    async def run() -> None:
        driver = AsyncJunosDriver(
            host=played.address,
            port=played.ssh,
            auth_username=USER,
            auth_password=PASSWORD,
            auth_strict_key=False,
            transport="asyncssh",
        )
        async with driver as connection:
            await act(connection)

    asyncio.run(run())


def test_show_commands(played: Played) -> None:
    async def act(connection: Any) -> None:
        found = await connection.send_command("show version")
        assert "Model: ex4400-24mp" in found.result
        assert not found.failed
        assert (await connection.send_command("show nonsense")).failed

    talk(played, act)


def test_configuring(played: Played) -> None:
    async def act(connection: Any) -> None:
        found = await connection.send_configs(
            ["set snmp contact NOC", "show | compare", "commit", "delete snmp contact", "commit"]
        )
        assert not found.failed
        assert found[1].result.startswith("[edit snmp]\n+   contact NOC;")
        assert found[2].result.startswith("commit complete")

    talk(played, act)
    assert played.device.config.value("snmp", "contact") is None


def test_a_bad_line_fails_and_is_dropped(played: Played) -> None:
    async def act(connection: Any) -> None:
        lines = ["set snmp contact NOC", "set nonsense"]
        assert (await connection.send_configs(lines, stop_on_failed=True)).failed

    talk(played, act)
    assert played.call(played.device.residue) == []
