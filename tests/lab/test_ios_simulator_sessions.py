"""The simulated switch under Netmiko, OpenSSH, single keys, and a hundred of them at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from netmiko import ConnectHandler
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadTimeout,
)

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
    subnet = f"99.{10 + number // 200}"
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


def connect(device: IosSwitch, **options: object) -> Any:
    settings = {"username": "muniform", "password": "right", "port": device.spec.port, **options}
    return ConnectHandler(device_type="cisco_ios", host=device.spec.address, **settings)


def test_netmiko_configures_and_saves(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    with connect(device) as session:
        output = session.send_config_set(["interface te1/0/2", "description printer", "shutdown"])
        assert "Invalid" not in output
        assert "description printer" in session.send_command("show run interface te1/0/2")
        assert "description printer" not in device.startup
        assert "[OK]" in session.save_config()
        assert "description printer" in device.startup
        included = session.send_command("show running-config | include description")
        assert included.strip() == "description printer"


def test_netmiko_sees_errors(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    with connect(device) as session:
        output = session.send_config_set(["interface te1/0/2", "swichport mode access"])
        lines = output.split("\n")
        at = next(i for i, line in enumerate(lines) if "swichport" in line)
        assert lines[at + 1].rstrip() == " " * lines[at].index("chport") + "^"
        assert "% Invalid input detected at '^' marker." in lines[at + 2]
        assert "% Incomplete command." in session.send_command("copy running-config")
        with pytest.raises(Exception, match="Invalid input"):
            session.send_config_set(["bogus"], error_pattern=r"% Invalid input.*")


def test_netmiko_enables_an_account_without_privilege(
    served: tuple[IosSwitch, Background],
) -> None:
    device, _ = served
    with connect(device, username="guest", secret="right") as session:
        assert session.find_prompt() == "sw1>"
        assert "Invalid input" in session.send_command("show running-config")
        session.enable()
        assert session.find_prompt() == "sw1#"
        assert "hostname sw1" in session.send_command("show running-config")


def test_a_wrong_password_is_refused(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    with pytest.raises(NetmikoAuthenticationException):
        connect(device, password="wrong")


def test_a_password_changed_on_the_device_is_the_one_that_counts(
    served: tuple[IosSwitch, Background],
) -> None:
    device, _ = served
    with connect(device) as session:
        session.send_config_set(["username muniform privilege 15 secret rotated"])
    assert "rotated" not in device.running
    with connect(device, password="rotated") as session:
        assert session.find_prompt() == "sw1#"
    with pytest.raises(NetmikoAuthenticationException):
        connect(device)


def test_a_typed_command_that_cuts_management_ends_the_session(
    served: tuple[IosSwitch, Background],
) -> None:
    device, background = served
    session = connect(device, read_timeout_override=3)
    with pytest.raises((ReadTimeout, OSError)):
        session.send_config_set(["interface te1/0/1", "shutdown", "description after"])
    session.disconnect()
    assert device.cut == "Te1/0/1 is shut down"
    with pytest.raises(NetmikoTimeoutException, match="TCP connection to device failed"):
        connect(device)
    background.call(device.boot)
    with connect(device) as session:
        assert session.find_prompt() == "sw1#"


def test_reload_loses_what_was_not_saved(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    session = connect(device)
    session.send_config_set(["vlan 77", "name lost"])
    question = session.send_command("reload", expect_string=r"yes/no\]: ")
    assert "has been modified" in question
    session.send_command("no", expect_string=r"\[confirm\]")
    session.write_channel("\n")
    deadline = time.monotonic() + 5
    while device.cut is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert device.cut == "the device is starting"
    with connect_when_back(device) as fresh:
        assert "lost" not in fresh.send_command("show vlan brief")


def connect_when_back(device: IosSwitch) -> Any:
    """As an engineer does after a reload: again and again until the switch answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return connect(device)
        except NetmikoTimeoutException:
            assert time.monotonic() < deadline, "it did not come back"
            time.sleep(0.1)


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
