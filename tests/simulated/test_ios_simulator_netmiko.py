"""The simulated switch under Netmiko, unmodified."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from netmiko import ConnectHandler, file_transfer
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadTimeout,
)

import small_catalyst
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.faults import Condition
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]


@pytest.fixture
def served(identities: Identities) -> Iterator[tuple[IosSwitch, Background]]:
    device = small_catalyst.switch("127.98.8.11")
    with serving(listeners(device, *identities)) as background:
        yield device, background


def connect(device: IosSwitch, **options: object) -> Any:
    account = {"username": small_catalyst.USER, "password": small_catalyst.PASSWORD}
    settings = {**account, "port": device.spec.port, **options}
    return ConnectHandler(device_type="cisco_ios", host=device.spec.address, **settings)


def test_it_configures_and_saves(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    with connect(device) as session:
        output = session.send_config_set(["interface te1/0/2", "description printer", "shutdown"])
        assert "Invalid" not in output
        assert "description printer" in session.send_command("show run interface te1/0/2")
        assert "description printer" not in device.startup
        assert "[OK]" in session.save_config()
        assert "description printer" in device.startup
        included = session.send_command("show running-config | include description")
        assert included.split("\n") == [" description uplink", " description printer"]


def test_it_sees_errors(served: tuple[IosSwitch, Background]) -> None:
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


def test_it_enables_an_account_without_privilege(
    served: tuple[IosSwitch, Background],
) -> None:
    device, _ = served
    with connect(device, username="guest", secret="right") as session:
        assert session.find_prompt() == "fs03-sw1>"
        assert "Invalid input" in session.send_command("show running-config")
        session.enable()
        assert session.find_prompt() == "fs03-sw1#"
        assert "hostname fs03-sw1" in session.send_command("show running-config")


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
        assert session.find_prompt() == "fs03-sw1#"
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
        assert session.find_prompt() == "fs03-sw1#"


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


def test_it_parses_tables_with_ntc_templates(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    other = small_catalyst.switch("127.98.8.12", "fs03-sw2")
    small_catalyst.cabled(device, other)
    with connect(device) as session:

        def table(command: str) -> list[dict[str, Any]]:
            parsed = session.send_command(command, use_textfsm=True, raise_parsing_error=True)
            assert isinstance(parsed, list)
            return parsed

        (neighbour,) = table("show lldp neighbors detail")
        assert neighbour["neighbor_name"] == "fs03-sw2.portaurelia.example"
        assert neighbour["local_interface"] == "Te1/0/7"
        (neighbour,) = table("show cdp neighbors detail")
        assert neighbour["neighbor_interface"] == small_catalyst.PORTS[7]
        assert {row["network"] for row in table("show ip route")} >= {"0.0.0.0", "10.99.1.0"}
        assert {row["ip_address"] for row in table("show ip arp")} == {"10.99.1.1", "10.99.1.11"}
        assert len(table("show ip interface brief")) == len(small_catalyst.PORTS) + 2
        assert table("show version")[0]["version"] == "17.12.4"
        assert "Te1/0/7" in [row["destination_port"][0] for row in table("show mac address-table")]
        assert table("show interfaces status")[0]["port"] == "Te1/0/1"


def test_it_copies_a_file_and_compares_checksums(
    served: tuple[IosSwitch, Background], tmp_path: Any
) -> None:
    device, _ = served
    source = tmp_path / "notes.txt"
    source.write_text("wired again on Monday\n")
    with connect(device) as session:
        done = file_transfer(
            session, source_file=str(source), dest_file="notes.txt", file_system="flash:"
        )
        assert done == {"file_exists": True, "file_transferred": True, "file_verified": True}
        kept = device.flash.read("flash:/notes.txt")
        assert kept is not None
        assert kept.text == source.read_text()
        device.faults.set(Condition.FLASH_FULL)
        source.write_text("wired again on Tuesday\n")
        with pytest.raises(ValueError, match="Insufficient space"):
            file_transfer(
                session,
                source_file=str(source),
                dest_file="more.txt",
                file_system="flash:",
            )


def test_it_configures_a_range_of_ports(served: tuple[IosSwitch, Background]) -> None:
    device, _ = served
    with connect(device) as session:
        session.send_config_set(["interface range te1/0/2 - 4", "description SPARE"])
    assert device.running.count("description SPARE") == 3
