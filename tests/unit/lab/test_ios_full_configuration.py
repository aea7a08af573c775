"""The simulated switch takes every line that is rendered, and prints it back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import catalyst_lab
from muniform.lab.ios import IosSwitch
from muniform.lab.ios.tree import printed
from muniform.lab.simulated.clock import Clock
from muniform.model import Device
from muniform.render import render
from muniform.secrets import SecretStore

each_device = pytest.mark.parametrize("device", catalyst_lab.DEVICES, ids=lambda d: d.role.value)


@pytest.fixture
def store(device: Device, tmp_path: Path) -> SecretStore:
    return catalyst_lab.secrets_for(device, tmp_path / "secrets")


@pytest.fixture
def switch(device: Device, store: SecretStore) -> IosSwitch:
    return catalyst_lab.blank_switch(device, store, Clock())


def rendered_lines(device: Device, store: SecretStore) -> list[str]:
    """What the switch has to print: everything but SNMPv3 users."""
    text = store.resolve(render(device)).replace("^C", "\x03")
    return [line for line in text.splitlines() if not line.startswith("snmp-server user ")]


def shown_lines(switch: IosSwitch) -> list[str]:
    """What it prints, without the marks between sections and the certificate it makes itself."""
    text = re.sub(r"^crypto pki .*TP-self.*\n(?:[ \t]+.*\n)*", "", switch.running, flags=re.M)
    return [line for line in text.splitlines() if line != "!"]


@each_device
def test_the_first_boot_is_understood_and_lets_the_controller_in(switch: IosSwitch) -> None:
    assert switch.boot_messages == []
    assert switch.cut is None


@each_device
def test_what_is_rendered_is_printed_back_line_by_line(
    device: Device, store: SecretStore, switch: IosSwitch
) -> None:
    outcome = switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    assert outcome.lines == ["Total number of passes: 1", "Rollback Done", ""]
    assert shown_lines(switch) == rendered_lines(device, store)
    assert switch.cut is None


@each_device
def test_the_second_replace_finds_nothing_to_do(
    device: Device, store: SecretStore, switch: IosSwitch
) -> None:
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    again = switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    assert again.lines[0] == "Total number of passes: 0"


@each_device
def test_a_saved_configuration_boots_as_it_was(
    device: Device, store: SecretStore, switch: IosSwitch
) -> None:
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    switch.save()
    before = printed(switch.config, with_database=True)
    switch.boot()
    assert switch.boot_messages == []
    assert printed(switch.config, with_database=True) == before
    assert switch.cut is None


@each_device
def test_every_line_of_a_section_can_be_negated(
    device: Device, store: SecretStore, switch: IosSwitch
) -> None:
    """``no`` before a line takes it away; before a line that starts with ``no``, it goes."""
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    undone = 0
    for section in switch.config.copy().starting("interface"):
        for child in section.children:
            is_negative = child.words[0] == "no"
            opposite = child.line.removeprefix("no ") if is_negative else f"no {child.line}"
            switch.merge(f"{section.line}\n {opposite}", "muniform")
            left = switch.config.find(*section.key)
            assert left is not None
            assert not left.has(*child.words) or child.line == "no ip address"
            undone += 1
    assert undone > 50


def test_without_the_later_standards_the_switch_is_reachable_too(tmp_path: Path) -> None:
    device = replace(catalyst_lab.DEVICES[0], baseline=catalyst_lab.catalysts.PLAIN_BASELINE)
    store = catalyst_lab.secrets_for(device, tmp_path / "secrets")
    switch = catalyst_lab.blank_switch(device, store, Clock())
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    assert shown_lines(switch) == rendered_lines(device, store)
    assert switch.cut is None


ACCESS, DISTRIBUTION = catalyst_lab.DEVICES
MEMBERS = ACCESS.lags[0].members
WAN = [port.name for port in DISTRIBUTION.ports[:2]]


def all_of(names: Iterable[str], line: str) -> str:
    return "".join(f"interface {name}\n {line}\n" for name in names)


@pytest.mark.parametrize(
    ("device", "change", "reason"),
    [
        (ACCESS, "interface Port-channel1\n shutdown", "Port-channel1 is shut down"),
        (ACCESS, "interface Port-channel1\n switchport trunk allowed vlan 20", "suspended"),
        (ACCESS, all_of(MEMBERS, "shutdown"), "is shut down"),
        (ACCESS, all_of(MEMBERS, "switchport trunk native vlan 20"), "suspended"),
        (ACCESS, "no tacacs server TACACS1\nno username muniform", "no other method"),
        (DISTRIBUTION, "interface Loopback0\n shutdown", "Loopback0 is shut down"),
        (DISTRIBUTION, "interface Loopback0\n no ip ospf 1 area 3", "does not announce Loopback0"),
        (DISTRIBUTION, "no router ospf 1", "does not announce Loopback0"),
        (DISTRIBUTION, "no ip routing", "does not route"),
        (DISTRIBUTION, all_of(WAN, "shutdown"), "is shut down"),
        (DISTRIBUTION, all_of(WAN, "no ip address"), "has no OSPF neighbour"),
        (DISTRIBUTION, all_of(WAN, "no ip ospf 1 area 3"), "has no OSPF neighbour"),
        (
            DISTRIBUTION,
            "router ospf 1\n" + "".join(f" passive-interface {name}\n" for name in WAN),
            "has no OSPF neighbour",
        ),
    ],
)
def test_what_cuts_a_full_switch_off(
    device: Device, change: str, reason: str, store: SecretStore, switch: IosSwitch
) -> None:
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    assert switch.cut is None
    switch.merge(change, "muniform")
    assert reason in str(switch.cut)


@pytest.mark.parametrize(
    ("device", "change"),
    [
        (ACCESS, f"interface {MEMBERS[0]}\n shutdown"),
        (DISTRIBUTION, f"interface {WAN[0]}\n shutdown"),
        (ACCESS, "no tacacs server TACACS1"),
    ],
)
def test_one_of_two_ways_is_enough(
    device: Device, change: str, store: SecretStore, switch: IosSwitch
) -> None:
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    switch.merge(change, "muniform")
    assert switch.cut is None
