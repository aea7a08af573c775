"""Switching SNMPv3 on, as the simulated ArubaOS-Switch does it: it asks, and makes users."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.devices.procurve_remediation import remediate
from muniform.lab.procurve import ProcurveSwitch
from muniform.lab.procurve.accounts import MANAGER
from muniform.lab.procurve.editor import Editor
from muniform.lab.procurve.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.model import Device, load_city
from muniform.render import first_boot, render
from procurve_lab import booted, secrets_for

ENABLE = "snmpv3 enable"
PASSWORDS = ["long enough 1", "long enough 2"]


class Line:
    """A connection in memory that nothing happens to."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


@pytest.fixture
def device(root: Path) -> Device:
    return load_city(root / "inventory").device("rc01-sw2")


@pytest.fixture
def switch(root: Path, device: Device, tmp_path: Path) -> ProcurveSwitch:
    """One that was loaded with all of its first boot but the line that asks."""
    city = load_city(root / "inventory")
    text = secrets_for(city, tmp_path).resolve(first_boot(device))
    assert text.splitlines()[-1] == ENABLE
    return booted(city, device, text.replace(ENABLE, ""), Clock(1.0))


def configuring(switch: ProcurveSwitch) -> Shell:
    shell = Shell(switch, MANAGER, Line())
    for line in ("", "no page", "configure"):
        shell.enter(line)
    return shell


def users(switch: ProcurveSwitch) -> list[str]:
    lines = switch.running.splitlines()
    return [line.split('"')[1] for line in lines if line.startswith("snmpv3 user ")]


def test_it_asks_for_passwords_and_makes_a_user(switch: ProcurveSwitch) -> None:
    shell = configuring(switch)
    assert shell.enter(ENABLE)[-1] == "Authentication Protocol: MD5"
    assert shell.is_hidden
    for password in PASSWORDS:
        assert "password:" in shell.prompt
        shell.enter(password)
    assert ENABLE not in switch.running
    shell.enter("n")
    assert shell.takes_key
    assert shell.enter("n") == []
    assert ENABLE in switch.running.splitlines()
    assert users(switch) == ["initial"]
    assert not any(password in switch.running for password in PASSWORDS)
    assert shell.bare_prompt == "rc01-sw2(config)# "
    assert shell.enter(ENABLE) == []
    assert not shell.takes_text


def test_a_second_user_and_a_restriction(switch: ProcurveSwitch) -> None:
    shell = configuring(switch)
    for answer in (ENABLE, *PASSWORDS, "y", "netadmin", *PASSWORDS, "y"):
        shell.enter(answer)
    assert users(switch) == ["initial", "netadmin"]
    assert "snmpv3 restricted-access" in switch.running.splitlines()


@pytest.mark.parametrize("answers", [["short"], ["long enough 1", "x" * 33], ["snmpv3 only"]])
def test_what_is_no_password_ends_it(switch: ProcurveSwitch, answers: list[str]) -> None:
    shell = configuring(switch)
    before = switch.running
    said = [shell.enter(answer) for answer in (ENABLE, *answers)][-1]
    if answers == ["snmpv3 only"]:
        # Pasted behind it, the next line is taken for the password.
        assert "privacy" in shell.prompt
    else:
        assert said == ["The password must have 8 to 32 characters."]
        assert not shell.takes_text
    assert switch.running == before


def test_a_file_asks_nothing_and_makes_nobody(switch: ProcurveSwitch) -> None:
    editor = Editor(switch.state)
    editor.load(ENABLE)
    assert ENABLE in switch.running.splitlines()
    assert users(switch) == []


def test_the_plan_removes_the_user_that_the_switch_made(
    switch: ProcurveSwitch, device: Device
) -> None:
    shell = configuring(switch)
    for answer in (ENABLE, *PASSWORDS, "n", "n"):
        shell.enter(answer)
    change = remediate(switch.running, render(device))
    assert 'no snmpv3 user "initial"' in change.commands
    assert ENABLE not in change.commands
    for command in change.commands:
        if "<secret:" not in command:
            shell.enter(command)
    assert users(switch) == []
