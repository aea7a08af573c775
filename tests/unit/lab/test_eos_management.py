"""What cuts the simulated EOS switch off from its controller, one change at a time."""

from __future__ import annotations

import dataclasses
from ipaddress import IPv4Address

import pytest

import eos_lab
from muniform.lab.eos import EosSwitch
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import Wiring

NO_API = "management api http-commands\nshutdown"
NO_SSH = "management ssh\nshutdown"
OTHERS_ONLY = "ip access-list standard MANAGEMENT\nno 10\n10 permit host 10.9.9.9"


def booted(change: str = "", startup: str = eos_lab.STARTUP) -> EosSwitch:
    switch = EosSwitch(eos_lab.spec(11, startup), Clock())
    assert switch.cut is None
    assert switch.merge(change) == []
    return switch


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("interface Vlan999\nno ip address", "no interface carries 10.97.1.11"),
        ("no interface Vlan999", "no interface carries 10.97.1.11"),
        ("interface Vlan999\nshutdown", "Vlan999 is shut down"),
        ("no vlan 999", "VLAN 999 is not declared or suspended"),
        ("vlan 999\nstate suspend", "VLAN 999 is not declared or suspended"),
        ("interface Ethernet1\nshutdown", "Et1 is shut down"),
        ("interface Ethernet1\nswitchport trunk allowed vlan 20", "Et1 does not carry VLAN 999"),
        ("interface Ethernet1\nno switchport", "Et1 does not carry VLAN 999"),
        ("default interface Ethernet1", "Et1 does not carry VLAN 999"),
        ("interface Ethernet1\nchannel-group 1 mode active", "Po1 does not carry VLAN 999"),
        ("no ip route 0.0.0.0/0 10.97.1.1", "no route to 10.1.254.10 through 10.97.1.1"),
        ("ip route 10.1.0.0/16 10.97.1.99", "no route to 10.1.254.10 through 10.97.1.1"),
        ("no username muniform", "there is no local account with a password"),
        (
            "aaa authentication login default group TACACS",
            "no server answers, and local accounts are not asked",
        ),
        (
            "aaa authorization exec default group TACACS",
            "no server answers, and no other method authorises a session",
        ),
        (
            "ip access-list MINE\npermit ip host 10.9.9.9 any\ninterface Vlan999\n"
            "ip access-group MINE in",
            "access list MINE does not permit 10.1.254.10",
        ),
        (
            OTHERS_ONLY,
            "eAPI: access list MANAGEMENT does not permit 10.1.254.10; "
            "SSH: access list MANAGEMENT does not permit 10.1.254.10",
        ),
        (f"{NO_API}\n{NO_SSH}", "eAPI is shut down; SSH is shut down"),
    ],
)
def test_a_cut(change: str, reason: str) -> None:
    assert booted(change).cut == reason


@pytest.mark.parametrize(
    ("change", "port", "reason"),
    [
        (NO_API, 443, "eAPI is shut down"),
        ("no management api http-commands", 443, "eAPI is shut down"),
        (
            "management api http-commands\nno protocol https",
            443,
            "eAPI does not speak HTTPS",
        ),
        (
            "management api http-commands\nvrf default\nshutdown",
            443,
            "eAPI is shut down in the default VRF",
        ),
        (NO_SSH, 22, "SSH is shut down"),
        (
            "ip access-list standard MINE\npermit host 10.9.9.9\nmanagement ssh\n"
            "ip access-group MINE in",
            22,
            "SSH: access list MINE does not permit 10.1.254.10",
        ),
    ],
)
def test_one_service_less_is_no_cut(change: str, port: int, reason: str) -> None:
    switch = booted(change)
    assert switch.cut is None
    assert switch.service_fault(port) == reason
    assert switch.service_fault({443: 22, 22: 443}[port]) is None


@pytest.mark.parametrize(
    "change",
    [
        "no management ssh",
        "no ip access-list standard MANAGEMENT",
        "management api http-commands\nno vrf default",
        "interface Ethernet1\nno switchport trunk allowed vlan",
        "ip routing",
        "interface Port-Channel1\nswitchport mode trunk\ninterface Ethernet1\n"
        "channel-group 1 mode active",
    ],
)
def test_what_cuts_nothing(change: str) -> None:
    assert booted(change).cut is None


ROUTER = """\
no username admin
username muniform privilege 15 secret sha512 $6$salt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
management api http-commands
   no shutdown
vlan 20
interface Ethernet1
   no switchport
   ip address 10.97.250.0/31
   ip ospf area 0.0.0.3
interface Ethernet2
   switchport access vlan 20
interface Vlan20
   ip address 10.97.20.2/24
   ip ospf area 0.0.0.3
interface Loopback0
   ip address 10.97.1.11/32
   ip ospf area 0.0.0.3
ip routing
router ospf 1
   passive-interface default
   no passive-interface Ethernet1
"""


def router(change: str, *uplinks: str) -> str | None:
    wiring = Wiring(uplinks or ("Ethernet1",), None, IPv4Address("10.1.254.10"))
    spec = dataclasses.replace(eos_lab.spec(11, ROUTER), wiring=wiring)
    switch = EosSwitch(spec, Clock())
    assert switch.boot_messages == []
    assert switch.merge(change) == []
    return switch.cut


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("", None),
        ("no ip routing", "the switch does not route"),
        ("no router ospf 1", "OSPF does not announce Loopback0"),
        ("interface Loopback0\nno ip ospf area", "OSPF does not announce Loopback0"),
        ("interface Loopback0\nshutdown", "Loopback0 is shut down"),
        ("interface Ethernet1\nshutdown", "Et1 is shut down"),
        ("interface Ethernet1\nno ip ospf area", "Et1 has no OSPF neighbour"),
        ("router ospf 1\npassive-interface Ethernet1", "Et1 has no OSPF neighbour"),
        ("interface Ethernet1\nswitchport", "Et1 carries no VLAN with OSPF"),
    ],
)
def test_a_router(change: str, reason: str | None) -> None:
    assert router(change) == reason


def test_a_router_behind_a_vlan() -> None:
    assert router("", "Ethernet2") == "Et2 carries no VLAN with OSPF"
    assert router("router ospf 1\nno passive-interface Vlan20", "Ethernet2") is None
