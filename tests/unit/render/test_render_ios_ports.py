"""What a Catalyst's ports are set to, by what is plugged into them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from catalysts import BASELINE, PROFILES, access_switch, distribution_switch
from muniform.errors import RenderError
from muniform.model import (
    Baseline,
    Device,
    Dot1x,
    PoePriority,
    Port,
    PortMode,
    PortProfile,
)
from muniform.render import render

DOT1X = Dot1x(
    reauthenticate_seconds=3600, quiet_seconds=60, tx_seconds=10, max_requests=3, rejected_vlan=900
)
ASKED = ["workstation", "phone", "printer", "camera", "building", "dispatch"]
NOT_ASKED = ["kiosk", "server", "access_point"]


def lines_of(device: Device, name: str) -> list[str]:
    """What stands below an interface's heading."""
    found = re.search(rf"^interface {re.escape(name)}\n((?: .*\n)*)", render(device), re.MULTILINE)
    assert found is not None, name
    return [line.strip() for line in found[1].splitlines()]


def port_of(device: Device, profile: str) -> Port:
    return next(port for port in device.ports if port.profile and port.profile.name == profile)


def port_lines(profile: str, device: Device = access_switch) -> list[str]:
    return lines_of(device, port_of(device, profile).name)


def with_profile(device: Device, profile: PortProfile, name: str | None = None) -> Device:
    """The device with this profile on its first port."""
    first = replace(device.ports[0], profile=profile, name=name or device.ports[0].name)
    return replace(device, ports=(first, *device.ports[1:]))


def with_dot1x(dot1x: Dot1x | None) -> Device:
    return replace(access_switch, baseline=replace(BASELINE, dot1x=dot1x))


@pytest.mark.parametrize("profile", ASKED)
def test_who_is_refused_or_unknown_ends_in_quarantine(profile: str) -> None:
    lines = port_lines(profile)
    assert "authentication event fail action authorize vlan 900" in lines
    assert "authentication event no-response action authorize vlan 900" in lines
    assert "authentication port-control auto" in lines
    # With multi-auth a Catalyst serves neither of the two VLANs above.
    assert "authentication host-mode multi-domain" in lines


@pytest.mark.parametrize("profile", NOT_ASKED)
def test_other_ports_ask_nobody(profile: str) -> None:
    assert not [line for line in port_lines(profile) if re.match("authentication|mab|dot1x", line)]


def test_what_has_no_supplicant_is_asked_for_by_its_address_first() -> None:
    assert "authentication order mab dot1x" in port_lines("printer")
    assert "authentication order dot1x mab" in port_lines("workstation")
    for profile in ASKED:
        assert "authentication priority dot1x mab" in port_lines(profile)
        assert {"mab", "dot1x pae authenticator"} <= set(port_lines(profile))


def test_a_phone_works_on_while_no_server_answers() -> None:
    voice = "authentication event server dead action authorize voice"
    assert voice in port_lines("workstation")
    assert voice not in port_lines("printer")


@pytest.mark.parametrize(("vlan", "expected"), [(None, ""), (20, " vlan 20")])
def test_where_devices_stay_while_no_server_answers(vlan: int | None, expected: str) -> None:
    lines = port_lines("dispatch", with_dot1x(replace(DOT1X, critical_vlan=vlan)))
    assert f"authentication event server dead action authorize{expected}" in lines


@pytest.mark.parametrize(
    ("dot1x", "expected"),
    [
        (replace(DOT1X, quiet_seconds=60, tx_seconds=30, max_requests=2), []),
        (
            replace(DOT1X, quiet_seconds=90, tx_seconds=5, max_requests=1),
            [
                "dot1x timeout quiet-period 90",
                "dot1x timeout tx-period 5",
                "dot1x max-req 1",
                "dot1x max-reauth-req 1",
            ],
        ),
    ],
)
def test_timers_that_are_ios_defaults_are_left_out(dot1x: Dot1x, expected: list[str]) -> None:
    lines = port_lines("workstation", with_dot1x(dot1x))
    assert [x for x in lines if re.match("dot1x (timeout|max)", x)] == expected


@pytest.mark.parametrize(
    "baseline", [replace(BASELINE, dot1x=None), replace(BASELINE, radius=None)]
)
def test_without_servers_or_settings_no_port_is_closed(baseline: Baseline) -> None:
    device = replace(access_switch, baseline=baseline)
    assert "authentication port-control" not in render(device)
    assert "dot1x system-auth-control" not in render(device)
    assert "switchport port-security" in port_lines("workstation", device)


def test_port_security_only_where_nobody_is_asked() -> None:
    for profile in ASKED:
        assert not [line for line in port_lines(profile) if "port-security" in line]
    assert [line for line in port_lines("server") if "port-security" in line] == [
        "switchport port-security maximum 4",
        "switchport port-security violation restrict",
        "switchport port-security",
    ]
    # One address is the default, which IOS does not print.
    assert "switchport port-security" in port_lines("kiosk")
    assert not [line for line in port_lines("kiosk") if "maximum" in line]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("workstation", []),
        ("phone", ["power inline port priority high"]),
        ("access_point", ["power inline port priority critical"]),
        ("printer", ["power inline never"]),
    ],
)
def test_power(profile: str, expected: list[str]) -> None:
    assert [line for line in port_lines(profile) if line.startswith("power")] == expected


def test_ports_that_give_no_power_are_told_nothing_about_it() -> None:
    assert not [x for x in port_lines("server", distribution_switch) if x.startswith("power")]
    uplink = "TenGigabitEthernet1/1/8"
    device = with_profile(access_switch, PROFILES["server"], uplink)
    assert not [line for line in lines_of(device, uplink) if line.startswith("power")]


@pytest.mark.parametrize(
    ("model", "port"),
    [("C9300-24UX", "TenGigabitEthernet1/1/8"), ("C9300-24T", None), ("C9500-48Y4C", None)],
)
def test_a_phone_that_would_get_no_power_is_an_error(model: str, port: str | None) -> None:
    device = replace(with_profile(access_switch, PROFILES["phone"], port), model=model)
    with pytest.raises(RenderError, match=rf"of a {model} gives no power"):
        render(device)


@pytest.mark.parametrize(
    "model", ["C9300-24UX", "C9300-48UXM", "C9300-24P", "C9300X-48HX", "C9300L-24P-4G", "C9200-48P"]
)
def test_models_that_feed_what_is_plugged_in(model: str) -> None:
    profile = replace(PROFILES["phone"], poe=PoePriority.CRITICAL)
    device = replace(with_profile(access_switch, profile), model=model)
    assert "power inline port priority critical" in lines_of(device, device.ports[0].name)


def test_bindings_are_checked_where_hosts_lease_their_addresses() -> None:
    text = render(access_switch)
    assert "\nip dhcp snooping vlan 20,30,100,110,200,210\n" in text
    assert "\nip arp inspection vlan 20,30,100,110,200,210\n" in text
    for profile in ("workstation", "phone", "camera", "building", "kiosk"):
        assert {"ip verify source", "ip dhcp snooping limit rate 15"} <= set(port_lines(profile))
    # Servers and printers have fixed addresses, of which no switch has seen a lease.
    for profile in ("printer", "server", "dispatch"):
        assert "ip verify source" not in port_lines(profile)


def test_only_links_between_switches_are_trusted() -> None:
    trusted = {"ip arp inspection trust", "ip dhcp snooping trust"}
    for device in (access_switch, distribution_switch):
        for port in device.ports:
            found = trusted & set(lines_of(device, port.name))
            if port.mode is PortMode.TRUNK and not port.edge:
                assert found == trusted
            else:
                assert "ip dhcp snooping trust" not in found
        for lag in device.lags:
            assert trusted <= set(lines_of(device, f"Port-channel{lag.number}"))


def test_an_access_point_may_bring_leases_from_another_switch_but_no_dhcp_server() -> None:
    lines = port_lines("access_point")
    assert "ip arp inspection trust" in lines
    assert "ip dhcp snooping limit rate 100" in lines
    assert "ip verify source" not in lines


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (15, []),
        (40, ["ip arp inspection limit rate 40"]),
        (None, ["ip arp inspection limit none"]),
    ],
)
def test_arp_rates(rate: int | None, expected: list[str]) -> None:
    device = with_profile(access_switch, replace(PROFILES["workstation"], dhcp_rate=rate))
    lines = lines_of(device, device.ports[0].name)
    assert [line for line in lines if "arp inspection limit" in line] == expected


def test_a_city_without_leases_has_nothing_to_check() -> None:
    vlans = tuple(replace(vlan, dhcp=False) for vlan in access_switch.vlans)
    text = render(replace(access_switch, vlans=vlans))
    assert not re.search("snooping|arp inspection|verify source|errdisable recovery", text)


def test_an_access_point_gets_its_vlans_tagged_and_nothing_untagged() -> None:
    lines = port_lines("access_point")
    assert "switchport trunk native vlan 996" in lines
    assert "switchport trunk allowed vlan 10,20,30,50,100,200" in lines
    assert {"spanning-tree portfast trunk", "spanning-tree bpduguard enable"} <= set(lines)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_edge_port_limits_storms_and_refuses_switches(profile: str) -> None:
    lines = port_lines(profile)
    assert "storm-control broadcast level 10.00" in lines
    assert "storm-control multicast level 10.00" in lines
    assert "spanning-tree bpduguard enable" in lines


def test_members_carry_what_their_bundle_carries() -> None:
    for device in (access_switch, distribution_switch):
        (lag,) = device.lags
        bundle = set(lines_of(device, f"Port-channel{lag.number}"))
        assert {f"channel-group {lag.number} mode active"} == {
            line
            for name in lag.members
            for line in lines_of(device, name)
            if line.startswith("channel-group")
        }
        for name in lag.members:
            assert bundle <= set(lines_of(device, name))


def test_root_guard_only_away_from_the_root() -> None:
    guarded = {
        port.name
        for port in access_switch.ports
        if "spanning-tree guard root" in lines_of(access_switch, port.name)
    }
    assert guarded == {port.name for port in access_switch.ports if port.root_guard} != set()
    assert "spanning-tree guard root" not in lines_of(access_switch, "Port-channel1")
    assert "spanning-tree guard root" in lines_of(distribution_switch, "Port-channel1")
