"""What Ansible is shown of a city: groups, what is set on which, and how things are reached."""

from __future__ import annotations

import fcntl
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from muniform.hosts import CityInventory, Expression, city_inventory, host_variables, targets
from muniform.hosts.sharing import shared
from muniform.model import City, ReachMode, load_city

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def example() -> City:
    """The large city: Windows, several platforms, regions."""
    return load_city(ROOT / "inventory")


def members(found: CityInventory, group: str) -> set[str]:
    """Hosts of a group, those of the groups in it included."""
    here = found.groups.get(group)
    if here is None:
        return set()
    return set(here.hosts).union(*(members(found, child) for child in here.children))


@contextmanager
def lab(state: Path, *services: str) -> Iterator[None]:
    (state / "lab").mkdir(parents=True)
    told = {"services": services, "scaled": [], "clock_scale": 1}
    (state / "lab" / "lab.json").write_text(json.dumps(told))
    with (state / "lab" / "lab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_groups_of_a_host_and_a_device(city: City, tmp_path: Path) -> None:
    found = city_inventory(city, tmp_path)
    of = {
        name: {group for group, entry in found.groups.items() if name in entry.hosts}
        for name in ("fs03-ws1", "fs03-sw1", "fs03-rtr1")
    }
    place = {"fire_station_3", "change_public_safety"}
    assert of["fs03-ws1"] == place | {"desktops", "profile_office", "linux"}
    assert of["fs03-sw1"] == place | {"access_switches", "platform_ios"}
    assert of["fs03-rtr1"] == place | {"wan_routers", "platform_frr", "linux"}
    assert members(found, "archetype_fire_station") == members(found, "fire_station_3")
    assert members(found, "hosts").isdisjoint(members(found, "network_devices"))


def test_everything_is_there_once(example: City, tmp_path: Path) -> None:
    found = city_inventory(example, tmp_path)
    names = [device.name for device in example.devices] + [host.name for host in example.hosts]
    assert sorted(found.hosts) == sorted(names)
    assert members(found, "hosts") | members(found, "network_devices") == set(names)
    for site in example.sites:
        assert len(found.groups[site.id].hosts) == len(site.devices) + len(site.hosts)
        if site.region:
            assert site.id in found.groups[f"region_{site.region}"].children


def test_linux_is_what_playbooks_configure(example: City, tmp_path: Path) -> None:
    found = city_inventory(example, tmp_path)
    linux = members(found, "linux")
    assert linux == {target.name for target in targets(example)}
    servers = (members(found, "servers") | members(found, "network_devices")) & linux
    desktops = (members(found, "hosts") - members(found, "servers")) & linux
    by_playbook: dict[str, set[str]] = {"servers.yml": set(), "desktops.yml": set()}
    for target in targets(example):
        by_playbook[target.playbook].add(target.name)
    assert by_playbook == {"servers.yml": servers, "desktops.yml": desktops}
    assert linux.isdisjoint(members(found, "windows"))
    assert members(found, "windows")


def test_kinds_and_roles_are_groups_in_any_city(city: City, tmp_path: Path) -> None:
    found = city_inventory(city, tmp_path)
    assert "laptops" in found.groups["hosts"].children
    assert "firewalls" in found.groups["network_devices"].children


def test_roles_are_told_what_the_city_says(example: City, tmp_path: Path) -> None:
    """Wherever a variable is set, on a group or on the host: its value is the host's own."""
    found = city_inventory(example, tmp_path)
    for name in [target.name for target in targets(example)][::5]:
        told = found.variables(name)
        expected = host_variables(example, name)
        assert {key: told[key] for key in expected} == expected
    assert "time_sync_servers" in found.groups["linux"].variables
    assert "time_sync_servers" in found.hosts["dc01-srv1"]
    assert set(found.hosts["fs03-ws1"]) == {"ansible_host"}


def test_without_its_lab_nothing_can_be_contacted(city: City, tmp_path: Path) -> None:
    found = city_inventory(city, tmp_path)
    assert len(found.hosts) == len(city.devices) + len(city.hosts)
    for name in found.hosts:
        told = found.variables(name)
        assert str(told["ansible_host"]).startswith("127.")
        assert "muniform lab up" in str(told["muniform_reach_error"])
    assert "ansible_network_os" not in found.variables("fs03-sw1")


def test_with_its_lab_things_are_where_it_serves_them(example: City, tmp_path: Path) -> None:
    with lab(tmp_path, "10.1.1.10:22", "10.18.254.11:22"):
        found = city_inventory(example, tmp_path)
    server, switch = found.variables("dc01-srv1"), found.variables("fs03-sw1")
    assert (server["ansible_host"], server["ansible_port"]) == ("127.1.1.10", 20022)
    assert (switch["ansible_host"], switch["ansible_port"]) == ("127.18.254.11", 20022)
    assert switch["ansible_network_os"] == "cisco.ios.ios"
    assert "muniform_reach_error" not in server | switch
    for refused in ("dc01-srv2", "fs03-pc1", "fs03-sw2"):
        told = found.variables(refused)
        assert "does not serve" in str(told["muniform_reach_error"])
        assert str(told["ansible_host"]).startswith("127.")


def test_in_production_addresses_are_the_declared_ones(example: City, tmp_path: Path) -> None:
    found = city_inventory(replace(example, reach=ReachMode.PRODUCTION), tmp_path)
    server, desktop = found.variables("dc01-srv1"), found.variables("fs03-pc1")
    assert (server["ansible_host"], server["ansible_port"]) == ("10.1.1.10", 22)
    assert (desktop["ansible_host"], desktop["ansible_port"]) == ("10.18.10.20", 5986)
    assert desktop["ansible_connection"] == "psrp"
    assert desktop["ansible_psrp_cert_validation"] == "validate"
    assert "ansible_ssh_private_key_file" not in desktop
    assert "-F" not in shlex.split(ssh_arguments_of(found))
    assert all(
        "muniform_reach_error" not in found.variables(name) for name in list(found.hosts)[:9]
    )


@pytest.mark.parametrize(
    ("platform", "port", "connection"),
    [
        ("ios", 22, "ansible.netcommon.network_cli"),
        ("eos", 443, "ansible.netcommon.httpapi"),
        ("junos", 830, "ansible.netcommon.netconf"),
    ],
)
def test_network_devices_through_their_collections(
    example: City, tmp_path: Path, platform: str, port: int, connection: str
) -> None:
    found = city_inventory(replace(example, reach=ReachMode.PRODUCTION), tmp_path)
    name = next(device.name for device in example.devices if device.platform == platform)
    told = found.variables(name)
    assert (told["ansible_port"], told["ansible_connection"]) == (port, connection)
    assert str(told["ansible_network_os"]).endswith(f".{platform}")
    assert "ansible_become" not in told


def ssh_arguments_of(found: CityInventory) -> str:
    value = found.groups["linux"].variables["ansible_ssh_common_args"]
    assert isinstance(value, Expression)
    return value.text


def test_only_an_enrolled_host_key_counts_also_with_a_space_in_the_path(
    city: City, tmp_path: Path
) -> None:
    state = tmp_path / "state of the city"
    text = ssh_arguments_of(city_inventory(city, state))
    words = shlex.split(text.replace("{{ inventory_hostname }}", "dc01-rtr1"))
    assert words[:2] == ["-F", "none"]
    assert "StrictHostKeyChecking=yes" in words
    assert "HostKeyAlias=dc01-rtr1" in words
    assert f'UserKnownHostsFile="{state}/known_hosts"' in words


def test_no_secret_is_among_the_variables(example: City, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    for name in ("automation_password", "automation_ssh_key", "snmp_auth", "ospf_key"):
        (secrets / name).write_text("hunter2")
    assert "hunter2" not in repr(city_inventory(example, tmp_path))


def test_what_most_share_is_common_and_the_others_keep_their_own() -> None:
    common, own = shared({"a": {"x": [1]}, "b": {"x": [1]}, "c": {"x": [2]}})
    assert common == {"x": [1]}
    assert own == {"a": {}, "b": {}, "c": {"x": [2]}}


def test_what_one_host_lacks_is_nobodys_common() -> None:
    common, own = shared({"a": {"x": 1}, "b": {"x": 1}, "c": {}})
    assert common == {}
    assert own == {"a": {"x": 1}, "b": {"x": 1}, "c": {}}


def test_no_host_has_nothing_in_common() -> None:
    assert shared({}) == ({}, {})
