"""What is rendered says what the model means, as read by parsers that others wrote."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from muniform.model import Device, load_city
from muniform.render import render
from readback import checklist, uniformity
from readback.devices import devices
from readback.expected import expected
from readback.facts import Facts, differences, flat, kind
from readback.reader import READERS, UNREAD, read_back, rejected
from readback.references import undefined_references

HAND_MADE = devices()
SWITCH = {
    "hostname",
    "vlans",
    "ports.description",
    "ports.mode",
    "ports.access_vlan",
    "ports.voice_vlan",
    "ports.native_vlan",
    "ports.tagged",
    "ports.enabled",
    "lags",
    "management_acl",
    "ntp.key",
    "ntp_keys",
    "syslog",
    "snmp_contact",
    "snmp_location",
    "snmp_hosts",
    "default_gateway",
}
ROUTING = {
    "hostname",
    "router_id",
    "interfaces.description",
    "interfaces.address",
    "interfaces.ospf_area",
    "interfaces.ospf_active",
    "interfaces.ospf_cost",
    "interfaces.ospf_key",
}
GATEWAY = ROUTING | {
    "acls",
    "reference_bandwidth",
    "interfaces.acl_in",
    "interfaces.relay",
    "interfaces.vrrp_group",
    "interfaces.vrrp_address",
    "interfaces.vrrp_priority",
}
FIREWALL = {"interfaces.zone", "bgp_asn", "bgp_networks", "bgp_neighbors.asn", "bogons"}
READ = {
    "ios": SWITCH | GATEWAY | {"ntp.prefer"},
    "eos": SWITCH | GATEWAY | {"ntp.prefer"},
    "junos": SWITCH | GATEWAY | FIREWALL | {"ntp.prefer"},
    "procurve": SWITCH,
    "frr": ROUTING,
}
"""What must have been read at least once, so that agreement means something."""
CITY = Path(__file__).resolve().parents[2] / "inventory"


def samples() -> dict[str, Device]:
    """One device of each archetype, platform, role and model of the example city."""
    found = {
        (site.archetype, device.platform, device.role, device.model): device
        for site in load_city(CITY).sites
        for device in site.devices
    }
    return {device.name: device for device in found.values()}


@pytest.fixture(scope="module")
def sampled() -> dict[str, Device]:
    return samples()


@cache
def read(platform: str, text: str) -> Facts:
    """Several tests read the same configurations."""
    return read_back(platform, text)


def problems(device: Device) -> list[str]:
    text = render(device)
    return [
        *rejected(device.platform, text),
        *differences(expected(device), read(device.platform, text), UNREAD[device.platform]),
        *undefined_references(device.platform, text),
        *uniformity.odd_ports(device, text),
        *checklist.missing(device, text),
    ]


@pytest.mark.parametrize("name", HAND_MADE)
def test_what_is_rendered_is_what_is_meant(name: str) -> None:
    assert problems(HAND_MADE[name]) == []


@pytest.mark.parametrize("platform", READERS)
def test_the_example_city_says_what_it_means(platform: str, sampled: dict[str, Device]) -> None:
    devices_of = [device for device in sampled.values() if device.platform == platform]
    assert devices_of, f"the example city has no {platform} device"
    found = {device.name: problems(device) for device in devices_of}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(("platform", "kinds"), [(name, set(READ[name])) for name in READERS])
def test_every_kind_of_fact_is_read_somewhere(
    platform: str, kinds: set[str], sampled: dict[str, Device]
) -> None:
    """A parser that silently reads nothing would agree with a model that says nothing."""
    found = {
        kind(path)
        for device in [*HAND_MADE.values(), *sampled.values()]
        if device.platform == platform
        for path, _ in flat(read(platform, render(device)))
    }
    assert kinds <= found
