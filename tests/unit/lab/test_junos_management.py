"""Which configurations cut a Junos device off from the controller."""

from __future__ import annotations

import pytest

from muniform.lab.junos import management_path
from muniform.lab.junos.loading import Action, load_set, load_text
from muniform.lab.junos.management import closed_services
from muniform.lab.junos.tree import Node, empty
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from simulated_junos import CONTROLLER, DECLARED, GATEWAY, HASH, PORTS, STARTUP, UPLINK

FIREWALL = f"""
set system root-authentication encrypted-password {HASH}
set system login user muniform class super-user
set system login user muniform authentication encrypted-password {HASH}
set system services ssh
set system services netconf ssh
set interfaces xe-0/0/18 unit 0 family inet address 10.2.2.1/31
set interfaces lo0 unit 0 family inet address {DECLARED}/32
set interfaces lo0 unit 0 family inet filter input MANAGEMENT
set policy-options prefix-list MANAGEMENT 10.1.254.0/24
set firewall family inet filter MANAGEMENT term in from source-prefix-list MANAGEMENT
set firewall family inet filter MANAGEMENT term in from protocol tcp
set firewall family inet filter MANAGEMENT term in from destination-port [ 22 830 ]
set firewall family inet filter MANAGEMENT term in then accept
set firewall family inet filter MANAGEMENT term out from protocol tcp
set firewall family inet filter MANAGEMENT term out from destination-port 1-1023
set firewall family inet filter MANAGEMENT term out then discard
set firewall family inet filter MANAGEMENT term rest then accept
set protocols ospf area 0 interface lo0.0 passive
set protocols ospf area 0 interface xe-0/0/18.0 interface-type p2p
set security zones security-zone wan interfaces lo0.0 host-inbound-traffic system-services all
set security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic protocols ospf
set security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic system-services ssh
set security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic \
system-services netconf
"""


def spec(wiring: Wiring) -> DeviceSpec:
    return DeviceSpec(
        "ops-sw1", "EX4400", "Z1", PORTS, "", wiring, "127.96.9.1", 20022, management=DECLARED
    )


def switch(lines: str) -> str | None:
    root = load_text(STARTUP, empty(), Action.OVERRIDE).root
    return _path(root, lines, Wiring((UPLINK,), GATEWAY, CONTROLLER))


def firewall(lines: str) -> str | None:
    root = load_set(FIREWALL, empty())
    assert root.complaints == []
    return _path(root.root, lines, Wiring(("xe-0/0/18",), None, CONTROLLER))


def _path(root: Node, lines: str, wiring: Wiring) -> str | None:
    changed = load_set(lines, root)
    assert changed.complaints == []
    return management_path(changed.root, wiring, spec(wiring))


def test_both_are_reached_as_they_are() -> None:
    assert switch("") is None
    assert firewall("") is None


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("delete interfaces irb", "no interface carries 10.96.99.21"),
        ("set interfaces irb unit 999 disable", "irb.999 is disabled"),
        ("deactivate interfaces irb", "no interface carries 10.96.99.21"),
        ("delete vlans Management l3-interface", "no VLAN has irb.999 as its interface"),
        ("set vlans Management vlan-id 998\ndelete interfaces xe-0/2/0 unit 0 family "
         "ethernet-switching vlan members Management",
         "xe-0/2/0 does not carry VLAN 998"),
        ("set interfaces xe-0/2/0 disable", "xe-0/2/0 is disabled"),
        ("delete interfaces xe-0/2/0 unit 0", "xe-0/2/0.0 is not there or disabled"),
        ("delete interfaces xe-0/2/0 unit 0\nset interfaces xe-0/2/0 ether-options 802.3ad ae0",
         "the chassis has no aggregated device ae0"),
        ("delete routing-options", "no route to 10.1.254.10 through 10.96.99.1"),
        ("set routing-options static route 10.1.254.0/24 next-hop 10.96.99.7",
         "no route to 10.1.254.10 through 10.96.99.1"),
        ("delete system services", "SSH is not a service; NETCONF over SSH is not a service"),
        ("delete system login", "there is no local account with a password"),
        ("set firewall family inet filter F term a from source-address 10.9.0.0/16\n"
         "set firewall family inet filter F term a then accept\n"
         "set interfaces lo0 unit 0 family inet filter input F",
         "filter F on lo0.0 does not accept port 22; filter F on lo0.0 does not accept port 830"),
    ],
)  # fmt: skip
def test_what_cuts_a_switch_off(lines: str, why: str) -> None:
    assert switch(lines) == why


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("delete protocols ospf area 0 interface lo0.0", "OSPF does not announce lo0.0"),
        ("set protocols ospf area 0 interface xe-0/0/18.0 passive",
         "xe-0/0/18 has no OSPF neighbour"),
        ("delete protocols ospf area 0 interface xe-0/0/18.0", "xe-0/0/18 has no OSPF neighbour"),
        ("set interfaces xe-0/0/18 disable", "xe-0/0/18 is disabled"),
        ("delete policy-options",
         "filter MANAGEMENT on lo0.0 does not accept port 22; "
         "filter MANAGEMENT on lo0.0 does not accept port 830"),
        ("insert firewall family inet filter MANAGEMENT term out before term in",
         "filter MANAGEMENT on lo0.0 does not accept port 22; "
         "filter MANAGEMENT on lo0.0 does not accept port 830"),
        ("delete security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic "
         "protocols", "xe-0/0/18.0 lets no ospf in"),
        ("delete security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic "
         "system-services", "xe-0/0/18.0 lets no ssh in; xe-0/0/18.0 lets no netconf in"),
        ("delete security zones security-zone wan interfaces xe-0/0/18.0",
         "xe-0/0/18.0 is in no security zone"),
    ],
)  # fmt: skip
def test_what_cuts_a_firewall_off(lines: str, why: str) -> None:
    assert firewall(lines) == why


def test_a_zone_lets_each_service_in_for_itself() -> None:
    only_ssh = load_set(
        "delete security zones security-zone wan interfaces xe-0/0/18.0 host-inbound-traffic "
        "system-services netconf",
        load_set(FIREWALL, empty()).root,
    ).root
    wiring = Wiring(("xe-0/0/18",), None, CONTROLLER)
    assert closed_services(only_ssh, wiring, spec(wiring)) == {
        830: "xe-0/0/18.0 lets no netconf in"
    }
    assert management_path(only_ssh, wiring, spec(wiring)) is None


def test_a_bundle_carries_what_its_members_do_not_say() -> None:
    bundled = (
        "delete interfaces xe-0/2/0 unit 0\n"
        "set interfaces xe-0/2/0 ether-options 802.3ad ae0\n"
        "set chassis aggregated-devices ethernet device-count 1\n"
        "set interfaces ae0 unit 0 family ethernet-switching interface-mode trunk\n"
        "set interfaces ae0 unit 0 family ethernet-switching vlan members all\n"
    )
    assert switch(bundled) is None
    assert switch(bundled + "set interfaces ae0 disable") == "ae0 is disabled"


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        ("", {}),
        ("delete system services netconf", {830: "NETCONF over SSH is not a service"}),
        ("delete system services ssh", {22: "SSH is not a service"}),
        ("set firewall family inet filter F term a from destination-port ssh\n"
         "set firewall family inet filter F term a from protocol tcp\n"
         "set firewall family inet filter F term a then accept\n"
         "set interfaces irb unit 999 family inet filter input F",
         {830: "filter F on irb.999 does not accept port 830"}),
    ],
)  # fmt: skip
def test_one_service_that_is_left_is_a_way_in(lines: str, closed: dict[int, str]) -> None:
    changed = load_set(lines, load_text(STARTUP, empty(), Action.OVERRIDE).root).root
    wiring = Wiring((UPLINK,), GATEWAY, CONTROLLER)
    assert closed_services(changed, wiring, spec(wiring)) == closed
    assert management_path(changed, wiring, spec(wiring)) is None
