"""Why somebody should look twice at a change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniform.model import City
from muniform.plan import Kind, TargetPlan, Verdict, with_risk


def change(name: str, site: str, *diff: str) -> TargetPlan:
    return TargetPlan(name, site, Kind.DEVICE, Verdict.CHANGE, "offline", diff=diff)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("- no ip http server", ""),
        ("- username muniform privilege 15 secret ********", "how it is logged into"),
        ("+ line vty 0 15", "how it is logged into"),
        ("- ip route 0.0.0.0 0.0.0.0 10.12.254.1", "its way back"),
        ("- ip default-gateway 10.12.254.1", "its way back"),
        ("  interface TenGigabitEthernet1/1/1", "a link to another device"),
        ("  interface TenGigabitEthernet1/1/10", ""),
        ("- ip radius source-interface Vlan999", ""),
        ("+ [order] server name A, ip radius source-interface Vlan999", ""),
    ],
)
def test_what_can_cut_a_switch_off(city: City, line: str, reason: str) -> None:
    risk = with_risk(city, change("lb05-sw1", "library_5", line)).risk
    assert risk == ((f"touches {reason}: {line[1:].strip()}",) if reason else ())


def test_the_management_address_by_any_of_its_names(city: City) -> None:
    device = city.device("lb05-sw1")
    address, vlan = device.management.address.ip, device.management.vlan
    for line in (
        f"- ip address {address} 255.255.255.0",
        f"+ vlan {vlan}",
        f"- interface Vlan{vlan}",
    ):
        (reason,) = with_risk(city, change("lb05-sw1", "library_5", line)).risk
        assert reason.startswith("touches its management address")
    other = f"- ip address {address}7 255.255.255.0"
    assert with_risk(city, change("lb05-sw1", "library_5", other)).risk == ()


def test_what_depends_on_it(city: City) -> None:
    assert with_risk(city, change("fs03-sw1", "fire_station_3", "+ x")).risk == (
        "public safety depends on it",
    )
    manual = tuple(replace(c, automatic=False) for c in city.change_classes)
    named = with_risk(replace(city, change_classes=manual), change("lb05-sw1", "library_5", "+ x"))
    assert named.risk == ("never changed unless it is named",)


def test_only_changes_of_devices_have_any(city: City) -> None:
    target = change("fs03-sw1", "fire_station_3")
    for other in (replace(target, verdict=Verdict.UNCHANGED), replace(target, kind=Kind.HOST)):
        assert with_risk(city, other) is other
