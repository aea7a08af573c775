"""Netmiko's own driver for the platform, unmodified, on the simulated ArubaOS-Switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from netmiko import BaseConnection, ConnectHandler
from netmiko.exceptions import ConfigInvalidException, NetmikoAuthenticationException

from muniform.lab.simulated.fabric import Announcement, End, Fabric
from muniform.lab.simulated.faults import Condition
from muniform.model import load_city
from procurve_lab import PORT, Bench, bench
from simulated_devices import Identities

pytestmark = pytest.mark.lab
ADDRESS = "127.95.1.1"


@pytest.fixture(scope="module")
def switch(
    root: Path, tmp_path_factory: pytest.TempPathFactory, identities: Identities
) -> Iterator[Bench]:
    city = load_city(root / "inventory")
    folder = tmp_path_factory.mktemp("procurve")
    with bench(city, city.device("rc01-sw2"), folder, identities, ADDRESS) as found:
        yield found


def connect(switch: Bench, password: str = "") -> BaseConnection:
    return ConnectHandler(
        device_type="hp_procurve",
        host=ADDRESS,
        port=PORT,
        username=switch.user,
        password=password or switch.password,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(switch.state / "known_hosts"),
        allow_agent=False,
    )


@pytest.fixture
def session(switch: Bench) -> Iterator[BaseConnection]:
    with connect(switch) as found:
        yield found


def test_it_finds_prompt_and_privilege(session: BaseConnection) -> None:
    assert session.base_prompt == "rc01-sw2"
    assert session.check_enable_mode()
    assert not session.check_config_mode()


def test_it_reads_without_control_sequences(session: BaseConnection) -> None:
    shown = session.send_command("show running-config")
    assert "\x1b" not in shown
    assert shown.strip().startswith("Running configuration:")
    assert "; JL255A Configuration Editor; Created on release #WC.16.11" in shown
    assert '\nhostname "rc01-sw2"\n' in shown


def test_it_configures_and_saves(switch: Bench, session: BaseConnection) -> None:
    said = session.send_config_set(["vlan 777", 'name "Test net"', "tagged 3", "exit"])
    assert "Invalid" not in said
    assert not session.check_config_mode()
    assert "vlan 777" in session.send_command("show running-config")
    assert "vlan 777" not in session.send_command("show config")
    session.save_config()
    assert '   name "Test net"' in session.send_command("show config")
    session.config_mode()
    session.send_command("no vlan 777", expect_string=r"\[y/n\]\? $")
    session.send_command("y", expect_string=r"\(config\)# $", cmd_verify=False)
    session.exit_config_mode()
    session.save_config()
    assert "vlan 777" not in switch.switch.startup


def test_it_hears_refusals(session: BaseConnection) -> None:
    with pytest.raises(ConfigInvalidException, match="Invalid input"):
        session.send_config_set(["vlan 20", "frobnicate"], error_pattern="Invalid input")
    session.exit_config_mode()


def test_it_logs_out_politely(switch: Bench) -> None:
    connect(switch).disconnect()


def test_a_wrong_password_is_refused(switch: Bench) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        connect(switch, "not-this-one")


def test_another_host_key_is_refused(switch: Bench) -> None:
    switch.switch.faults.set(Condition.WRONG_HOST_KEY)
    try:
        with pytest.raises(Exception, match="Host key"):
            connect(switch)
    finally:
        switch.background.call(switch.switch.faults.clear)


@pytest.mark.parametrize(
    "command",
    [
        "show interfaces brief",
        "show system",
        "show arp",
        "show vlans",
        "show lldp info remote-device detail",
    ],
)
def test_public_parsers_read_what_it_prints(
    switch: Bench, session: BaseConnection, command: str
) -> None:
    """The templates of ntc-templates stop at any line that they do not know."""

    class Router:
        def announces(self, port: str) -> Announcement:
            return Announcement("rc01-rtr1", port, "02:00:00:00:00:01", "FRRouting on Linux")

        def is_up(self, port: str) -> bool:
            return bool(port)

    name = switch.switch.spec.name
    switch.switch.fabric = Fabric([(End(name, "25"), End("rc01-rtr1", "eth0"))])
    switch.switch.fabric.devices["rc01-rtr1"] = Router()
    session.send_config_set(['snmp-server contact "noc" location "Rec Center"'])
    parsed = session.send_command(command, use_textfsm=True, raise_parsing_error=True)
    assert isinstance(parsed, list)
    assert parsed
