"""What Junos is told: the two golden files of each device, and what must hold beyond them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from junos_devices import (
    ACCESS_POINT,
    BARE,
    BASELINE,
    PHONE,
    PRINTER,
    access_switch,
    backup_firewall,
    firewall,
    routing_switch,
)
from muniform.errors import RenderError
from muniform.model import (
    Device,
    Dot1x,
    Lockout,
    Port,
    PortAuthentication,
    PortMode,
    QosClass,
    RoutedInterface,
)
from muniform.render import first_boot, render
from muniform.render.junos_layout import junos_layout

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "junos"
DEVICES: dict[str, Device] = {
    "access": access_switch(),
    "access_bare": access_switch(BARE),
    "distribution": routing_switch(),
    "distribution_bare": routing_switch(BARE),
    "firewall": firewall(),
    "firewall_bare": firewall(BARE),
    "firewall_backup": backup_firewall(),
}
KINDS: dict[str, Callable[[Device], str]] = {"intended": render, "first_boot": first_boot}
each_device = pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)


def statements(text: str) -> list[str]:
    """Every statement with the hierarchies around it, separated by `` > ``."""
    return list(_statements(iter(text.splitlines()), ()))


def _statements(lines: Iterator[str], path: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        word = line.strip()
        if word == "}":
            return
        if word.endswith("{"):
            yield from _statements(lines, (*path, word.removesuffix(" {")))
        else:
            yield " > ".join((*path, word.removesuffix(";")))


def inside(text: str, path: str) -> list[str]:
    """What stands directly or deeper inside a hierarchy."""
    return [
        line.removeprefix(f"{path} > ")
        for line in statements(text)
        if line.startswith(f"{path} > ")
    ]


def port(device: Device, name: str, **changes: object) -> Device:
    """The device with one port changed."""
    ports = tuple(
        replace(entry, **changes) if entry.name == name else entry  # type: ignore[arg-type]
        for entry in device.ports
    )
    return replace(device, ports=ports)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", DEVICES)
def test_configuration_is_as_reviewed(case: str, kind: str, update_goldens: bool) -> None:
    text = KINDS[kind](DEVICES[case])
    expected = GOLDEN / f"{case}.{kind}.cfg"
    if update_goldens:
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text)
    assert text == expected.read_text()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{case}.{kind}.cfg" for case in DEVICES for kind in KINDS}
    assert {path.name for path in GOLDEN.iterdir()} == expected


@each_device
def test_what_is_printed_is_a_tree_without_empty_hierarchies(device: Device) -> None:
    for text in (render(device), first_boot(device)):
        depth = 0
        previous = ""
        for line in text.splitlines():
            word = line.strip()
            depth -= word == "}"
            assert line == "    " * depth + word
            assert not (word == "}" and previous.endswith("{")), line
            assert word.endswith(("{", "}", ";"))
            depth += word.endswith("{")
            previous = word
        assert depth == 0
        assert text.endswith("}\n")


@each_device
def test_a_configuration_is_already_in_the_order_of_the_device(device: Device) -> None:
    for text in (render(device), first_boot(device)):
        assert junos_layout(text) == text


def test_polls_without_a_manager_come_from_nobody() -> None:
    assert BASELINE.snmp is not None
    snmp = replace(BASELINE.snmp, managers=())
    text = render(access_switch(replace(BASELINE, snmp=snmp)))
    assert "SNMP-MANAGERS" not in text
    terms = inside(text, "firewall > family inet > filter MANAGEMENT")
    assert "term other-polls > then > discard" in terms


@each_device
def test_no_statement_is_said_twice(device: Device) -> None:
    for text in (render(device), first_boot(device)):
        said = statements(text)
        assert len(said) == len(set(said))


@each_device
def test_intended_keeps_what_first_boot_needs_to_be_reached(device: Device) -> None:
    assert set(statements(first_boot(device))) <= set(statements(render(device)))


@each_device
def test_secrets_are_references_in_the_form_that_junos_keeps(device: Device) -> None:
    text = render(device)
    kept = re.findall(
        r'(secret|key|value|-password|authentication-key) ("?)<secret:\w+(:\w+)?>\2;', text
    )
    assert len(kept) == text.count("<secret:")
    for line in text.splitlines():
        if "<secret:" in line and "snmp" not in line:
            assert re.search(r'"<secret:\w+:(junos9|sha512_crypt)>";', line), line


def test_junos_makes_keys_of_snmp_passwords_itself() -> None:
    """The one place where a device stores something else, which nobody else can work out."""
    lines = [line.strip() for line in render(access_switch()).splitlines() if "snmp_" in line]
    assert lines == [
        'authentication-password "<secret:snmp_auth>";',
        'privacy-password "<secret:snmp_privacy>";',
    ]


@each_device
def test_a_bare_city_gets_what_every_device_has_and_nothing_else(device: Device) -> None:
    bare = replace(device, baseline=BARE)
    text = render(bare)
    for word in ("tacplus", "radius", "snmp {", "dot1x", "class-of-service", "ntp", "host 10."):
        assert word not in text
    assert inside(text, "system > login > user muniform")
    assert "root-login deny" in inside(text, "system > services > ssh")


@each_device
def test_sessions_are_for_the_management_networks_only(device: Device) -> None:
    for text in (render(device), first_boot(device)):
        lo0 = inside(text, "interfaces > lo0 > unit 0 > family inet")
        assert "filter > input MANAGEMENT" in lo0
        assert inside(text, "policy-options > prefix-list MANAGEMENT") == ["10.1.254.0/24"]
        terms = inside(text, "firewall > family inet > filter MANAGEMENT")
        assert terms.index("term sessions > then accept") < terms.index(
            "term other-sessions > then > discard"
        )
        assert terms[-1] == "term the-rest > then accept"


def test_only_the_local_account_is_asked_while_no_server_answers() -> None:
    system = inside(render(access_switch()), "system")
    assert "authentication-order tacplus" in system
    assert "login > user remote > class read-only" in system
    bare = inside(render(access_switch(BARE)), "system")
    assert not [
        line for line in bare if line.startswith(("authentication-order", "login > user r"))
    ]


def test_the_banner_is_one_string() -> None:
    assert 'message "Property of the \\"City\\".\\nUse is monitored.\\n"' in inside(
        render(access_switch()), "system > login"
    )


def test_unused_ports_are_shut_in_the_parked_vlan() -> None:
    unused = inside(render(access_switch()), "interfaces > ge-0/0/11")
    assert "disable" in unused
    assert "unit 0 > family ethernet-switching > vlan > members PARKED" in unused
    assert inside(render(firewall()), "interfaces > ge-0/0/0") == ["description UNUSED", "disable"]


def test_trunks_name_their_vlans_and_leave_the_native_one_out() -> None:
    text = render(access_switch())
    for name in ("ae1", "xe-0/2/2", "ge-0/0/10"):
        trunk = inside(text, f"interfaces > {name}")
        (members,) = [line for line in trunk if "members" in line]
        assert "native-vlan-id 996" in trunk
        assert "NATIVE" not in members
        assert "PARKED" not in members
    members = "unit 0 > family ethernet-switching > vlan > members [ INFRA CORP VOICE GUEST ]"
    assert members in inside(text, "interfaces > ge-0/0/10")


def test_members_of_an_aggregation_are_set_by_it() -> None:
    text = render(access_switch())
    for name in ("xe-0/2/0", "xe-0/2/1"):
        assert inside(text, f"interfaces > {name}") == [
            f'description "UPLINK-FS07-SW1 {name}"',
            "ether-options > 802.3ad ae1",
        ]
    assert inside(text, "chassis") == ["aggregated-devices > ethernet > device-count 2"]


def test_spanning_tree_guards_each_port_in_one_way() -> None:
    for device in (access_switch(), routing_switch()):
        vstp = inside(render(device), "protocols > vstp")
        guards = {
            name: [line for line in vstp if line.startswith(f"interface {name} > ")]
            for name in {line.split(" ")[1] for line in vstp if line.startswith("interface ")}
        }
        assert all(len(lines) == 1 for lines in guards.values())
    vstp = inside(render(access_switch()), "protocols > vstp")
    assert "interface ae1 > bpdu-timeout-action > block" in vstp
    assert "interface xe-0/2/2 > no-root-port" in vstp
    assert "interface ge-0/0/10 > edge" in vstp
    assert {"vlan all > bridge-priority 8k", "bpdu-block-on-edge"} <= set(vstp)
    assert not [line for line in vstp if "ge-0/0/11" in line or "xe-0/2/0" in line]


def test_ports_stand_by_number_whatever_their_speed() -> None:
    interfaces = inside(render(routing_switch()), "interfaces")
    names = list(dict.fromkeys(line.partition(" > ")[0] for line in interfaces))
    assert names[:2] == ["xe-0/0/0", "xe-0/0/1"]
    assert names[-5:] == ["et-0/0/48", "et-0/0/49", "ae2", "irb", "lo0"]
    units = [line.split(" ")[3] for line in interfaces if line.startswith("irb > unit")]
    assert [int(unit) for unit in units] == sorted(int(unit) for unit in units)


def test_a_device_without_supplicant_is_asked_by_its_address_only() -> None:
    dot1x = inside(render(access_switch()), "protocols > dot1x > authenticator > interface")
    assert "ge-0/0/2.0 > mac-radius > restrict" in dot1x
    assert "ge-0/0/0.0 > mac-radius" in dot1x
    assert "ge-0/0/0.0 > server-reject-vlan QUARANTINE" in dot1x
    assert "ge-0/0/0.0 > server-fail permit" in dot1x
    assert "ge-0/0/0.0 > server-fail-voip vlan-name VOICE" in dot1x
    assert not [line for line in dot1x if line.startswith(("ge-0/0/1.", "ge-0/0/3."))]


def test_a_critical_vlan_takes_those_whom_nobody_can_judge() -> None:
    times = Dot1x(3600, 60, 5, 2, rejected_vlan=900, critical_vlan=100)
    text = render(access_switch(replace(BASELINE, dot1x=times)))
    dot1x = inside(text, "protocols > dot1x > authenticator > interface")
    assert "ge-0/0/0.0 > server-fail vlan-name GUEST" in dot1x


def test_ports_without_radius_servers_stay_open() -> None:
    assert "dot1x" not in render(access_switch(replace(BASELINE, radius=None)))


def test_a_tagged_port_can_not_authenticate() -> None:
    profile = replace(ACCESS_POINT, authentication=PortAuthentication.MAB)
    with pytest.raises(RenderError, match=r"fs07-sw2: ge-0/0/10 carries tagged VLANs"):
        render(port(access_switch(), "ge-0/0/10", profile=profile))


def test_who_roams_to_an_access_point_is_let_through() -> None:
    """Its port stays what a trunk is by default: trusted. No other edge port is a trunk."""
    text = render(access_switch())
    corp = inside(text, "vlans > CORP > forwarding-options > dhcp-security")
    assert corp == ["arp-inspection", "ip-source-guard"]
    assert not inside(text, "vlans > SERVERS > forwarding-options")


def test_power_is_given_to_named_ports_only() -> None:
    poe = inside(render(access_switch()), "poe")
    assert "interface ge-0/0/1 > priority high" in poe
    assert "interface ge-0/0/10 > maximum-power 30" in poe
    assert not [line for line in poe if "ge-0/0/2" in line]
    assert "poe" not in render(routing_switch())


@pytest.mark.parametrize(
    ("model", "name"), [("EX4650-48Y", "ge-0/0/1"), ("EX4100-48P", "xe-0/2/3")]
)
def test_a_port_that_gives_no_power_is_an_error(model: str, name: str) -> None:
    device = replace(
        access_switch(), model=model, ports=(Port(name, PortMode.ACCESS, "VOIP", PHONE),), lags=()
    )
    with pytest.raises(RenderError, match=rf"{name} of a {model} gives no power"):
        render(device)


def test_limits_of_addresses_and_storms_are_the_profiles() -> None:
    text = render(access_switch())
    assert inside(text, "switch-options > interface ge-0/0/0.0 > interface-mac-limit") == [
        "3",
        "packet-action drop-and-log",
    ]
    assert "interface ge-0/0/3.0" not in text
    storms = inside(text, "forwarding-options")
    assert "storm-control-profiles STORM-20 > all > bandwidth-percentage 20" in storms
    switching = inside(text, "interfaces > ge-0/0/0 > unit 0 > family ethernet-switching")
    assert switching[-1] == "storm-control STORM-10"


def test_phones_are_told_their_vlan() -> None:
    text = render(access_switch())
    assert inside(text, "switch-options > voip") == [
        "interface ge-0/0/0.0 > vlan VOICE",
        "interface ge-0/0/0.0 > forwarding-class voice",
    ]
    assert inside(text, "protocols > lldp-med") == ["interface ge-0/0/0", "interface ge-0/0/1"]


def test_a_vlan_that_the_device_does_not_have_is_an_error() -> None:
    device = access_switch()
    lost = replace(device, vlans=tuple(vlan for vlan in device.vlans if vlan.id != 30))
    with pytest.raises(RenderError, match="VLAN 30 is used and not among the device's VLANs"):
        render(lost)


def test_markings_count_in_their_own_vlans_only() -> None:
    text = render(access_switch())
    filters = "firewall > family ethernet-switching"
    trusted = inside(text, f"{filters} > filter QOS-INPUT-VOICE-30-SIGNALING-30")
    assert trusted[:2] == ["term voice > from > dscp 46", "term voice > from > learn-vlan-id 30"]
    assert inside(text, f"{filters} > filter QOS-INPUT") == [
        "term the-rest > then > accept",
        "term the-rest > then > forwarding-class best-effort",
        "term the-rest > then > loss-priority low",
    ]
    printer = inside(text, "interfaces > ge-0/0/2 > unit 0 > family ethernet-switching")
    assert "filter > input QOS-INPUT" in printer


def test_every_queue_has_a_share_and_they_fill_the_port() -> None:
    schedulers = inside(render(access_switch()), "class-of-service > schedulers")
    shares = [int(line.split()[-1]) for line in schedulers if "buffer-size" in line]
    assert sum(shares) == 100
    assert "voice > priority strict-high" in schedulers
    assert "network-control > transmit-rate percent 5" in schedulers


@pytest.mark.parametrize(
    "extra",
    [
        QosClass("bulk", (10,), cos=5, bandwidth_percent=5),
        QosClass("bulk", (10,), cos=7, bandwidth_percent=5),
        QosClass("bulk", (10,), cos=1, bandwidth_percent=60),
    ],
    ids=["same queue", "queue of Junos itself", "nothing left"],
)
def test_classes_that_do_not_fit_are_an_error(extra: QosClass) -> None:
    device = access_switch(replace(BASELINE, qos=(*BASELINE.qos, extra)))
    with pytest.raises(RenderError, match="fs07-sw2: the QoS classes do not fit"):
        render(device)


def test_gateways_of_a_pair_share_an_address() -> None:
    text = render(routing_switch())
    gateway = inside(text, "interfaces > irb > unit 20 > family inet > address 10.16.20.2/24")
    assert gateway == [
        "vrrp-group 1 > virtual-address 10.16.20.1",
        "vrrp-group 1 > priority 110",
        "vrrp-group 1 > accept-data",
    ]
    assert inside(text, "protocols > vrrp") == ["version-3"]
    assert "l3-interface irb.20" in inside(text, "vlans > CORP")


def test_leases_are_asked_for_where_hosts_lease() -> None:
    relay = inside(render(routing_switch()), "forwarding-options > dhcp-relay")
    assert relay == [
        "server-group > DHCP-1 > 10.1.1.20",
        "server-group > DHCP-1 > 10.2.1.20",
        "group RELAY-1 > active-server-group DHCP-1",
        "group RELAY-1 > forward-only",
        *(f"group RELAY-1 > interface irb.{vlan}" for vlan in (10, 20, 30, 100, 900)),
    ]


def test_a_list_is_bound_where_it_is_named_and_defined_once() -> None:
    text = render(routing_switch())
    assert text.count("input GUEST-IN;") == 1
    assert "filter > input GUEST-IN" in inside(text, "interfaces > irb > unit 100 > family inet")
    terms = inside(text, "firewall > family inet > filter GUEST-IN")
    assert terms[-1] == "term internet > then accept"
    assert "term inside > then > discard" in terms


def test_ospf_is_spoken_with_a_key_on_links_only() -> None:
    ospf = inside(render(routing_switch()), "protocols > ospf")
    speaking = {line.split(" ")[4] for line in ospf if "interface-type" in line}
    keyed = {line.split(" ")[4] for line in ospf if "authentication" in line}
    assert speaking == keyed == {"et-0/0/48.0", "et-0/0/49.0", "irb.998"}
    assert "area 0.0.0.10 > interface irb.998 > interface-type p2p" in ospf
    assert "area 0.0.0.10 > interface irb.998 > metric 10" in ospf
    assert "area 0.0.0.0 > interface et-0/0/49.0 > metric 10" in ospf
    assert "area 0.0.0.10 > interface irb.20 > passive" in ospf
    assert "reference-bandwidth 100g" in ospf


def test_a_gateway_that_speaks_ospf_is_no_link_of_two() -> None:
    device = routing_switch()
    interfaces = tuple(
        replace(entry, ospf_active=entry.ospf_active or entry.name == "vlan999")
        for entry in device.interfaces
    )
    ospf = inside(render(replace(device, interfaces=interfaces)), "protocols > ospf")
    spoken = [line for line in ospf if "irb.999" in line]
    assert len(spoken) == 1
    assert "authentication > md5 1 key" in spoken[0]


def test_a_reference_bandwidth_of_no_whole_gigabits_is_exact() -> None:
    device = routing_switch()
    assert device.routing is not None
    routing = replace(device.routing, reference_bandwidth_mbps=2500)
    ospf = inside(render(replace(device, routing=routing)), "protocols > ospf")
    assert "reference-bandwidth 2500m" in ospf


def test_the_edge_announces_its_own_and_takes_no_bogon() -> None:
    text = render(firewall())
    policies = inside(text, "policy-options")
    assert (
        "policy-statement PROVIDER-OUT > term announced > from > prefix-list ANNOUNCED" in policies
    )
    assert "policy-statement PROVIDER-OUT > term the-rest > then reject" in policies
    assert inside(text, "policy-options > prefix-list BOGONS") == [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "192.168.0.0/16",
    ]
    neighbor = inside(text, "protocols > bgp > group PROVIDERS > neighbor 192.0.2.1")
    assert 'authentication-key "<secret:isp1_key:junos9>"' in neighbor
    assert "family inet > unicast > prefix-limit > maximum 1000" in neighbor
    assert "route 198.51.100.0/24 discard" in inside(text, "routing-options > static")
    assert "export OSPF-DEFAULT" in inside(text, "protocols > ospf")


def test_no_smaller_network_than_anybody_announces_is_taken() -> None:
    policy = inside(render(firewall()), "policy-options > policy-statement PROVIDER-IN")
    assert policy[-3:] == [
        "term too-long > from > route-filter 0.0.0.0/0 prefix-length-range /25-/32",
        "term too-long > then reject",
        "term the-rest > then accept",
    ]


def test_the_providers_way_out_counts_more_than_the_other_halfs() -> None:
    group = inside(render(firewall()), "protocols > bgp > group PROVIDERS")
    (preference,) = [int(line.split()[1]) for line in group if line.startswith("preference ")]
    assert preference < 150, "what Junos gives to a default route that OSPF learned"


def test_the_second_half_is_used_while_the_first_is_gone() -> None:
    metrics = []
    for device in (firewall(), backup_firewall()):
        policies = inside(render(device), "policy-options")
        told = "policy-statement OSPF-DEFAULT > term default-route > then > "
        then = [line.removeprefix(told) for line in policies if line.startswith(told)]
        assert then[1:] == ["accept"]
        metrics.append(int(then[0].removeprefix("metric ")))
    assert metrics[0] < metrics[1]
    announced = "policy-statement PROVIDER-OUT > term announced > then"
    first, second = (
        [line.removeprefix(announced) for line in inside(render(d), "policy-options")
         if line.startswith(announced)]
        for d in (firewall(), backup_firewall())
    )  # fmt: skip
    assert first == [" accept"]
    assert second == [' > as-path-prepend "65001 65001 65001"', " > accept"]


def test_what_leaves_for_the_internet_gets_an_address_that_is_announced() -> None:
    device = firewall()
    source = inside(render(device), "security > nat > source")
    assert source == [
        "pool OUT > address > 203.0.113.0/28",
        "rule-set OUT > from zone wan",
        "rule-set OUT > to zone internet",
        "rule-set OUT > rule inside > match > source-address [ 10.0.0.0/8 172.16.0.0/12 ]",
        "rule-set OUT > rule inside > then > source-nat > pool > OUT",
    ]
    assert not inside(render(replace(device, nat=None)), "security > nat")


def test_a_firewall_answers_inward_only() -> None:
    zones = inside(render(firewall()), "security > zones")
    assert inside(render(firewall()), "security > zones > security-zone internet") == [
        "screen PROVIDER",
        "interfaces > xe-0/0/16.0 > host-inbound-traffic > protocols > bgp",
    ]
    assert (
        "security-zone wan > interfaces > lo0.0 > host-inbound-traffic > system-services > ssh"
        in zones
    )
    assert inside(render(firewall()), "security > policies > default-policy") == ["deny-all"]


def test_a_link_without_a_neighbor_answers_nothing() -> None:
    device = firewall()
    link = device.interfaces[1]
    other = replace(link, name="xe-0/0/18", address=link.address.__class__("198.18.0.1/30"))
    zones = inside(
        render(replace(device, interfaces=(*device.interfaces, other))), "security > zones"
    )
    assert "security-zone internet > interfaces > xe-0/0/18.0" in zones


def test_a_firewall_link_without_zone_is_an_error() -> None:
    device = firewall()
    lost = tuple(replace(entry, zone=None) for entry in device.interfaces)
    with pytest.raises(RenderError, match="dc01-fw1: lo is in no security zone"):
        render(replace(device, interfaces=lost))


def test_what_first_boot_opens_leads_to_the_device() -> None:
    switch = first_boot(access_switch())
    assert "address 10.23.254.12/24" in inside(switch, "interfaces > irb > unit 999 > family inet")
    assert "route 0.0.0.0/0 next-hop 10.23.254.1" in inside(switch, "routing-options > static")
    assert inside(switch, "interfaces > ae1")
    assert not inside(switch, "interfaces > ge-0/0/0")
    router = first_boot(routing_switch())
    assert "address 10.0.240.16/32" in inside(router, "interfaces > lo0 > unit 0 > family inet")
    opened = {line.partition(" > ")[0] for line in inside(router, "interfaces > irb")}
    assert opened == {"unit 998"}, "the gateways' transit, and no gateway"
    wall = first_boot(firewall())
    assert "security-zone wan > interfaces > lo0.0" in "\n".join(inside(wall, "security > zones"))
    assert "internet" not in wall


@pytest.mark.parametrize(
    ("baseline", "message"),
    [
        (replace(BASELINE, idle_minutes=61), "61 idle minutes .*: Junos takes 1 to 60"),
        (replace(BASELINE, lockout=Lockout(1, 900, 900)), "1 failures .*: Junos takes 2 to 10"),
        (replace(BASELINE, lockout=Lockout(3, 900, 0)), "0 minutes .*: Junos takes 1 to 43200"),
    ],
)
def test_a_value_that_junos_does_not_take_is_an_error(baseline: object, message: str) -> None:
    device = replace(access_switch(), baseline=baseline)  # type: ignore[arg-type]
    with pytest.raises(RenderError, match=message):
        render(device)


def test_a_tagged_link_is_a_unit_of_its_port() -> None:
    link = RoutedInterface(
        "xe-0/0/5.120",
        "Circuit",
        access_switch().management.address,
        ospf_area=0,
        ospf_active=True,
        zone="wan",
    )
    device = firewall()
    text = render(replace(device, interfaces=(*device.interfaces, link)))
    assert inside(text, "interfaces > xe-0/0/5") == [
        "description Circuit",
        "vlan-tagging",
        "unit 120 > vlan-id 120",
        "unit 120 > family inet > address 10.23.254.12/24",
    ]
    assert [line for line in inside(text, "protocols > ospf") if "xe-0/0/5.120" in line]


def test_a_printer_is_limited_to_its_own_address() -> None:
    assert PRINTER.max_addresses == 1
    limit = inside(render(access_switch()), "switch-options > interface ge-0/0/2.0")
    assert limit[0] == "interface-mac-limit > 1"


def test_relays_to_other_servers_are_a_group_of_their_own() -> None:
    device = routing_switch()
    other = (IPv4Address("10.9.9.9"),)
    interfaces = tuple(
        replace(entry, relay=other) if entry.name == "vlan100" else entry
        for entry in device.interfaces
    )
    relay = inside(
        render(replace(device, interfaces=interfaces)), "forwarding-options > dhcp-relay"
    )
    assert "server-group > DHCP-2 > 10.9.9.9" in relay
    assert "group RELAY-2 > interface irb.100" in relay
    assert "group RELAY-1 > interface irb.100" not in relay
