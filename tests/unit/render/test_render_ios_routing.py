"""A Catalyst that routes: gateways, neighbours, lists, and its first boot."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Interface

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalysts import access_switch, distribution_switch
from muniform.errors import RenderError
from muniform.model import Device, QosClass, RoutedInterface
from muniform.render import first_boot, render
from muniform.render.filters.ios_qos import ios_dscp, ios_shares


def lines_of(text: str, heading: str) -> list[str]:
    found = re.search(rf"^{re.escape(heading)}\n((?: .*\n)*)", text, re.MULTILINE)
    assert found is not None, heading
    return [line.strip() for line in found[1].splitlines()]


def interface_lines(name: str, device: Device = distribution_switch) -> list[str]:
    return lines_of(render(device), f"interface {name}")


def test_one_of_two_gateways_is_preferred_by_its_priority() -> None:
    text = render(distribution_switch)
    assert "\nfhrp version vrrp v3\n" in text
    assert interface_lines("Vlan20")[-4:] == [
        "vrrp 20 address-family ipv4",
        "priority 110",
        "address 10.18.10.1 primary",
        "exit-vrrp",
    ]
    # 100 is the default.
    assert not [line for line in interface_lines("Vlan100") if line.startswith("priority")]
    assert "fhrp" not in render(access_switch)


def test_requests_are_relayed_and_nothing_else_is() -> None:
    relayed = [x for x in interface_lines("Vlan20") if x.startswith("ip helper-address")]
    assert relayed == ["ip helper-address 10.1.1.20", "ip helper-address 10.2.1.20"]
    text = render(distribution_switch)
    assert text.count("\nno ip forward-protocol udp ") == 7
    assert "forward-protocol udp boot" not in text
    assert "forward-protocol" not in render(access_switch)


def test_a_zone_s_list_meets_what_comes_in_at_its_gateway() -> None:
    assert "ip access-group GUEST_IN in" in interface_lines("Vlan100")
    assert not [line for line in interface_lines("Vlan20") if "access-group" in line]
    entries = lines_of(render(distribution_switch), "ip access-list extended GUEST_IN")
    assert entries[-1].endswith("deny ip any any log")
    assert len(entries) > 4


def test_ospf_speaks_only_on_links_and_never_without_the_key() -> None:
    router = lines_of(render(distribution_switch), "router ospf 1")
    assert router == [
        "router-id 10.0.240.18",
        "auto-cost reference-bandwidth 100000",
        "passive-interface default",
        "no passive-interface TwentyFiveGigE1/0/1",
        "no passive-interface TwentyFiveGigE1/0/2",
        "default-information originate",
    ]
    for number in (1, 2):
        lines = interface_lines(f"TwentyFiveGigE1/0/{number}")
        assert "ip ospf authentication message-digest" in lines
        assert "ip ospf message-digest-key 1 md5 7 <secret:ospf_key:ios7>" in lines
        assert "ip ospf network point-to-point" in lines
    for name in ("Loopback0", "Vlan20", "Vlan100", "Vlan999"):
        assert [x for x in interface_lines(name) if "ospf" in x] == ["ip ospf 1 area 3"]


def test_a_backup_link_costs_more() -> None:
    assert "ip ospf cost 400" in interface_lines("TwentyFiveGigE1/0/2")
    assert not [line for line in interface_lines("TwentyFiveGigE1/0/1") if "cost" in line]


def test_neither_key_nor_default_route_unless_declared() -> None:
    routing = distribution_switch.routing
    assert routing is not None
    text = render(
        replace(distribution_switch, routing=replace(routing, key=None, default_route=False))
    )
    assert "message-digest" not in text
    assert "default-information" not in text


def test_a_circuit_outside_ospf_is_left_out_of_it() -> None:
    interfaces = tuple(
        replace(entry, ospf_active=False, ospf_area=None)
        if entry.name == "TwentyFiveGigE1/0/2"
        else entry
        for entry in distribution_switch.interfaces
    )
    device = replace(distribution_switch, interfaces=interfaces)
    assert not [line for line in interface_lines("TwentyFiveGigE1/0/2", device) if "ospf" in line]
    assert "no passive-interface TwentyFiveGigE1/0/2" not in render(device)


def test_a_routed_port_without_an_address_is_an_error() -> None:
    interfaces = tuple(
        entry for entry in distribution_switch.interfaces if not entry.name.startswith("Twenty")
    )
    with pytest.raises(RenderError, match="TwentyFiveGigE1/0/1 is a routed port without an add"):
        render(replace(distribution_switch, interfaces=interfaces))


def test_first_boot_of_a_routing_switch_finds_its_neighbours() -> None:
    text = first_boot(distribution_switch)
    assert "ip address 10.0.240.18 255.255.255.255" in lines_of(text, "interface Loopback0")
    for number in (1, 2):
        lines = lines_of(text, f"interface TwentyFiveGigE1/0/{number}")
        assert "no switchport" in lines
        assert "ip ospf 1 area 3" in lines
    assert "no passive-interface TwentyFiveGigE1/0/1" in lines_of(text, "router ospf 1")
    assert "interface Port-channel" not in text
    assert "interface Vlan20" not in text


def test_first_boot_over_a_vlan_brings_the_vlan_and_its_trunks() -> None:
    transit = RoutedInterface(
        "vlan10",
        "Transit",
        IPv4Interface("10.18.0.2/24"),
        vlan=10,
        ospf_active=True,
        ospf_area=3,
    )
    device = replace(distribution_switch, interfaces=(*distribution_switch.interfaces, transit))
    text = first_boot(device)
    assert lines_of(text, "vlan 10") == ["name Infrastructure"]
    assert "ip address 10.18.0.2 255.255.255.0" in lines_of(text, "interface Vlan10")
    assert "switchport trunk allowed vlan 10" in lines_of(text, "interface Port-channel1")
    assert "channel-group 1 mode active" in lines_of(text, "interface TwentyFiveGigE1/0/3")
    # A VLAN has more than two ends.
    assert "ip ospf network point-to-point" not in lines_of(text, "interface Vlan10")


def test_first_boot_of_an_access_switch_is_reached_through_its_bundle() -> None:
    text = first_boot(access_switch)
    assert "switchport trunk allowed vlan 999" in lines_of(text, "interface Port-channel1")
    for number in (1, 2):
        assert "channel-group 1 mode active" in lines_of(
            text, f"interface TenGigabitEthernet1/1/{number}"
        )
    assert "interface TenGigabitEthernet1/0/9" not in text
    assert "\nip route 0.0.0.0 0.0.0.0 10.18.254.1\n" in text


def test_an_edge_port_trusts_what_its_vlans_may_claim_and_clears_the_rest() -> None:
    text = render(access_switch)
    trusted = "TRUST-VOICE-VOICE-SIGNALING"
    assert lines_of(text, f"policy-map {trusted}") == [
        "class VOICE",
        "set dscp dscp table KEEP",
        "class VOICE-SIGNALING",
        "set dscp dscp table KEEP",
        "class class-default",
        "set dscp default",
    ]
    assert lines_of(text, "policy-map TRUST-NOTHING") == ["class class-default", "set dscp default"]
    for number, policy in ((1, trusted), (2, trusted), (3, "TRUST-NOTHING"), (4, "TRUST-VIDEO")):
        lines = lines_of(text, f"interface TenGigabitEthernet1/0/{number}")
        assert f"service-policy input {policy}" in lines


def test_every_port_that_is_up_sends_by_class() -> None:
    for device in (access_switch, distribution_switch):
        text = render(device)
        for port in device.ports:
            lines = lines_of(text, f"interface {port.name}")
            assert ("service-policy output QOS-OUTPUT" in lines) == ("shutdown" not in lines)
        # Queues belong to members: a bundle takes no queuing policy.
        assert not [x for x in lines_of(text, "interface Port-channel1") if "service-policy" in x]


def test_policies_that_ports_name_are_there() -> None:
    for device in (access_switch, distribution_switch):
        text = render(device)
        named = set(re.findall(r"service-policy (?:in|out)put (\S+)", text))
        assert named == set(re.findall(r"^policy-map (\S+)$", text, re.MULTILINE))
        classes = set(re.findall(r"^class-map match-any (\S+)$", text, re.MULTILINE))
        assert set(re.findall(r"^ class (\S+)$", text, re.MULTILINE)) <= {
            *classes,
            "class-default",
        }


def test_code_points_as_ios_prints_them() -> None:
    assert ios_dscp((46,)) == "ef"
    assert ios_dscp((26, 24)) == "cs3  af31"
    assert ios_dscp((0, 2, 34, 48)) == "default  2  af41  cs6"


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=3),
    st.lists(st.integers(1, 30), min_size=0, max_size=2),
)
def test_shares_never_add_up_to_more_than_there_is(others: list[int], urgent: list[int]) -> None:
    assume(sum(others) + sum(urgent) < 100)
    classes = [
        *(QosClass(f"u{n}", (40 + n,), 5, share, priority=True) for n, share in enumerate(urgent)),
        *(QosClass(f"o{n}", (10 + n,), 3, share) for n, share in enumerate(others)),
    ]
    shares = dict(ios_shares(classes))
    remaining = [int(line.split()[-1]) for line in shares.values() if "remaining" in line]
    assert sum(remaining) == 100
    assert min(remaining) > 0
    assert len(shares) == len(classes) + 1


@pytest.mark.parametrize(
    "classes",
    [
        [QosClass(f"p{n}", (40 + n,), 5, 5, priority=True) for n in range(3)],
        [QosClass(f"c{n}", (10 + n,), 5, 5) for n in range(8)],
        [QosClass("all", (46,), 5, 100, priority=True)],
        [QosClass("all", (10,), 5, 100)],
    ],
)
def test_more_than_the_hardware_has_is_an_error(classes: list[QosClass]) -> None:
    with pytest.raises(RenderError, match="a Catalyst has 8 queues per port"):
        ios_shares(classes)


def test_a_policy_s_name_that_ios_would_refuse_is_an_error() -> None:
    (voice, *_) = access_switch.baseline.qos
    long = replace(voice, name="voice_of_the_dispatchers_and_their_telephones")
    baseline = replace(access_switch.baseline, qos=(long,))
    with pytest.raises(RenderError, match="IOS takes 40 characters"):
        render(replace(access_switch, baseline=baseline))
