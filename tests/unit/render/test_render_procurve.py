"""ArubaOS-Switch: a switch with every kind of port, written by hand, and what it must print."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from muniform.errors import RenderError
from muniform.model import (
    AaaServers,
    Account,
    Baseline,
    Device,
    DeviceRole,
    Dot1x,
    Lag,
    Lockout,
    Management,
    NtpKey,
    NtpServer,
    PoePriority,
    Port,
    PortAuthentication,
    PortMode,
    PortProfile,
    QosClass,
    SecretRef,
    Snmp,
    Vlan,
    VlanUse,
)
from muniform.render import first_boot, render
from muniform.render.filters.procurve import aoss_bandwidth, aoss_ids, aoss_list, aoss_quoted

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "procurve"
DOT1X, MAB = PortAuthentication.DOT1X, PortAuthentication.MAB

VLANS = tuple(
    Vlan(number, name, "", use, dhcp, "")
    for number, name, use, dhcp in (
        (20, "Corporate", VlanUse.TRAFFIC, True),
        (30, "VoIP", VlanUse.VOICE, True),
        (40, "Servers", VlanUse.TRAFFIC, False),
        (100, "Guest", VlanUse.TRAFFIC, True),
        (210, "Cameras", VlanUse.TRAFFIC, True),
        (900, "Quarantine", VlanUse.TRAFFIC, False),
        (996, "Native", VlanUse.NATIVE, False),
        (997, "Parked", VlanUse.PARKED, False),
        (999, "Management", VlanUse.MANAGEMENT, False),
    )
)
CARRIED = (20, 30, 40, 100, 210, 900, 999)

DESK = PortProfile("workstation", "WS", 20, 30, (), DOT1X, PoePriority.LOW, 15, 3, 10, 15)
PRINTER = PortProfile("printer", "PRT", 40, None, (), MAB, None, 0, 1, 10, None)
CAMERA = PortProfile("camera", "CAM", 210, None, (), MAB, PoePriority.HIGH, 15, 1, 10, 15)
SERVER = PortProfile("server", "SRV", 40, max_addresses=2)
WIFI = PortProfile("access_point", "AP", 20, None, (20, 100), poe=PoePriority.CRITICAL)

BARE = Baseline(
    domain="example.test",
    banner='Property of the city.\nUse is "watched".',
    account=Account("automation", *(SecretRef(f"automation_{x}") for x in ("pw", "hash", "key"))),
    ntp=(NtpServer(IPv4Address("10.1.1.10"), True), NtpServer(IPv4Address("10.2.1.10"), False)),
    idle_minutes=5,
    confirm_seconds=120,
)
FULL = replace(
    BARE,
    ntp_key=NtpKey(7, SecretRef("ntp_key")),
    lockout=Lockout(3, 900, 900),
    tacacs=AaaServers(
        (IPv4Address("10.2.1.20"), IPv4Address("10.2.1.21")), SecretRef("tacacs_key")
    ),
    radius=AaaServers((IPv4Address("10.2.1.30"),), SecretRef("radius_key"), 4),
    dot1x=Dot1x(3600, 60, 5, 2, 900),
    syslog=(IPv4Address("10.2.1.40"), IPv4Address("10.2.1.41")),
    snmp=Snmp(
        "monitor",
        "readers",
        SecretRef("snmp_auth"),
        SecretRef("snmp_privacy"),
        (IPv4Address("10.2.1.50"),),
        "noc@example.test",
    ),
    qos=(
        QosClass("voice", (46,), 5, 30, True, (30,)),
        QosClass("signaling", (24, 26), 3, 5, False, (30,)),
        QosClass("data", (0,), 0, 40),
    ),
)


def switch(baseline: Baseline = FULL) -> Device:
    """Ports 1-4 desks, then one of each kind, 10 to 24 unused, 25 and 26 the uplink, 27 down."""
    kinds = {5: PRINTER, 6: CAMERA, 7: SERVER, 8: WIFI, 9: DESK} | dict.fromkeys(range(1, 5), DESK)
    ports = [
        Port(
            str(number),
            PortMode.TRUNK if profile.tagged else PortMode.ACCESS,
            f"{profile.code}-FS03-{number}",
            profile,
        )
        for number, profile in sorted(kinds.items())
    ]
    ports += [Port(str(number), PortMode.UNUSED, "UNUSED") for number in range(10, 25)]
    ports += [
        Port(str(number), PortMode.TRUNK, "UPLINK-FS03-DSW1", None, CARRIED, lag=1)
        for number in (25, 26)
    ]
    ports += [
        Port("27", PortMode.TRUNK, "ISL-FS03-SW2", None, (20, 999), root_guard=True),
        Port("28", PortMode.UNUSED, "UNUSED"),
    ]
    return Device(
        name="fs03-sw1",
        site="fire_station_3",
        site_code="fs03",
        role=DeviceRole.ACCESS_SWITCH,
        platform="procurve",
        model="JL255A",
        serial="CN00KQX000",
        management=Management(
            IPv4Interface("10.18.254.2/24"),
            999,
            IPv4Address("10.18.254.1"),
            (IPv4Network("10.1.254.0/24"), IPv4Network("10.1.1.9/32")),
        ),
        baseline=baseline,
        vlans=VLANS,
        ports=tuple(ports),
        lags=(Lag(1, "UPLINK-FS03-DSW1", CARRIED, ("25", "26")),),
        location="Fire Station 3",
        rank=1,
    )


def blocks(text: str, kind: str) -> dict[str, list[str]]:
    """``kind`` sections, such as ``vlan``: their name and their lines."""
    found = re.findall(rf"^{kind} (\S+)\n((?: .*\n)+)", text, re.MULTILINE)
    return {name: [line.strip() for line in lines.splitlines()] for name, lines in found}


@pytest.mark.parametrize("kind", ["intended", "first_boot"])
def test_configuration_is_as_reviewed(kind: str, update_goldens: bool) -> None:
    text = (render if kind == "intended" else first_boot)(switch())
    expected = GOLDEN / f"access_switch.{kind}.cfg"
    if update_goldens:
        expected.write_text(text)
    assert text == expected.read_text()


def test_every_port_is_untagged_in_exactly_one_vlan_and_in_none_of_the_default() -> None:
    vlans = blocks(render(switch()), "vlan")
    untagged = {
        vlan: line.removeprefix("untagged ")
        for vlan, lines in vlans.items()
        for line in lines
        if line.startswith("untagged ")
    }
    assert untagged == {
        "20": "1-4,9",
        "40": "5,7",
        "210": "6",
        "996": "8,27,Trk1",
        "997": "10-24,28",
    }
    assert vlans["1"] == ['name "DEFAULT_VLAN"', "no untagged 1-24,27-28,Trk1", *END]


END = ["no ip address", "exit"]


def test_trunks_carry_what_they_list_and_desks_their_voice_vlan() -> None:
    vlans = blocks(render(switch()), "vlan")
    assert "tagged 8,27,Trk1" in vlans["20"]
    assert "tagged 1-4,9,Trk1" in vlans["30"]
    assert "voice" in vlans["30"]
    assert [vlan for vlan, lines in vlans.items() if "voice" in lines] == ["30"]
    assert "tagged 27,Trk1" in vlans["999"]
    for silent in ("996", "997"):
        assert not [line for line in vlans[silent] if line.startswith("tagged")]


def test_unused_ports_are_shut_and_nothing_else_is() -> None:
    ports = blocks(render(switch()), "interface")
    shut = [name for name, lines in ports.items() if "disable" in lines]
    assert shut == [*(str(number) for number in range(10, 25)), "28"]


def test_only_links_are_trusted_and_only_edges_are_guarded() -> None:
    text = render(switch())
    ports = blocks(text, "interface")
    trusted = [name for name, lines in ports.items() if "dhcp-snooping trust" in lines]
    assert trusted == ["27", "Trk1"]
    # An access point's clients roam: their leases were asked for elsewhere.
    assert ["8", *trusted] == [n for n, lines in ports.items() if "arp-protect trust" in lines]
    assert "\ndhcp-snooping vlan 20 30 100 210\n" in text
    assert "\narp-protect vlan 20 30 100 210\n" in text
    # Printers and servers have addresses that no lease tells of; an access point's clients roam.
    assert "\nip source-lockdown 1-4,6,9\n" in text
    assert set(re.findall(r"^spanning-tree (\d+) bpdu-protection$", text, re.MULTILINE)) == set(
        "123456789"
    )
    assert "\nspanning-tree 27 root-guard\n" in text
    assert "\nspanning-tree Trk1 loop-guard\n" in text
    assert "Trk1 root-guard" not in text


def test_a_phone_with_a_fixed_address_lifts_the_source_guard_from_its_port() -> None:
    device = switch()
    fixed = tuple(replace(vlan, dhcp=vlan.dhcp and vlan.id != 30) for vlan in device.vlans)
    assert "\nip source-lockdown 6\n" in render(replace(device, vlans=fixed))


def test_who_may_manage_and_who_may_only_read() -> None:
    lines = re.findall(r"^ip authorized-managers (.*)$", render(switch()), re.MULTILINE)
    assert lines == [
        "10.1.254.0 255.255.255.0 access manager",
        "10.1.1.9 255.255.255.255 access manager",
        "10.2.1.50 255.255.255.255 access operator access-method snmp",
    ]


def test_the_console_asks_nobody_but_the_switch() -> None:
    ways = re.findall(r"^aaa authentication (\S+) (?:login|enable) .*$", render(switch()), re.M)
    assert ways == ["ssh", "ssh"]


def test_who_authenticates_how() -> None:
    text = render(switch())
    assert "\naaa port-access authenticator 1-4,9\n" in text
    assert "\naaa port-access mac-based 1-6,9\n" in text
    assert "\naaa port-access authenticator 1 client-limit 3\n" in text
    assert "\naaa port-access 9 auth-order authenticator mac-based\n" in text
    # A port that authenticates nobody limits addresses; the two exclude each other.
    assert re.findall(r"^port-security (\S+)", text, re.MULTILINE) == ["7"]
    assert "\naaa authentication port-access eap-radius authorized\n" in text


def test_a_critical_vlan_takes_the_place_of_letting_everybody_in() -> None:
    assert FULL.dot1x is not None
    text = render(switch(replace(FULL, dot1x=replace(FULL.dot1x, critical_vlan=20))))
    assert "authorized\n" not in text
    assert "\naaa port-access 6 critical-auth data-vlan 20\n" in text


def test_power_follows_the_profile() -> None:
    ports = blocks(render(switch()), "interface")
    assert "no power-over-ethernet" in ports["5"]
    assert "power-over-ethernet high" in ports["6"]
    assert "power-over-ethernet critical" in ports["8"]
    assert not [line for line in ports["1"] if line.startswith("power-over-ethernet")]
    assert "poe-value 15" in ports["1"]
    assert not [line for line in ports["27"] if line.startswith(("po", "no po"))]


def test_marking_counts_where_a_class_names_the_vlan() -> None:
    vlans = blocks(render(switch()), "vlan")
    best_effort = [v for v, lines in vlans.items() if 'service-policy "best-effort" in' in lines]
    assert best_effort == ["20", "40", "100", "210", "900"]


def test_every_secret_is_a_reference() -> None:
    text = render(switch())
    lines = [
        line for line in text.splitlines() if re.search(r"\b(key|key-value|sha\d*|aes) ", line)
    ]
    assert len(lines) == 6
    assert all("<secret:" in line for line in lines)
    engine = switch().snmp_engine_id
    assert f'auth sha "<secret:snmp_auth:snmp_sha:{engine}>"' in text
    assert f'priv aes "<secret:snmp_privacy:snmp_sha:{engine}>"' in text


def test_what_the_standards_do_not_set_is_not_printed() -> None:
    text = render(switch(BARE))
    for word in ("tacacs", "radius", "snmp", "logging", "lockout", "qos", "None", "key-id"):
        assert word not in text, word
    assert "\nntp server 10.1.1.10 iburst\n" in text


def test_first_boot_reaches_the_switch_and_stays_within_the_intended() -> None:
    booted, whole = first_boot(switch()), render(switch())
    for line in ("trunk 25-26 trk1 lacp", "ip default-gateway 10.18.254.1", "primary-vlan 999"):
        assert f"\n{line}\n" in booted
    assert blocks(booted, "vlan")["999"] == blocks(whole, "vlan")["999"]
    for line in booted.splitlines():
        # The access point's port joins the native VLAN later.
        assert line in whole.splitlines() or line == "   untagged 27,Trk1", line


def test_a_role_that_it_cannot_play_is_refused() -> None:
    with pytest.raises(
        RenderError, match="platform procurve cannot serve interfaces, vrrp, dhcp_relay"
    ):
        render(replace(switch(), role=DeviceRole.DISTRIBUTION_SWITCH))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["3", "1", "2"], "1-3"),
        (["25", "26", "1"], "1,25-26"),
        (["Trk2", "9", "Trk1"], "9,Trk1,Trk2"),
        (["1/2", "2/1", "1/1", "1/10"], "1/1-1/2,1/10,2/1"),
        ([], ""),
    ],
)
def test_port_lists(names: list[str], text: str) -> None:
    assert aoss_list(names) == text


def test_vlan_lists_have_spaces_and_ranges() -> None:
    assert aoss_ids([21, 10, 11, 16, 20, 19]) == "10-11 16 19-21"


def test_queue_shares_follow_the_switchs_order_of_priorities() -> None:
    assert aoss_bandwidth(FULL.qos) == "0 0 40 5 0 30 0 0"


def test_quotes_and_line_breaks_stay_inside_a_text() -> None:
    assert aoss_quoted('a "b"\nc\\') == r'"a \"b\"\nc\\"'
