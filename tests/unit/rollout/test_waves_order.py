"""The order of a rollout."""

from __future__ import annotations

from dataclasses import replace

from muniform.model import City
from muniform.plan import Kind, Plan, TargetPlan, Verdict
from muniform.rollout import site_order, waves


def plan_of(city: City, *, without: tuple[str, ...] = ()) -> Plan:
    targets = [(d.name, d.site, Kind.DEVICE) for d in city.devices]
    targets += [(h.name, h.site, Kind.HOST) for h in city.hosts]
    return Plan(
        "",
        "",
        (),
        tuple(
            TargetPlan(
                name, site, kind, Verdict.UNCHANGED if name in without else Verdict.CHANGE, ""
            )
            for name, site, kind in targets
        ),
    )


def test_branches_then_the_controllers_site_then_public_safety(city: City) -> None:
    assert [site.code for site in site_order(city)] == ["lb05", "dc01", "fs03"]


def test_a_canary_per_platform_then_site_by_site_far_devices_first(city: City) -> None:
    found = [(w.name, [t.name for t in w.targets]) for w in waves(city, plan_of(city))]
    assert found == [
        ("canary", ["lb05-sw1", "lb05-rtr1"]),
        ("library_5", ["lb05-ws1"]),
        ("data_center_1", ["dc01-sw1", "dc01-rtr1", "dc01-srv1", "dc01-srv2"]),
        ("fire_station_3", ["fs03-sw2", "fs03-sw1", "fs03-rtr1", "fs03-ws1"]),
    ]


def test_public_safety_is_never_the_canary(city: City) -> None:
    others = tuple(d.name for d in city.devices if not d.name.startswith("fs03"))
    found = waves(city, plan_of(city, without=others))
    assert "canary" not in [wave.name for wave in found]
    assert found[-1].name == "fire_station_3"


def test_what_is_as_intended_is_in_no_wave(city: City) -> None:
    every = tuple(d.name for d in city.devices) + tuple(h.name for h in city.hosts)
    assert waves(city, plan_of(city, without=every)) == ()


def test_the_halves_of_a_pair_are_in_waves_of_their_own(city: City) -> None:
    site = city.site("fire_station_3")
    other = {"fs03-sw1": "fs03-sw2", "fs03-sw2": "fs03-sw1"}
    devices = tuple(replace(d, partner=other.get(d.name)) for d in site.devices)
    changed = replace(site, devices=devices)
    paired = replace(city, sites=tuple(changed if s is site else s for s in city.sites))
    found = [(w.name, [t.name for t in w.targets]) for w in waves(paired, plan_of(paired))]
    assert found[-2:] == [
        ("fire_station_3", ["fs03-sw2", "fs03-rtr1"]),
        ("fire_station_3, second halves", ["fs03-sw1", "fs03-ws1"]),
    ]
