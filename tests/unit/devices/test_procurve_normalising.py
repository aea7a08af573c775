"""ArubaOS-Switch's configuration as a set of lines."""

from __future__ import annotations

import pytest

from muniform.devices import mask_line
from muniform.devices.configuration.procurve import gathered, listed, normalise


def test_what_the_switch_says_of_itself_is_no_setting() -> None:
    text = """
Running configuration:

; JL255A Configuration Editor; Created on release #WC.16.11.0012
; Ver #14:6f.6f
hostname "sw1"
module 1 type jl255a
interface 1
   name "desk"
   exit
"""
    assert normalise(text) == {
        ('hostname "sw1"',),
        ("interface 1",),
        ("interface 1", 'name "desk"'),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loop-protect 1-4,7", "loop-protect 7,3-4,1-2"),
        ("dhcp-snooping vlan 20 30-32", "dhcp-snooping vlan 30-31 20 32"),
        ("aaa port-access authenticator 1-3", "aaa port-access authenticator 1,2,3"),
        ("spanning-tree A1-A2 root-guard",
         "spanning-tree A1 root-guard\nspanning-tree A2 root-guard"),
        ("vlan 20\n   untagged 1/1-1/3", "vlan 20\n   untagged 1/1,1/2\n   untagged 1/3"),
        ("trunk 25-26 trk1 lacp", "trunk 26 trk1 lacp\ntrunk 25 trk1 lacp"),
        ('snmp-server contact "a b" location "c"',
         'snmp-server location "c"\nsnmp-server contact "a b"'),
        ("vlan 1\n   no untagged 1-9\n   no ip address", "vlan 1\n   no ip address"),
        ("interface 1-2\n   disable\n   exit", "interface 1\n disable\ninterface 2\n disable"),
    ],
)  # fmt: skip
def test_spelling_and_order_of_lists_do_not_count(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loop-protect 1-4", "loop-protect 1-5"),
        ("vlan 20\n   untagged 1", "vlan 20\n   tagged 1"),
        ("vlan 20\n   untagged 1", "vlan 21\n   untagged 1"),
        ('banner motd "a  b"', 'banner motd "a b"'),
        ("interface 1\n   disable", "interface 2\n   disable"),
    ],
)
def test_what_means_something_else_stays_something_else(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_ports_are_listed_as_the_switch_does_it() -> None:
    assert listed(["10", "9", "2", "Trk2", "1", "Trk1"]) == "1-2,9-10,Trk1,Trk2"
    assert listed(["1/2", "1/1", "2/1"]) == "1/1-1/2,2/1"


def test_commands_that_say_the_same_of_several_ports_are_one() -> None:
    lines = [
        "spanning-tree 1 root-guard",
        'banner motd "1 of 2"',
        "spanning-tree 2 root-guard",
        "no loop-protect 4",
        "no loop-protect 5",
        "loop-protect 6",
        "exit",
        "exit",
    ]
    assert list(gathered(lines)) == [
        "spanning-tree 1-2 root-guard",
        'banner motd "1 of 2"',
        "no loop-protect 4-5",
        "loop-protect 6",
        "exit",
        "exit",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'password manager user-name "boss" sha256 "Sesame42"',
        'password operator plaintext "Sesame42"',
        'radius-server host 10.1.1.1 key "Sesame42"',
        'tacacs-server host 10.1.1.1 key "Sesame42"',
        'ntp authentication key-id 7 authentication-mode md5 key-value "Sesame42" trusted',
        'snmpv3 user "m" auth sha "Sesame42" priv aes "Sesame42"',
        'snmp-server community "Sesame42" operator',
        'snmp-server host 10.1.1.1 community "Sesame42"',
    ],
)
def test_every_secret_form_of_the_platform_is_masked(line: str) -> None:
    assert "Sesame42" in line
    assert "Sesame42" not in mask_line(line)
