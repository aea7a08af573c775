"""The simulated switch under OpenSSH, single keys, and a hundred of them at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import asyncssh
import pytest

from muniform.errors import LabError
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.type9 import type9_hash
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
PORTS = tuple(f"TenGigabitEthernet1/0/{number}" for number in range(1, 25))
HASH = type9_hash("right", "abcdefghijklmn")


def switch(number: int = 1) -> IosSwitch:
    subnet = f"98.{10 + number // 200}"
    host = number % 200 + 10
    startup = f"""
hostname sw{number}
username muniform privilege 15 secret 9 {HASH}
username guest privilege 1 secret 9 {HASH}
enable secret 9 {HASH}
ip routing
vtp mode transparent
vlan 999
interface {PORTS[0]}
 switchport mode trunk
interface Vlan999
 ip address 10.{subnet}.{host} 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.{subnet}.1
ip scp server enable
line vty 0 15
 login local
 transport input ssh
"""
    wiring = Wiring((PORTS[0],), IPv4Address(f"10.{subnet}.1"), IPv4Address("10.1.254.10"))
    spec = DeviceSpec(
        name=f"sw{number}",
        model="C9300-24UX",
        serial=f"FOC{number:04d}",
        ports=PORTS,
        startup=startup,
        wiring=wiring,
        address=f"127.{subnet}.{host}",
        port=20022,
    )
    made = IosSwitch(spec, Clock(30))
    assert made.boot_messages == []
    assert made.cut is None
    return made


@pytest.fixture
def served(
    identities: Identities,
) -> Iterator[tuple[IosSwitch, Background]]:
    device = switch()
    with serving(listeners(device, *identities)) as background:
        yield device, background


async def _typed(device: IosSwitch, keys: str) -> tuple[list[str], str]:
    """Type ``keys`` one by one; returns what came back for each, and what the screen got after."""
    async with asyncssh.connect(
        device.spec.address,
        device.spec.port,
        username="muniform",
        password="right",
        known_hosts=None,
        client_keys=None,
        config=None,
    ) as connection:
        process = await connection.create_process(term_type="vt100", stdin=asyncssh.PIPE)
        await process.stdout.readuntil("#")
        echoes = []
        for key in keys:
            process.stdin.write(key)
            echoes.append(await asyncio.wait_for(process.stdout.read(64), 2))
        process.stdin.write("\r")
        screen = await asyncio.wait_for(process.stdout.readuntil(("#", "--More--")), 2)
        return echoes, screen


def test_each_key_is_echoed_at_once(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    echoes, screen = asyncio.run(_typed(device, "show clok\x7f\x7fock"))
    assert echoes == [*"show clok", "\b \b", "\b \b", *"ock"]
    assert " UTC " in screen
    assert screen.endswith("\r\nsw1#")


def test_long_output_is_paged(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    _, screen = asyncio.run(_typed(device, "show running-config"))
    assert screen.endswith("--More--")
    assert screen.count("\r\n") == 24


def test_the_openssh_client(served: tuple[IosSwitch, Background], tmp_path: Path) -> None:
    device, _ = served
    client = shutil.which("ssh")
    if client is None:
        pytest.skip("no OpenSSH client")
    answers = tmp_path / "answer"
    answers.write_text("#!/bin/sh\necho right\n")
    answers.chmod(0o700)
    options = ["StrictHostKeyChecking=no", f"UserKnownHostsFile={tmp_path}/known", "LogLevel=ERROR"]
    arguments = [flag for option in options for flag in ("-o", option)]
    arguments += ["-F", "none", "-p", str(device.spec.port), f"muniform@{device.spec.address}"]
    environment = {**os.environ, "SSH_ASKPASS": str(answers), "SSH_ASKPASS_REQUIRE": "force"}
    typed = subprocess.run(
        [client, "-tt", *arguments],
        input="terminal length 0\rsh run | inc hostname\rexit\r",
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "sw1#sh run | inc hostname" in typed.stdout
    assert "\nhostname sw1" in typed.stdout.replace("\r", "")
    single = subprocess.run(
        [client, *arguments, "show version"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert "Processor board ID FOC0001" in single.stdout


async def _copied(device: IosSwitch, folder: Path) -> bytes:
    """Copy a file onto the device and back."""
    (folder / "sent").write_bytes(b"hostname x\n" * 5000)
    async with asyncssh.connect(
        device.spec.address,
        device.spec.port,
        username="muniform",
        password="right",
        known_hosts=None,
        client_keys=None,
        config=None,
    ) as connection:
        await asyncssh.scp(folder / "sent", (connection, "flash:/sent.txt"))
        await asyncssh.scp((connection, "flash:/sent.txt"), folder / "back")
    return (folder / "back").read_bytes()


def test_files_go_in_and_out_by_scp_only_while_it_is_enabled(
    served: tuple[IosSwitch, Background], tmp_path: Path
) -> None:
    device, background = served
    assert asyncio.run(_copied(device, tmp_path)) == (tmp_path / "sent").read_bytes()
    background.call(lambda: device.flash.delete("flash:/sent.txt"))
    background.call(lambda: device.merge("no ip scp server enable\n", ""))
    with pytest.raises(asyncssh.Error, match="Administratively disabled"):
        asyncio.run(_copied(device, tmp_path))
    assert device.flash.names == ()


def test_an_address_in_use_is_an_error_with_a_hint(
    served: tuple[IosSwitch, Background], identities: Identities
) -> None:
    device, _ = served
    with pytest.raises(LabError, match=r"sw1 cannot listen .*\n.*muniform lab down"):  # noqa: SIM117
        with serving(listeners(device, *identities)):
            pass


def test_a_hundred_switches_in_one_process(
    identities: Identities,
) -> None:
    devices = [switch(number) for number in range(2, 102)]

    async def greeting(device: IosSwitch) -> str:
        async with asyncssh.connect(
            device.spec.address,
            device.spec.port,
            username="muniform",
            password="right",
            known_hosts=None,
            client_keys=None,
            config=None,
        ) as connection:
            return str((await connection.run("show version")).stdout)

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(greeting(device) for device in devices))

    started = time.monotonic()
    with serving([each for device in devices for each in listeners(device, *identities)]):
        answers = asyncio.run(all_of_them())
    for device, answer in zip(devices, answers, strict=True):
        assert f"Processor board ID {device.spec.serial}" in answer
    assert time.monotonic() - started < 30
