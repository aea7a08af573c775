"""A city that shares nothing with the example one: whatever is built in would show here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from muniform.hosts import city_inventory
from muniform.model import City, SecretSource, load_city
from muniform.render import first_boot, render
from muniform.services import RecordSet, site_records

ROOT = Path(__file__).resolve().parents[3]
INVENTORY = ROOT / "tests" / "cities" / "bracken_falls" / "inventory"
GOLDENS = ROOT / "tests" / "golden" / "bracken_falls"
CITY = load_city(INVENTORY)

SUPERNET = IPv4Network("172.28.0.0/15")
LAB = IPv4Network("127.28.0.0/15")
"""Where the lab would serve the supernet: its first octet gives way to 127."""
BEYOND_SITES = (IPv4Network("172.29.240.0/21"), IPv4Network("172.29.248.0/22"))
"""Loopbacks and circuits."""

ADDRESS = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])")
OWN_WORDS = {"Management"}
"""Which the product says of its own accord: it describes each switch's management interface so."""
SECRET = re.compile(r"<secret:([a-z0-9_]+)")


def declared(inventory: Path, name: str) -> dict[str, Any]:
    """What stands in one file of an inventory, unchecked."""
    read = yaml.safe_load((inventory / name).read_text())
    assert isinstance(read, dict)
    return read


def secrets_of(inventory: Path) -> set[str]:
    """The secrets that an inventory's standards name."""
    standards = [declared(inventory, f"standards/{path.name}") for path in _standards(inventory)]
    return {name for standard in standards for name in _secret_names(standard)}


def _standards(inventory: Path) -> list[Path]:
    return sorted((inventory / "standards").glob("*.yml"))


def _secret_names(node: object) -> Iterator[str]:
    keys = {"secret", "key", "password", "password_hash", "private_key", "auth", "privacy"}
    if isinstance(node, dict):
        yield from (v for k, v in node.items() if k in keys and isinstance(v, str))
        node = list(node.values())
    if isinstance(node, list):
        yield from (name for item in node for name in _secret_names(item))


def example_words() -> set[str]:
    """What names the example city and no other: its words, codes, accounts and secrets."""
    example = ROOT / "inventory"
    city = declared(example, "city.yml")
    devices = declared(example, "standards/network_devices.yml")
    services = declared(example, "standards/services.yml")
    vlans = declared(example, "standards/vlans.yml")["vlans"]
    sites = [path.stem for path in (example / "sites").glob("*.yml")]
    archetypes = [path.stem for path in (example / "archetypes").glob("*.yml")]
    codes = [str(declared(example, f"sites/{site}.yml")["code"]) for site in sites]
    own = [city["name"], city["domain"], devices["account"]["name"], services["snmp"]["user"]]
    names = [vlan["name"] for vlan in vlans]
    banner = str(devices["banner"]).splitlines()
    found = {*own, *names, *sites, *archetypes, *codes, *banner, *secrets_of(example)}
    return found - OWN_WORDS - {""}


EXAMPLE_WORDS = example_words()


def foreign_words(text: str) -> set[str]:
    """Which words of the example city stand in a text, as whole words."""
    found = {word for word in EXAMPLE_WORDS if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)}
    return found | set(re.findall(r"(?i)aurelia", text))


def is_mask(address: IPv4Address) -> bool:
    """A netmask or its inverse, which also covers small OSPF areas such as 0.0.0.19."""
    value = int(address)
    return value < 2**24 or ~value & (~value + 1) & 0xFFFFFFFF == 0


def foreign_addresses(text: str, *places: IPv4Network) -> set[IPv4Address]:
    """The addresses in a text that neither lie in the places nor are masks or multicast."""
    found = {IPv4Address(match) for match in ADDRESS.findall(text)}
    return {
        address
        for address in found
        if not any(address in place for place in places)
        and not address.is_multicast
        and not is_mask(address)
    }


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Everything that network devices are given."""
    return {
        f"{device.name} {make.__name__}": make(device)
        for device in CITY.devices
        for make in (render, first_boot)
    }


def records(city: City) -> list[RecordSet]:
    return [record for site in city.sites for record in site_records(city, site)]


def test_the_city_is_what_its_files_say() -> None:
    assert (CITY.name, CITY.domain) == ("Bracken Falls", "brackenfalls.example")
    assert CITY.time_zone == "America/Denver"
    assert CITY.secrets.source is SecretSource.ANSIBLE_VAULT
    assert CITY.baseline.account.name == "fallsops"
    assert {device.platform for device in CITY.devices} == {
        "eos",
        "frr",
        "ios",
        "junos",
        "procurve",
    }
    assert {site.code: str(site.block) for site in CITY.sites} == {
        "th": "172.28.16.0/21",
        "rp1": "172.28.64.0/21",
        "rp2": "172.28.72.0/21",
        "ww1": "172.28.128.0/21",
        "gh1": "172.29.0.0/21",
        "rh1": "172.29.8.0/21",
        "gh2": "172.29.16.0/21",
    }


def test_a_foreign_word_or_address_would_be_found() -> None:
    text = "vlan 20\n name Corporate\nntp server 10.1.40.11\nip route 0.0.0.0 0.0.0.0 172.28.20.129"
    assert foreign_words(text) == {"Corporate"}
    assert foreign_addresses(text, SUPERNET) == {IPv4Address("10.1.40.11")}
    assert foreign_addresses("172.30.0.1 239.1.1.1 255.255.254.0", SUPERNET) == {
        IPv4Address("172.30.0.1")
    }
    assert {"Port Aurelia", "Corporate", "fs03", "fire_station_3", "muniform"} <= EXAMPLE_WORDS


def test_every_address_lies_in_the_plan() -> None:
    for site in CITY.sites:
        places = (site.block, *BEYOND_SITES)
        used = [host.address.ip for host in site.hosts]
        used += [device.management.address.ip for device in site.devices]
        used += [i.address.ip for device in site.devices for i in device.interfaces]
        assert len(used) >= 5
        assert [a for a in used if not any(a in place for place in places)] == []


def test_a_lease_is_never_a_declared_address() -> None:
    pools = [subnet.dhcp for site in CITY.sites for subnet in site.subnets if subnet.dhcp]
    taken = {host.address.ip for host in CITY.hosts}
    taken |= {i.address.ip for device in CITY.devices for i in device.interfaces}
    assert all(pool.first < pool.last for pool in pools)
    assert [a for a in taken if any(pool.first <= a <= pool.last for pool in pools)] == []


def test_no_device_is_given_anything_of_the_example_city(texts: dict[str, str]) -> None:
    assert len(texts) == 2 * len(CITY.devices) == 40
    assert {name: found for name, text in texts.items() if (found := foreign_words(text))} == {}
    outside = {name: foreign_addresses(text, SUPERNET) for name, text in texts.items()}
    assert {name: found for name, found in outside.items() if found} == {}


def test_devices_hold_the_citys_own_secrets_alone(texts: dict[str, str]) -> None:
    named = {name for text in texts.values() for name in SECRET.findall(text)}
    assert {"fallsops_password", "road_key", "login_key"} <= named <= secrets_of(INVENTORY)


def test_switches_hold_the_citys_own_vlans(texts: dict[str, str]) -> None:
    assert "vlan 211\n   name Rangers\n" in texts["th-ds1 render"]
    assert "vlan 211\n name Rangers\n" in texts["gh1-sw1 render"]
    assert re.search(r"Rangers \{[^}]*\bvlan-id 211;", texts["rp1-sw1 render"])
    assert 'vlan 211\n   name "Rangers"\n' in texts["ww1-sw1 render"]


def test_what_ansible_is_shown_is_the_citys_own(tmp_path: Path) -> None:
    found = city_inventory(CITY, tmp_path)
    assert set(found.hosts) == {d.name for d in CITY.devices} | {h.name for h in CITY.hosts}
    for name in found.hosts:
        told = {k: v for k, v in found.variables(name).items() if k != "muniform_reach_error"}
        text = json.dumps(told, default=str)
        assert (name, foreign_words(text)) == (name, set())
        assert (name, foreign_addresses(text, SUPERNET, LAB)) == (name, set())
    assert found.variables("th-names1")["ansible_host"] == "127.28.20.138"
    assert found.variables("th-names1")["ansible_user"] == "fallsops"
    assert found.variables("ww1-gauge1")["time_sync_servers"] == [
        {"address": "172.28.20.138", "prefer": True},
        {"address": "172.28.20.139", "prefer": False},
    ]


def test_every_name_leads_to_an_address_of_the_plan_and_back() -> None:
    forward = {r.values[0]: r.name for r in records(CITY) if r.type == "A"}
    backward = {r.name: r.values[0] for r in records(CITY) if r.type == "PTR"}
    assert forward["172.28.16.20"] == "th-clerk1.people.brackenfalls.example."
    assert forward["172.29.244.2"] == "th-ds1.gear.brackenfalls.example."
    assert len(forward) == len(backward) == len(CITY.devices) + len(CITY.hosts)
    for address, name in forward.items():
        assert IPv4Address(address) in SUPERNET
        assert backward[f"{IPv4Address(address).reverse_pointer}."] == name
        assert foreign_words(name) == set()


@pytest.mark.parametrize("name", ["th-ds1", "th-rtr2", "rh1-sw2"])
def test_the_configuration_is_as_reviewed(name: str, update_goldens: bool) -> None:
    text = render(CITY.device(name))
    expected = GOLDENS / f"{name}.intended.cfg"
    if update_goldens:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(text)
    assert text == expected.read_text()
