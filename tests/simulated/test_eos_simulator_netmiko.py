"""The command line under Netmiko's own arista_eos, unmodified, over real SSH on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from netmiko import ConnectHandler
from netmiko.exceptions import (
    ConfigInvalidException,
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
)
from paramiko.ssh_exception import SSHException

import eos_lab
from eos_lab import Bench
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]


@pytest.fixture
def bench(identities: Identities) -> Iterator[Bench]:
    with eos_lab.served(identities, eos_lab.spec(31)) as served:
        yield served


def opened(bench: Bench, **options: object) -> Any:
    return ConnectHandler(
        device_type="arista_eos",
        host=bench.address,
        port=eos_lab.SSH_PORT,
        username=eos_lab.USER,
        password=options.pop("password", eos_lab.PASSWORD),
        fast_cli=True,
        **options,
    )


@pytest.fixture
def connection(bench: Bench) -> Iterator[Any]:
    with opened(bench) as connection:
        yield connection


def test_shows(connection: Any) -> None:
    assert connection.find_prompt() == "fs03-sw1#"
    assert "Software image version: 4.33.2F" in connection.send_command("show version")
    data = json.loads(connection.send_command("show version | json"))
    assert data["serialNumber"] == "JPE12345678"
    shown = connection.send_command("show running-config | section Vlan999")
    assert shown.splitlines() == [
        "interface Vlan999",
        "   description Management",
        "   ip address 10.97.1.11/24",
    ]
    assert "Invalid input" in connection.send_command("show nothing")
    assert "Ambiguous command" in connection.send_command("sh in")
    assert "Incomplete command" in connection.send_command("copy running-config")


def test_tables_that_templates_of_others_read(connection: Any) -> None:
    vlans = connection.send_command("show vlan", use_textfsm=True)
    assert {row["vlan_id"]: row["vlan_name"] for row in vlans}["20"] == "users"
    version = connection.send_command("show version", use_textfsm=True)
    assert version[0]["image"] == "4.33.2F"
    assert version[0]["serial_number"] == "JPE12345678"


def test_configuring_and_saving(bench: Bench, connection: Any) -> None:
    output = connection.send_config_set(["vlan 30", "name phones"])
    assert "fs03-sw1(config-vlan-30)#" in output
    assert "vlan 30\n   name phones" in bench.switch.running
    assert "vlan 30" not in bench.switch.startup
    assert "Copy completed successfully." in connection.save_config()
    assert bench.switch.startup == bench.switch.running


def test_a_refused_line_is_noticed(connection: Any) -> None:
    with pytest.raises(ConfigInvalidException):
        connection.send_config_set(["vlan 30", "nam phones x", "banana"], error_pattern=r"% ")


def test_a_banner(bench: Bench, connection: Any) -> None:
    connection.send_config_set(["banner motd", "Closed? on ! Sundays", "EOF"], cmd_verify=False)
    assert "banner motd\nClosed? on ! Sundays\nEOF\n" in bench.switch.running


def test_a_session_by_hand(bench: Bench, connection: Any) -> None:
    connection.send_command("configure session by-hand", expect_string=r"\(config-s-by-han\)#")
    connection.send_command("hostname other", expect_string=r"\(config-s-by-han\)#")
    diff = connection.send_command("show session-config diffs", expect_string=r"\(config-s")
    assert "-hostname fs03-sw1" in diff
    connection.send_command("commit", expect_string=r"other#")
    assert bench.switch.hostname == "other"


def test_paging(connection: Any) -> None:
    connection.send_command("terminal length 10")
    shown = connection.send_command("show running-config", expect_string="--More--")
    assert "no username admin" in shown
    assert "ntp server" not in shown


def test_enable(bench: Bench) -> None:
    bench.background.call(
        lambda: bench.switch.merge("no aaa authorization exec default\nenable password 0 sesame")
    )
    with opened(bench, secret="sesame") as connection:
        assert connection.find_prompt() == "fs03-sw1>"
        assert "privileged mode required" in connection.send_command("show running-config")
        connection.enable()
        assert connection.find_prompt() == "fs03-sw1#"


def test_a_wrong_password(bench: Bench) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        opened(bench, password="wrong")


def test_ssh_that_is_shut_down(bench: Bench) -> None:
    bench.background.call(lambda: bench.switch.merge("management ssh\nshutdown"))
    with pytest.raises((NetmikoTimeoutException, SSHException, EOFError, OSError)):
        opened(bench)
