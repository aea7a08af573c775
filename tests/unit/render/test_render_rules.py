"""What must hold for every rendered configuration, whatever the inventory says."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from muniform.errors import RenderError
from muniform.model import City, Device, DeviceRole, PortMode, VlanUse
from muniform.render import first_boot, render
from muniform.render.filters.ios import vlan_ranges


def sections(text: str) -> dict[str, list[str]]:
    """Interface name -> its lines."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("interface "):
            current = found.setdefault(line.removeprefix("interface "), [])
        elif line.startswith(" "):
            current.append(line.strip())
        else:
            current = []
    return found


@pytest.fixture
def switches(city: City) -> list[Device]:
    return [d for d in city.devices if d.role is DeviceRole.ACCESS_SWITCH]


def test_unused_ports_are_shut_in_the_parked_vlan(switches: list[Device]) -> None:
    for device in switches:
        ports = sections(render(device))
        unused = [port for port in device.ports if port.mode is PortMode.UNUSED]
        assert unused
        for port in unused:
            assert "shutdown" in ports[port.name]
            assert "switchport access vlan 997" in ports[port.name]


def test_parked_and_native_vlans_are_routed_and_trunked_nowhere(city: City) -> None:
    silent = {v.id for v in city.vlans if v.use in (VlanUse.PARKED, VlanUse.NATIVE)}
    for device in city.devices:
        text = render(device)
        for vlan in silent:
            assert f"interface Vlan{vlan}\n" not in text
            assert f"eth1.{vlan}\n" not in text
        for port in device.ports:
            assert not silent & set(port.vlans)
        assert not [port for port in device.ports if port.profile and port.profile.vlan in silent]


def test_trunks_have_explicit_lists_and_are_never_shut(switches: list[Device]) -> None:
    for device in switches:
        ports = sections(render(device))
        for port in device.ports:
            if port.mode is PortMode.TRUNK:
                lines = ports[port.name]
                assert any(re.fullmatch(r"switchport trunk allowed vlan [\d,-]+", x) for x in lines)
                assert "shutdown" not in lines


def test_access_ports_have_bpdu_guard_and_the_profiles_voice_vlan(
    switches: list[Device],
) -> None:
    for device in switches:
        ports = sections(render(device))
        for port in device.ports:
            if port.mode is PortMode.ACCESS:
                assert port.profile is not None
                lines = ports[port.name]
                assert "spanning-tree bpduguard enable" in lines
                voice = [line for line in lines if line.startswith("switchport voice vlan")]
                expected = port.profile.voice_vlan
                assert voice == ([f"switchport voice vlan {expected}"] if expected else [])


def test_intended_keeps_what_first_boot_needs_to_revert_and_be_reached(city: City) -> None:
    may_go = {"crypto key generate rsa general-keys modulus 3072"}
    for device in city.devices:
        intended = set(render(device).splitlines())
        for line in set(first_boot(device).splitlines()) - may_go:
            widened = line.startswith(" switchport trunk allowed vlan")
            assert widened or line in intended, (device.name, line)


def test_switches_keep_their_vlans_to_themselves_from_the_first_boot_on(
    switches: list[Device],
) -> None:
    """Otherwise VLANs 1 to 1005 stand in vlan.dat, and no configuration shows them."""
    for device in switches:
        for text in (render(device), first_boot(device)):
            lines = text.splitlines()
            assert lines.index("vtp mode transparent") < lines.index("vlan 996")


def test_a_default_route_comes_with_routing(switches: list[Device]) -> None:
    """A Catalyst does not route unless told to, and a static route is idle then."""
    for device in switches:
        for text in (render(device), first_boot(device)):
            assert "\nip routing\n" in text
            assert "\nip route 0.0.0.0 0.0.0.0 " in text


def test_no_terminal_line_is_without_the_management_list(switches: list[Device]) -> None:
    for device in switches:
        for text in (render(device), first_boot(device)):
            spans = re.findall(
                r"^line vty (\d+) (\d+)\n access-class MANAGEMENT in$", text, re.MULTILINE
            )
            covered = [n for first, last in spans for n in range(int(first), int(last) + 1)]
            assert covered == list(range(32))


@pytest.mark.parametrize(
    ("network", "entry"),
    [
        ("10.1.254.0/24", " 10 permit 10.1.254.0 0.0.0.255"),
        ("10.1.254.10/32", " 10 permit 10.1.254.10"),
        ("10.1.254.10/31", " 10 permit 10.1.254.10 0.0.0.1"),
        ("0.0.0.0/0", " 10 permit any"),
    ],
)
def test_management_networks_read_as_ios_prints_them(
    switches: list[Device], network: str, entry: str
) -> None:
    device = switches[0]
    management = replace(device.management, allowed=(IPv4Network(network),))
    lines = render(replace(device, management=management)).splitlines()
    assert lines[lines.index("ip access-list standard MANAGEMENT") + 1] == entry


def test_rendering_is_deterministic_and_holds_no_secret(city: City) -> None:
    for device in city.devices:
        text = render(device)
        assert text == render(replace(device))
        for line in text.splitlines():
            if re.search(r"\b(secret|password) \d", line):
                assert line.endswith("<secret:automation_password_hash>")


def test_a_platform_that_cannot_serve_a_role_is_an_error(city: City) -> None:
    switch = city.device("fs03-sw1")
    with pytest.raises(RenderError, match=r"fs03-sw1: platform frr cannot serve .*vlans, ports"):
        render(replace(switch, platform="frr"))
    with pytest.raises(RenderError, match="there is no platform 'nos'"):
        render(replace(switch, platform="nos"))


@pytest.mark.parametrize(
    ("vlans", "text"),
    [([20], "20"), ([10, 11], "10,11"), ([12, 10, 11], "10-12"), ([1, 3, 4, 5, 9], "1,3-5,9")],
)
def test_vlan_ranges(vlans: list[int], text: str) -> None:
    assert vlan_ranges(vlans) == text
