"""Extended access lists as IOS prints them, and what it refuses; orders that count."""

from __future__ import annotations

import pytest

from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.defaults import blank
from muniform.lab.ios.diff import contextual
from muniform.lab.ios.editor import load
from muniform.lab.ios.tree import printed

HARDWARE = Hardware(frozenset({"TenGigabitEthernet1/0/1"}))


def entries(*lines: str) -> tuple[list[str], list[str]]:
    """The list's entries as they are printed, and what was said about bad ones."""
    root = blank(HARDWARE)
    text = "ip access-list extended A\n" + "".join(f" {line}\n" for line in lines)
    rejected = load(text, root, HARDWARE)
    shown = printed(root)
    start = shown.index("ip access-list extended A") + 1
    return (
        [line.strip() for line in shown[start : shown.index("!", start)]],
        [str(each) for each in rejected],
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("permit tcp any any eq 80", "10 permit tcp any any eq www"),
        ("permit udp any host 10.1.1.10 eq 53", "10 permit udp any host 10.1.1.10 eq domain"),
        ("permit 6 any any eq 443", "10 permit tcp any any eq 443"),
        ("5 permit 112 any host 224.0.0.18", "5 permit 112 any host 224.0.0.18"),
        (
            "deny ip 10.1.2.3 0.0.255.255 10.9.9.9 0.0.0.0 log",
            "10 deny ip 10.1.0.0 0.0.255.255 host 10.9.9.9 log",
        ),
        ("permit ip 1.2.3.4 255.255.255.255 any", "10 permit ip any any"),
        (
            "permit tcp any range 20 21 any gt 1023",
            "10 permit tcp any range ftp-data ftp any gt 1023",
        ),
        ("permit tcp any any established", "10 permit tcp any any established"),
        ("permit icmp any any echo-reply", "10 permit icmp any any echo-reply"),
        ("permit udp any eq 68 any eq 67", "10 permit udp any eq bootpc any eq bootps"),
        ("permit tcp any any eq 22 443", "10 permit tcp any any eq 22 443"),
    ],
)
def test_an_entry_is_printed_as_ios_prints_it(typed: str, shown: str) -> None:
    found, rejected = entries(typed)
    assert rejected == []
    assert found == [shown]
    assert entries(shown) == ([shown], [])


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("permit banana any any", 8),
        ("permit tcp any anny", 16),
        ("permit icmp any any eq 80", 21),
        ("permit udp any any established", 20),
        ("permit tcp any any eq 70000", 23),
        ("permit ip 10.1.1 0.0.0.255 any", 11),
        ("permit 256 any any", 8),
    ],
)
def test_a_wrong_entry_is_refused_where_it_is_wrong(typed: str, column: int) -> None:
    found, rejected = entries("permit ip any any", typed)
    assert found == ["10 permit ip any any"]
    assert rejected[0].splitlines()[1] == " " * column + "^"


@pytest.mark.parametrize("typed", ["permit tcp", "permit tcp any", "permit tcp any any eq", "deny"])
def test_half_an_entry_is_incomplete(typed: str) -> None:
    _, rejected = entries(typed)
    assert "% Incomplete command." in rejected[0]


def test_entries_stand_by_their_numbers_and_are_replaced_by_them() -> None:
    found, rejected = entries(
        "20 deny ip any any", "10 permit tcp any any eq 22", "no 20", "30 permit icmp any any"
    )
    assert rejected == []
    assert found == ["10 permit tcp any any eq 22", "30 permit icmp any any"]


OLD = "policy-map P\n class VOICE\n  set dscp ef\n class VIDEO\n class class-default\n!\nend\n"
NEW = "policy-map P\n class VIDEO\n class VOICE\n  set dscp ef\n class class-default\n!\nend\n"


def test_classes_that_change_places_are_a_difference_in_both_directions() -> None:
    there = contextual(OLD, NEW)[1:]
    back = contextual(NEW, OLD)[1:]
    moved = {line.strip()[1:] for line in there if line.strip()[0] in "+-"}
    assert moved == {line.strip()[1:] for line in back if line.strip()[0] in "+-"}
    assert moved in ({"class VIDEO"}, {"class VOICE", "set dscp ef"})
    assert contextual(OLD, OLD) == ["!Contextual Config Diffs:", "!No changes were found"]


def test_places_of_interfaces_are_none() -> None:
    one, two = "interface A\n shutdown\n", "interface B\n shutdown\n"
    assert contextual(one + two, two + one)[1:] == ["!No changes were found"]


def test_classes_are_printed_in_the_order_in_which_they_came_and_default_last() -> None:
    root = blank(HARDWARE)
    text = (
        "class-map match-any A\n match dscp 46\nclass-map match-any B\n match dscp 34 36\n"
        "policy-map P\n class class-default\n  set dscp 0\n class B\n class A\n  priority level 1\n"
    )
    assert load(text, root, HARDWARE) == []
    shown = printed(root)
    start = shown.index("policy-map P")
    assert shown[start : start + 6] == [
        "policy-map P", " class B", " class A", "  priority level 1", " class class-default",
        "  set dscp default",
    ]  # fmt: skip
    assert " match dscp af41  af42" in shown


def test_a_policy_serves_no_class_that_is_not_there() -> None:
    root = blank(HARDWARE)
    (rejected,) = load("policy-map P\n class GHOST\n", root, HARDWARE)
    assert "class map GHOST not configured" in str(rejected)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("interface te1/0/1\n ip ospf cost 10", "% Invalid input"),
        ("interface Vlan20\n vrrp 20 address-family ipv4", "% Invalid input"),
        ("snmp-server engineID local 8000", "% Invalid input"),
        ("interface te1/0/1\n authentication order dot1x dot1x", "% Invalid input"),
    ],
)
def test_commands_that_do_not_exist_here_are_refused(lines: str, message: str) -> None:
    rejected = load(lines, blank(HARDWARE), HARDWARE)
    assert message in str(rejected[0])


def test_defaults_are_not_printed() -> None:
    root = blank(HARDWARE)
    text = (
        "interface te1/0/1\n dot1x timeout tx-period 10\n dot1x timeout tx-period 30\n"
        " authentication host-mode single-host\n power inline auto\n"
        "errdisable recovery interval 300\nlogging trap informational\n"
    )
    assert load(text, root, HARDWARE) == []
    shown = printed(root)
    assert not any(word in line for line in shown for word in ("dot1x", "auth", "power", "trap"))
    assert not any("interval" in line for line in shown)


def test_passive_interfaces_are_printed_as_far_as_they_differ_from_the_default() -> None:
    root = blank(HARDWARE)
    text = (
        "router ospf 1\n passive-interface Vlan1\n passive-interface default\n"
        " no passive-interface te1/0/1\n passive-interface Vlan1\n"
    )
    assert load(text, root, HARDWARE) == []
    shown = printed(root)
    start = shown.index("router ospf 1")
    assert shown[start + 1 : start + 3] == [
        " passive-interface default",
        " no passive-interface TenGigabitEthernet1/0/1",
    ]
    assert shown[start + 3] == "!"


def test_the_first_member_makes_the_bundle() -> None:
    root = blank(HARDWARE)
    assert load("interface te1/0/1\n channel-group 3 mode active\n", root, HARDWARE) == []
    assert root.find("interface", "Port-channel3") is not None
