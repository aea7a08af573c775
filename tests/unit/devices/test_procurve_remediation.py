"""From one configuration of an ArubaOS-Switch to another: which commands, and in which order."""

from __future__ import annotations

import pytest

from muniform.devices.procurve_reading import facts, is_scheduled, refusal
from muniform.devices.procurve_remediation import remediate
from muniform.errors import DeviceError


def commands(running: str, intended: str) -> list[str]:
    found = remediate(running, intended)
    assert not found.missing
    assert not found.remaining
    return list(found.commands)


@pytest.mark.parametrize(
    ("running", "intended", "sent"),
    [
        ("", "", []),
        ('hostname "a"', 'hostname "b"', ['hostname "b"']),
        ("no telnet-server", "", ["telnet-server"]),
        ("interface 1\n disable", "interface 1", ["interface 1 enable"]),
        ("interface 1\n power-over-ethernet high", "interface 1",
         ["interface 1 power-over-ethernet low"]),
        ("interface 1\n no power-over-ethernet", "interface 1",
         ["interface 1 power-over-ethernet"]),
        ('interface 1\n name "a"', "interface 1", ["interface 1", "no name", "exit"]),
        ("vlan 20\n untagged 1\nvlan 30", "vlan 20\nvlan 30\n untagged 1",
         ["interface 1 untagged vlan 30"]),
        ("vlan 20\n untagged 2\nvlan 30\n tagged 2", "vlan 20\nvlan 30\n tagged 2",
         ["interface 2", "no untagged vlan 20", "exit"]),
        ("vlan 20\n tagged 1", "vlan 20", ["interface 1", "no tagged vlan 20", "exit"]),
        ("vlan 20\n ip address 10.0.0.1 255.0.0.0", "vlan 20\n no ip address",
         ["vlan 20", "no ip address", "exit"]),
        ("spanning-tree priority 1", "", ["spanning-tree priority 8"]),
        ('radius-server host 10.0.0.1 key "a"', "", ["no radius-server host 10.0.0.1"]),
        ('radius-server host 10.0.0.1 key "a"', 'radius-server host 10.0.0.1 key "b"',
         ['radius-server host 10.0.0.1 key "b"']),
        # What is added goes to the end.
        ("radius-server host 10.0.0.1\nradius-server host 10.0.0.2",
         "radius-server host 10.0.0.2\nradius-server host 10.0.0.1",
         ["no radius-server host 10.0.0.1", "radius-server host 10.0.0.1"]),
        ("tacacs-server host 10.0.0.1\ntacacs-server host 10.0.0.3",
         "tacacs-server host 10.0.0.1\ntacacs-server host 10.0.0.2\ntacacs-server host 10.0.0.3",
         ["no tacacs-server host 10.0.0.3", "tacacs-server host 10.0.0.2",
          "tacacs-server host 10.0.0.3"]),
        ("", "radius-server host 10.0.0.9\nradius-server host 10.0.0.1",
         ["radius-server host 10.0.0.9", "radius-server host 10.0.0.1"]),
        ("radius-server host 10.0.0.1\nradius-server host 10.0.0.2",
         "radius-server host 10.0.0.2", ["no radius-server host 10.0.0.1"]),
        ("logging 10.0.0.1", "logging 10.0.0.2", ["logging 10.0.0.2", "no logging 10.0.0.1"]),
        ("loop-protect 1-4", "loop-protect 3-6", ["loop-protect 5-6", "no loop-protect 1-2"]),
        ("aaa port-access authenticator 1\naaa port-access authenticator 1 tx-period 5", "",
         ["no aaa port-access authenticator 1"]),
        ("aaa authentication ssh login tacacs local", "", ["aaa authentication ssh login local"]),
    ],
)  # fmt: skip
def test_what_is_sent(running: str, intended: str, sent: list[str]) -> None:
    assert commands(running, intended) == sent


def position(lines: list[str], beginning: str) -> int:
    return next(at for at, line in enumerate(lines) if line.startswith(beginning))


def test_what_others_need_comes_first_and_goes_last() -> None:
    empty = "vlan 1\n"
    full = (
        'class ipv4 "c"\n  10 match ip 0.0.0.0 0.0.0.0 0.0.0.0 0.0.0.0\n'
        'policy qos "p"\n  10 class ipv4 "c" action priority 0\n'
        'vlan 1\nvlan 20\n   tagged 1\n   service-policy "p" in\n'
    )
    there = commands(empty, full)
    order = [position(there, each) for each in ("class", "policy", "vlan 20", "interface 1")]
    assert order == sorted(order)
    back = commands(full, empty)
    order = [position(back, each) for each in ("interface 1", "no vlan", "no policy", "no class")]
    assert order == sorted(order)


def test_managers_are_let_in_before_others_are_shut_out() -> None:
    lines = commands(
        "ip authorized-managers 10.1.0.0 255.255.0.0 access manager",
        "ip authorized-managers 10.2.0.0 255.255.0.0 access manager\n"
        "ip authorized-managers 10.3.0.1 255.255.255.255 access operator access-method snmp",
    )
    assert [line.split()[-1] for line in lines] == ["manager", "snmp", "manager"]
    assert lines[-1].startswith("no ip authorized-managers 10.1.0.0")


def test_a_port_joins_its_new_vlans_before_any_leaves_its_old_ones() -> None:
    lines = commands("vlan 20\n tagged 1-2\nvlan 30", "vlan 20\nvlan 30\n tagged 1-2")
    assert lines == ["interface 1-2 tagged vlan 30", "interface 1-2", "no tagged vlan 20", "exit"]


def test_what_leaves_with_an_aggregation_is_not_taken_away_twice() -> None:
    lines = commands(
        "trunk 1-2 trk1 lacp\ninterface Trk1\n dhcp-snooping trust\nvlan 1\nvlan 20\n tagged Trk1\n"
        "spanning-tree Trk1 priority 4\nspanning-tree Trk1 loop-guard",
        "vlan 1\n untagged 1-2\nvlan 20",
    )
    assert lines == ["no trunk 1-2"]


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        ("Reload scheduled at 12:00:00 11/23/2026\n(in 0 days, 0 hours, 5 minutes)", True),
        ("Reload scheduled in 5 minutes", True),
        ("No reload is scheduled.", False),
        ("reload is not scheduled", False),
    ],
)
def test_whether_a_reload_waits(answer: str, waits: bool) -> None:
    assert is_scheduled(answer, "show reload after") is waits


@pytest.mark.parametrize("answer", ["", "~#%", "Invalid input: reload"])
def test_an_answer_about_the_reload_that_makes_no_sense_is_none(answer: str) -> None:
    with pytest.raises(DeviceError, match="makes no sense"):
        is_scheduled(answer, "show reload after")


@pytest.mark.parametrize(
    "answer",
    [
        "Invalid input: x",
        "Incomplete input: x",
        "Ambiguous input: x",
        "Error: no",
        "VLAN 7 does not exist.",
        "Module not present for port or invalid port: 99",
        "Unable to write",
        "Port 3 must be a member",
    ],
)
def test_words_of_refusal(answer: str) -> None:
    assert refusal(f"\n{answer}\n") == answer


def test_silence_is_no_refusal() -> None:
    assert refusal("\n\n") == ""


def test_facts_that_are_missing_are_not_made_up() -> None:
    with pytest.raises(DeviceError, match="makes no sense"):
        facts("  System Name : sw1\n", "")
