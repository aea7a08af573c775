"""The example city as an engineer would check it by hand, and the plan's room for a whole city."""

from __future__ import annotations

import shutil
from ipaddress import IPv4Interface
from pathlib import Path

import pytest
import yaml

from muniform.errors import IntentError
from muniform.model import City, load_city


def test_three_sites_get_their_blocks_and_addresses(city: City) -> None:
    assert {site.code: str(site.block) for site in city.sites} == {
        "dc01": "10.1.0.0/16",
        "lb05": "10.17.0.0/16",
        "fs03": "10.18.0.0/16",
    }
    assert city.device("fs03-sw2").management.address == IPv4Interface("10.18.254.12/24")
    assert str(city.device("fs03-rtr1").management.address.ip) == "10.0.240.18"
    assert str(city.host("fs03-ws1").address) == "10.18.10.10/23"
    assert city.site("fs03") is city.site("fire_station_3")


def test_wan_links_have_two_ends_in_one_network(city: City) -> None:
    hub = {i.name: i.address for i in city.device("dc01-rtr1").interfaces}
    branch = {i.name: i.address for i in city.device("fs03-rtr1").interfaces}
    assert hub["eth-fs03"].network == branch["eth0"].network
    assert hub["eth-fs03"].ip != branch["eth0"].ip


def test_devices_behind_others_are_farther_away(city: City) -> None:
    assert [city.device(f"fs03-{name}").hops for name in ("rtr1", "sw1", "sw2")] == [0, 1, 2]
    ports = {port.name: port for port in city.device("fs03-sw1").ports}
    assert not ports["TenGigabitEthernet1/1/1"].root_guard
    assert ports["TenGigabitEthernet1/1/2"].root_guard


def test_thirty_four_sites_fit(root: Path, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(root / "tests" / "cities" / "thin" / "inventory", inventory)
    base = yaml.safe_load((inventory / "sites/library_5.yml").read_text())
    for index in range(31):
        serials = {label: f"SER-{label}-{index:04}" for label in base["serials"]}
        wan = [base["wan"][0] | {"circuit": f"PA-F-{index}"}]
        site = base | {"code": f"lx{index:02}", "number": 19 + index, "serials": serials}
        site["wan"] = wan
        (inventory / f"sites/branch_{index}.yml").write_text(yaml.safe_dump(site))
    city = load_city(inventory)
    assert len(city.sites) == 34
    addresses = [d.management.address.ip for d in city.devices] + [h.address.ip for h in city.hosts]
    assert len(addresses) == len(set(addresses))
    blocks = [site.block for site in city.sites]
    assert not [1 for i, a in enumerate(blocks) for b in blocks[:i] if a.overlaps(b)]
    hub = city.device("dc01-rtr1")
    assert len(hub.interfaces) == len({i.name for i in hub.interfaces})


def test_a_missing_folder_is_named_with_all_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IntentError) as caught:
        load_city(tmp_path / "nowhere")
    text = str(caught.value)
    assert "city.yml: does not exist" in text
    assert "standards/vlans.yml: does not exist" in text


def test_bytes_that_are_no_text_are_an_error_not_a_crash(root: Path, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(root / "tests" / "cities" / "thin" / "inventory", inventory)
    (inventory / "city.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(IntentError, match=r"city\.yml: cannot be read"):
        load_city(inventory)
