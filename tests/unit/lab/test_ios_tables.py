"""Tables that follow from the lab's cables and from the configurations at both ends."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

import small_catalyst
from muniform.lab.ios import IosSwitch
from small_catalyst import GATEWAY, PORTS, shell

LEFT, RIGHT = PORTS[6], PORTS[7]


@pytest.fixture
def pair() -> tuple[IosSwitch, IosSwitch]:
    """Two switches: port 7 of the first is cabled to port 8 of the second."""
    one = small_catalyst.switch("127.98.6.11", "fs03-sw1")
    other = small_catalyst.switch("127.98.6.12", "fs03-sw2-with-a-long-name")
    small_catalyst.cabled(one, other)
    return one, other


def told(switch: IosSwitch, command: str) -> str:
    return "\n".join(shell(switch).enter(command))


def test_both_ends_of_a_cable_hear_each_other(pair: tuple[IosSwitch, IosSwitch]) -> None:
    one, other = pair
    rows = told(one, "show lldp neighbors").split("\n")
    row = next(line for line in rows if "Te1/0/7" in line)
    # IOS cuts a name where the next column begins.
    assert row.startswith("fs03-sw2-with-a-longTe1/0/7 ")
    assert row.endswith("Te1/0/8")
    assert "Total entries displayed: 1" in rows
    detail = told(one, "show lldp neighbors detail")
    assert "System Name: fs03-sw2-with-a-long-name.portaurelia.example" in detail
    assert "Local Intf: Te1/0/7\n" in detail
    assert "Port id: Te1/0/8\n" in detail
    assert "    IP: 10.99.1.12" in detail
    assert "System Name: fs03-sw1.portaurelia.example" in told(other, "show lldp neighbors detail")
    assert "Total entries displayed: 0" in told(one, "show lldp neighbors te1/0/1 detail")


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        (1, "no lldp run"),
        (1, f"interface {RIGHT}\n no lldp transmit"),
        (1, f"interface {RIGHT}\n shutdown"),
        (0, f"interface {LEFT}\n no lldp receive"),
        (0, f"interface {LEFT}\n shutdown"),
    ],
)
def test_what_is_not_said_or_not_heard_is_in_no_table(
    pair: tuple[IosSwitch, IosSwitch], where: int, lines: str
) -> None:
    pair[where].merge(lines + "\n", "")
    assert "Total entries displayed: 0" in told(pair[0], "show lldp neighbors detail")


def test_without_lldp_there_is_no_table(pair: tuple[IosSwitch, IosSwitch]) -> None:
    pair[0].merge("no lldp run\n", "")
    for command in ("show lldp", "show lldp neighbors", "show lldp neighbors detail"):
        assert told(pair[0], command) == "% LLDP is not enabled"


def test_a_link_is_up_while_both_ends_are(pair: tuple[IosSwitch, IosSwitch]) -> None:
    one, other = pair

    def status() -> str:
        rows = told(one, "show interfaces status").split("\n")
        return next(row for row in rows if row.startswith("Te1/0/7 "))

    assert "connected" in status()
    other.merge(f"interface {RIGHT}\n shutdown\n", "")
    assert "notconnect" in status()
    one.merge(f"interface {LEFT}\n shutdown\n", "")
    assert "disabled" in status()


def test_cdp_tells_the_same_story_unless_it_is_off(pair: tuple[IosSwitch, IosSwitch]) -> None:
    one, other = pair
    detail = told(one, "show cdp neighbors detail")
    assert "Device ID: fs03-sw2-with-a-long-name.portaurelia.example" in detail
    assert f"Interface: {LEFT},  Port ID (outgoing port): {RIGHT}" in detail
    assert "Te1/0/7" in told(one, "show cdp neighbors")
    other.merge(f"interface {RIGHT}\n no cdp enable\n", "")
    assert "Total cdp entries displayed : 0" in told(one, "show cdp neighbors detail")
    one.merge("no cdp run\n", "")
    assert told(one, "show cdp") == "% CDP is not enabled"


def test_the_table_of_mac_addresses_holds_the_neighbour(
    pair: tuple[IosSwitch, IosSwitch],
) -> None:
    assert "DYNAMIC     Te1/0/7" in told(pair[0], "show mac address-table")
    pair[1].is_away = True
    assert "DYNAMIC" not in told(pair[0], "show mac address-table")


def test_routes_follow_from_the_configuration(pair: tuple[IosSwitch, IosSwitch]) -> None:
    switch = pair[0]
    text = told(switch, "show ip route")
    assert "Gateway of last resort is 10.99.1.1 to network 0.0.0.0" in text
    assert "S*    0.0.0.0/0 [1/0] via 10.99.1.1" in text
    assert "C     10.99.1.0/24 is directly connected, Vlan999" in text
    assert "L     10.99.1.11/32 is directly connected, Vlan999" in text
    switch.merge("no ip route 0.0.0.0 0.0.0.0 10.99.1.1\n", "")
    assert "Gateway of last resort is not set" in told(switch, "show ip route")
    switch.merge("no ip routing\nip default-gateway 10.99.1.1\n", "")
    assert "Default gateway is 10.99.1.1" in told(switch, "show ip route")


def test_arp_knows_the_gateway_while_it_can_be_reached(
    pair: tuple[IosSwitch, IosSwitch],
) -> None:
    switch = pair[0]
    assert f"Internet  {GATEWAY} " in told(switch, "show ip arp")
    switch.merge(f"interface {PORTS[0]}\n shutdown\n", "")
    assert f"Internet  {GATEWAY} " not in told(switch, "show arp")
    assert "10.99.1.11" in told(switch, "show arp")


REMOTE = IPv4Address("10.1.1.30")


def test_ping_answers_in_the_words_of_ios(pair: tuple[IosSwitch, IosSwitch]) -> None:
    switch = pair[0]
    for target in (GATEWAY, REMOTE, IPv4Address("10.99.1.11")):
        text = told(switch, f"ping {target}")
        assert f"Sending 5, 100-byte ICMP Echos to {target}, timeout is 2 seconds:\n!!!!!" in text
        assert "Success rate is 100 percent (5/5), round-trip min/avg/max = " in text
    text = told(switch, f"ping ip {REMOTE} timeout 1 size 200 repeat 3")
    assert f"Sending 3, 200-byte ICMP Echos to {REMOTE}, timeout is 1 seconds:\n!!!" in text


@pytest.mark.parametrize(
    ("lines", "gateway_answers"),
    [
        ("no ip route 0.0.0.0 0.0.0.0 10.99.1.1", False),
        (f"interface {PORTS[0]}\n shutdown", False),
        ("no vlan 999", False),
        (
            "ip route 10.1.254.0 255.255.255.0 10.99.1.1\nno ip route 0.0.0.0 0.0.0.0 10.99.1.1",
            True,
        ),
    ],
)
def test_what_has_no_way_does_not_answer(
    pair: tuple[IosSwitch, IosSwitch], lines: str, gateway_answers: bool
) -> None:
    pair[0].merge(lines + "\n", "")
    text = told(pair[0], f"ping {REMOTE}")
    assert ":\n.....\nSuccess rate is 0 percent (0/5)" in text
    assert ("!!!!!" in told(pair[0], f"ping {GATEWAY}")) is gateway_answers


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ping 10.1.1.1 repeat", "% Incomplete command."),
        ("ping 10.1.1.1 repeat x", "% Invalid input detected at '^' marker."),
        ("ping 10.1.1.1 times 3", "% Invalid input detected at '^' marker."),
        ("ping", "% Incomplete command."),
        ("show ip r", None),
        ("show i", '% Ambiguous command:  "show i"'),
    ],
)
def test_refusals_of_commands(
    pair: tuple[IosSwitch, IosSwitch], line: str, error: str | None
) -> None:
    said = told(pair[0], line)
    assert (error in said) if error else ("Gateway of last resort" in said)
