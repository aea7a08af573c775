"""What Arista EOS is told, and that it is told so in the words that it prints."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import eos_devices
from muniform.model import Device, Lag, Port, PortMode, VlanUse
from muniform.render import first_boot, render
from muniform.render.filters.eos import eos_acl_source, eos_area, eos_interface, eos_vlans

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "eos"
DEVICES = {
    "access": eos_devices.access_switch(),
    "access_bare": eos_devices.access_switch(eos_devices.BARE),
    "distribution": eos_devices.distribution_switch(),
    "distribution_bare": eos_devices.distribution_switch(eos_devices.BARE),
}
each = pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES.keys())


def blocks(text: str) -> dict[str, list[str]]:
    """Heading at the margin -> the lines below it. A heading that comes twice is a mistake."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            current.append(line.strip())
        else:
            assert line not in found, f"twice: {line}"
            current = found[line] = []
    return found


def interface(device: Device, name: str) -> list[str]:
    return blocks(render(device))[f"interface {name}"]


def dot1x_timers(device: Device) -> list[str]:
    lines = interface(device, "Ethernet1")
    return [line for line in lines if re.match(r"dot1x (timeout|reauthorization)", line)]


@each
@pytest.mark.parametrize("kind", ["intended", "first_boot"])
def test_configuration_is_as_reviewed(device: Device, kind: str, update_goldens: bool) -> None:
    case = next(name for name, entry in DEVICES.items() if entry is device)
    text = (render if kind == "intended" else first_boot)(device)
    expected = GOLDEN / f"{case}.{kind}.cfg"
    if update_goldens:
        expected.write_text(text)
    assert text == expected.read_text()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{case}.{kind}.cfg" for case in DEVICES for kind in ("intended", "first_boot")}
    assert {path.name for path in GOLDEN.iterdir()} == expected


@each
def test_lines_are_indented_by_threes_and_never_blank(device: Device) -> None:
    for text in (render(device), first_boot(device)):
        assert text.endswith("\nend\n")
        for line in text.splitlines():
            assert line.strip()
            assert line == line.rstrip()
            assert (len(line) - len(line.lstrip())) % 3 == 0, line


@each
def test_first_boot_is_part_of_what_is_intended(device: Device) -> None:
    intended = blocks(render(device))
    for heading, lines in blocks(first_boot(device)).items():
        for line in lines:
            widened = line.startswith("switchport trunk allowed vlan ")
            assert widened or line in intended[heading], (heading, line)


@each
def test_first_boot_can_be_reached_over_ssh_and_eapi_by_the_account(device: Device) -> None:
    boot = blocks(first_boot(device))
    assert "no shutdown" in boot["management api http-commands"]
    assert "ip access-group MANAGEMENT" in boot["management api http-commands"]
    assert "ip access-group MANAGEMENT in" in boot["management ssh"]
    assert boot["ip access-list standard MANAGEMENT"]
    assert [line for line in boot if line.startswith("username muniform privilege 15")]


def test_the_access_switch_boots_with_its_management_vlan_up_to_the_gateway() -> None:
    boot = blocks(first_boot(DEVICES["access"]))
    assert boot["interface Vlan999"] == ["description Management", "ip address 10.11.254.11/24"]
    assert "switchport trunk allowed vlan 999" in boot["interface Port-Channel1"]
    assert "channel-group 1 mode active" in boot["interface Ethernet51"]
    assert {"vlan 996", "vlan 999", "ip route 0.0.0.0/0 10.11.254.1"} <= set(boot)
    assert "interface Ethernet1" not in boot


def test_the_distribution_switch_boots_with_ospf_on_its_links() -> None:
    boot = blocks(first_boot(DEVICES["distribution"]))
    assert "ip ospf area 0.0.0.11" in boot["interface Loopback0"]
    assert "ip ospf network point-to-point" in boot["interface Ethernet1"]
    assert "no passive-interface Ethernet1" in boot["router ospf 1"]
    assert "interface Port-Channel1" not in boot
    assert "interface Vlan20" not in boot


@each
def test_no_secret_is_plain_where_the_device_stores_another_form(device: Device) -> None:
    text = render(device)
    references = re.findall(r"<secret:[^>]*>", text)
    assert references
    for reference in references:
        assert re.fullmatch(
            r"<secret:\w+:(ios7|sha512_crypt|(snmp_sha|snmp_aes):[0-9a-f]+"
            r"|eos_cbc:[\w/-]+_md5Key_1)>",
            reference,
        ), reference


def test_each_ospf_key_is_encrypted_for_its_own_interface() -> None:
    for name in ("Ethernet1", "Ethernet2", "Ethernet10"):
        key = f"ip ospf message-digest-key 1 md5 7 <secret:ospf_key:eos_cbc:{name}_md5Key_1>"
        assert key in interface(DEVICES["distribution"], name)


def test_the_account_born_with_the_switch_goes_unless_it_is_ours() -> None:
    device = DEVICES["access"]
    assert "no username admin" in render(device).splitlines()
    ours = replace(device.baseline.account, name="admin")
    mine = render(replace(device, baseline=replace(device.baseline, account=ours))).splitlines()
    assert "no username admin" not in mine
    assert [line for line in mine if line.startswith("username admin privilege 15 ")]


def test_logins_ask_the_servers_first_and_the_account_of_last_resort_after_them() -> None:
    lines = render(DEVICES["access"]).splitlines()
    assert "aaa authentication login default group TACACS local" in lines
    assert "aaa authorization exec default group TACACS local" in lines
    alone = render(DEVICES["access_bare"])
    assert "aaa authorization exec default local" in alone.splitlines()
    assert not re.search(r"TACACS|RADIUS|dot1x|snmp|qos", alone)


def test_timeouts_that_are_the_default_are_left_out() -> None:
    lines = render(DEVICES["access"]).splitlines()
    assert "radius-server timeout 3" in lines
    assert not [line for line in lines if line.startswith("tacacs-server timeout")]


def test_a_computer_behind_a_phone_has_its_own_vlan_untagged() -> None:
    port = interface(DEVICES["access"], "Ethernet1")
    assert "switchport trunk native vlan 20" in port
    assert "switchport phone vlan 30" in port
    assert "switchport mode trunk phone" in port
    # The tag tells the phone's packets from the computer's, and is trusted by default.
    assert not [line for line in port if "qos" in line]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ethernet2", ["qos trust dscp"]),
        ("Ethernet3", ["no qos trust"]),
        ("Ethernet4", ["no qos trust", "qos cos 4"]),
        ("Ethernet5", ["no qos trust", "qos cos 1"]),
        ("Ethernet6", ["no qos trust"]),
        ("Ethernet49", ["no qos trust"]),
        ("Ethernet50", ["qos trust dscp"]),
        ("Port-Channel1", ["qos trust dscp"]),
    ],
)
def test_marking_counts_only_where_it_comes_from_a_phone_or_a_switch(
    name: str, lines: list[str]
) -> None:
    assert [line for line in interface(DEVICES["access"], name) if "qos" in line] == lines


def test_queues_follow_the_classes_and_the_priority_class_is_bounded() -> None:
    profile = blocks(render(DEVICES["access"]))["qos profile MUNIFORM"]
    voice = profile.index("uc-tx-queue 5")
    assert profile[voice + 1 :] == ["shape rate 20 percent"]
    shares = [int(x.split()[-1]) for x in profile if x.startswith("bandwidth percent")]
    assert sum(shares) == 80


def test_802_1x_comes_before_the_mac_address_and_printers_are_not_asked() -> None:
    workstation = interface(DEVICES["access"], "Ethernet1")
    printer = interface(DEVICES["access"], "Ethernet3")
    for port in (workstation, printer):
        assert "dot1x port-control auto" in port
        assert "dot1x mac based authentication" in port
        assert "dot1x authentication failure action traffic allow vlan 900" in port
        assert "dot1x host-mode multi-host authenticated" in port
    assert "dot1x eapol disabled" in printer
    assert "dot1x eapol disabled" not in workstation
    assert "dot1x system-auth-control" in render(DEVICES["access"]).splitlines()


def test_timers_of_802_1x_are_printed_where_they_differ_from_eos() -> None:
    device = DEVICES["access"]
    timers = dot1x_timers(device)
    assert timers == [
        "dot1x timeout tx-period 10",
        "dot1x timeout reauth-period 28800",
        "dot1x reauthorization request limit 3",
    ]
    assert device.baseline.dot1x
    usual = replace(
        device.baseline.dot1x,
        quiet_seconds=30,
        tx_seconds=5,
        reauthenticate_seconds=3600,
        max_requests=2,
    )
    other = replace(device, baseline=replace(device.baseline, dot1x=usual))
    timers = dot1x_timers(other)
    assert timers == ["dot1x timeout quiet-period 30"]


def test_devices_stay_in_their_own_vlan_if_the_city_has_no_critical_one() -> None:
    device = DEVICES["access"]
    assert device.baseline.dot1x
    plain = replace(device.baseline.dot1x, critical_vlan=None)
    lines = blocks(render(replace(device, baseline=replace(device.baseline, dot1x=plain))))
    assert "aaa unresponsive action traffic allow" in lines["dot1x"]


def test_addresses_are_counted_only_where_nobody_authenticates() -> None:
    assert interface(DEVICES["access"], "Ethernet2")[5:7] == [
        "poe limit 15.00 watts",
        "switchport port-security violation protect log",
    ]
    assert not [x for x in interface(DEVICES["access"], "Ethernet1") if "port-security" in x]


def test_ports_on_which_addresses_are_leased_take_no_dhcp_server() -> None:
    device = DEVICES["access"]
    locked = {p.name for p in device.ports if "address-family ipv4" in interface(device, p.name)}
    assert locked == {"Ethernet1", "Ethernet2", "Ethernet4", "Ethernet5", "Ethernet6"}
    assert blocks(render(device))["address locking"] == ["locked-address ipv4 enforcement disabled"]


def test_power_is_spoken_of_only_on_copper_of_switches_that_have_it() -> None:
    device = DEVICES["access"]
    assert "poe disabled" in interface(device, "Ethernet3")
    assert "poe limit 60.00 watts" in interface(device, "Ethernet6")
    assert not [line for line in interface(device, "Ethernet49") if "poe" in line]
    assert "poe" not in render(DEVICES["distribution"])


@each
def test_every_port_and_group_is_set_once(device: Device) -> None:
    found = blocks(render(device))
    names = [port.name for port in device.ports]
    names += [f"Port-Channel{lag.number}" for lag in device.lags]
    for name in (*names, "Management1"):
        assert found[f"interface {name}"]


@each
def test_trunks_have_explicit_lists_without_parked_and_native_vlans(device: Device) -> None:
    silent = {vlan.id for vlan in device.vlans if vlan.use in (VlanUse.PARKED, VlanUse.NATIVE)}
    trunks: list[Port | Lag] = [
        port for port in device.ports if port.mode is PortMode.TRUNK and port.lag is None
    ]
    for entry in (*trunks, *device.lags):
        name = entry.name if isinstance(entry, Port) else f"Port-Channel{entry.number}"
        lines = interface(device, name)
        assert "switchport trunk native vlan 996" in lines
        assert f"switchport trunk allowed vlan {eos_vlans(entry.vlans)}" in lines
        assert not silent & set(entry.vlans)
        assert "shutdown" not in lines


@each
def test_unused_ports_are_shut_in_the_parked_vlan(device: Device) -> None:
    unused = [port.name for port in device.ports if port.mode is PortMode.UNUSED]
    assert unused
    for name in unused:
        assert {"shutdown", "switchport access vlan 997"} <= set(interface(device, name))


def test_root_guard_follows_the_model() -> None:
    assert "spanning-tree guard root" in interface(DEVICES["access"], "Ethernet50")
    assert "spanning-tree guard root" not in interface(DEVICES["access"], "Port-Channel1")
    assert "spanning-tree guard root" in interface(DEVICES["distribution"], "Port-Channel1")


def test_the_default_bridge_priority_is_left_out() -> None:
    device = replace(DEVICES["access"], rank=8)
    assert device.bridge_priority == 32768
    assert "priority 32768" not in render(device)
    assert "spanning-tree vlan-id 1-4094 priority 8192" in render(DEVICES["access"]).splitlines()


def test_gateways_share_their_address_relay_and_filter() -> None:
    assert interface(DEVICES["distribution"], "Vlan100") == [
        "description Gateway GUEST",
        "ip address 10.11.100.2/24",
        "ip helper-address 10.1.1.10",
        "ip helper-address 10.2.1.10",
        "ip access-group GUEST-IN in",
        "ip ospf area 0.0.0.11",
        "vrrp 1 ipv4 10.11.100.1",
        "vrrp 1 ipv4 version 3",
    ]
    assert "vrrp 1 priority-level 110" in interface(DEVICES["distribution"], "Vlan20")
    assert blocks(render(DEVICES["distribution"]))["ip access-list GUEST-IN"]


def test_ospf_speaks_on_links_only_in_the_order_of_their_numbers() -> None:
    ospf = blocks(render(DEVICES["distribution"]))["router ospf 1"]
    assert ospf == [
        "router-id 10.11.255.1",
        "auto-cost reference-bandwidth 100000",
        "passive-interface default",
        "no passive-interface Ethernet1",
        "no passive-interface Ethernet2",
        "no passive-interface Ethernet10",
        "max-lsa 12000",
        "default-information originate",
    ]
    assert "ip ospf cost 100" in interface(DEVICES["distribution"], "Ethernet2")


def test_without_a_key_ospf_is_not_authenticated_and_without_an_area_not_spoken() -> None:
    device = DEVICES["distribution"]
    assert device.routing
    open_ = replace(device, routing=replace(device.routing, key=None, default_route=False))
    assert "message-digest" not in render(open_)
    assert "default-information" not in render(open_)
    outside = tuple(replace(e, ospf_area=None, ospf_active=False) for e in device.interfaces)
    assert "ip ospf" not in render(replace(device, interfaces=outside))


def test_a_switch_routes_only_if_it_is_a_router() -> None:
    assert "ip routing" in render(DEVICES["distribution"]).splitlines()
    assert "no ip routing" in render(DEVICES["access"]).splitlines()


def test_snmp_users_keys_are_localised_with_the_declared_engine() -> None:
    device = DEVICES["access"]
    engine = device.snmp_engine_id
    lines = render(device).splitlines()
    assert f"snmp-server engineID local {engine}" in lines
    user = next(line for line in lines if line.startswith("snmp-server user"))
    assert user == (
        f"snmp-server user netmon NETMON v3 localized {engine} "
        f"auth sha <secret:snmp_auth:snmp_sha:{engine}> "
        f"priv aes <secret:snmp_privacy:snmp_aes:{engine}>"
    )


@pytest.mark.parametrize(
    ("vlans", "text"),
    [
        ([20], "20"),
        ([11, 10], "10-11"),
        ([1, 3, 4, 5, 9], "1,3-5,9"),
        ([4094, 1], "1,4094"),
    ],
)
def test_vlan_lists(vlans: list[int], text: str) -> None:
    assert eos_vlans(vlans) == text


def test_names_and_numbers_in_eos_words() -> None:
    assert eos_interface("lo") == "Loopback0"
    assert eos_interface("vlan20") == "Vlan20"
    assert eos_interface("Ethernet49/1") == "Ethernet49/1"
    assert eos_area(0) == "0.0.0.0"
    assert eos_area(300) == "0.0.1.44"
    networks = eos_devices.ALLOWED
    assert [eos_acl_source(n) for n in networks] == ["10.1.254.0/24", "host 10.1.1.9"]
