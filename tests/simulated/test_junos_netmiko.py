"""Netmiko's juniper_junos, unmodified, against a simulated Junos switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from netmiko import ConnectHandler, NetmikoAuthenticationException

from simulated_devices import Identities
from simulated_junos import PASSWORD, USER, Played, playing


@pytest.fixture(scope="module")
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.4.1") as found:
        yield found


def connected(played: Played, password: str = PASSWORD) -> Any:
    return ConnectHandler(
        device_type="juniper_junos",
        host=played.address,
        port=played.ssh,
        username=USER,
        password=password,
    )


@pytest.fixture
def shell(played: Played) -> Iterator[Any]:
    with connected(played) as found:
        yield found


def test_a_wrong_password(played: Played) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        connected(played, "wrong")


def test_show_commands(shell: Any) -> None:
    assert "Junos: 23.4R2-S4.5" in shell.send_command("show version")
    assert "ops-dist1" in shell.send_command("show lldp neighbors")
    assert "set vlans Office vlan-id 20" in shell.send_command("show configuration | display set")
    assert "unknown command" in shell.send_command("frobnicate")
    assert "0% packet loss" in shell.send_command("ping 10.96.99.1 count 2")


def test_set_compare_and_rollback(shell: Any) -> None:
    shell.config_mode()
    shell.send_config_set(["set snmp contact NOC"], exit_config_mode=False)
    assert "+   contact NOC;" in shell.send_command("show | compare", expect_string="#")
    shell.send_command("rollback 0", expect_string="#")
    assert "contact" not in shell.send_command("show | compare", expect_string="#")
    shell.exit_config_mode()


def test_commit_confirmed_and_confirm(shell: Any, played: Played) -> None:
    shell.send_config_set(["set snmp contact NOC"], exit_config_mode=False)
    assert "automatically rolled back in 5 minutes" in shell.commit(confirm=True, confirm_delay=5)
    assert played.device.pending is not None
    assert "commit complete" in shell.commit(comment="kept")
    assert played.device.pending is None
    shell.send_config_set(["delete snmp contact"], exit_config_mode=False)
    shell.commit(and_quit=True)
    assert not shell.check_config_mode()
    assert "kept" in shell.send_command("show system commit")


def test_a_bad_statement(shell: Any) -> None:
    output = shell.send_config_set(["set vlans Big vlan-id 5000"])
    assert "Value 5000 is not within range (1..4094)" in output


def test_a_commit_that_is_refused(shell: Any, played: Played) -> None:
    shell.send_config_set(["delete system root-authentication"], exit_config_mode=False)
    with pytest.raises(ValueError, match="Missing mandatory statement"):
        shell.commit()
    shell.send_command("rollback 0", expect_string="#")
    shell.exit_config_mode()
    assert played.call(played.device.residue) == []


def test_text_from_the_terminal(shell: Any) -> None:
    shell.config_mode()
    shell.send_command("load merge terminal", expect_string="end input")
    shell.write_channel("snmp {\n    contact NOC;\n}\n\x04")
    assert "load complete" in shell.read_until_pattern("load complete")
    assert "+   contact NOC;" in shell.send_command("show | compare", expect_string="#")
    shell.send_command("rollback 0", expect_string="#")
    shell.exit_config_mode()
