"""Which bridge becomes the root follows from the cables, and nobody is cut off from it."""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from muniform.model import City, Device, load_city
from muniform.render import render

INVENTORY = Path(__file__).resolve().parents[2] / "cities" / "thin" / "inventory"
UPLINK, DOWNLINK, SIDELINK = (f"TenGigabitEthernet1/1/{number}" for number in (1, 2, 3))


@pytest.fixture
def triangle(tmp_path: Path) -> City:
    """The example city, but at the fire station a third switch closes a triangle:
    sw1 is next to the router; sw2 and sw3, a pair, hang on it and on each other."""
    inventory = tmp_path / "inventory"
    shutil.copytree(INVENTORY, inventory)
    archetype = inventory / "archetypes" / "fire_station.yml"
    data = yaml.safe_load(archetype.read_text())
    data["devices"]["sw3"] = deepcopy(data["devices"]["sw2"])
    data["links"] += [
        {"a": f"sw1:{SIDELINK}", "b": f"sw3:{UPLINK}", "medium": "fiber"},
        {"a": f"sw2:{SIDELINK}", "b": f"sw3:{SIDELINK}", "medium": "fiber"},
    ]
    data["pairs"] = [["sw2", "sw3"]]
    archetype.write_text(yaml.safe_dump(data))
    site = inventory / "sites" / "fire_station_3.yml"
    data = yaml.safe_load(site.read_text())
    data["serials"]["sw3"] = "FOC2799Z9Z9"
    site.write_text(yaml.safe_dump(data))
    return load_city(inventory)


def guarded(device: Device) -> set[str]:
    """The interfaces whose rendered section has root guard."""
    found, current = set(), ""
    for line in render(device).splitlines():
        if line.startswith("interface "):
            current = line.removeprefix("interface ")
        if line == " spanning-tree guard root":
            found.add(current)
    return found


def test_only_ports_that_lead_away_from_the_root_are_guarded(triangle: City) -> None:
    assert guarded(triangle.device("fs03-sw1")) == {DOWNLINK, SIDELINK}
    # Neither the uplinks, nor the cable between the two: it may become the way to the root.
    assert guarded(triangle.device("fs03-sw2")) == set()
    assert guarded(triangle.device("fs03-sw3")) == set()


def test_the_switch_next_to_the_router_is_the_root(triangle: City) -> None:
    for name, priority in (("fs03-sw1", 4096), ("fs03-sw2", 8192), ("fs03-sw3", 8192)):
        line = f"\nspanning-tree vlan 1-4094 priority {priority}\n"
        assert line in render(triangle.device(name))


def test_every_guarded_port_leads_to_a_worse_bridge(city: City) -> None:
    for site in city.sites:
        devices = {device.name: device for device in site.devices}
        for link in site.links:
            for here, there in ((link.a, link.b), (link.b, link.a)):
                device = devices.get(here.device)
                if device and here.port in guarded(device):
                    assert device.bridge_priority < devices[there.device].bridge_priority


@pytest.mark.parametrize(("rank", "priority"), [(1, 4096), (2, 8192), (15, 61440), (40, 61440)])
def test_priorities_stay_in_their_range(city: City, rank: int, priority: int) -> None:
    device = replace(city.device("fs03-sw1"), rank=rank)
    assert device.bridge_priority == priority
    assert device.bridge_priority % 4096 == 0
