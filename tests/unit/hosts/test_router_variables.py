"""What FRR does not serve comes from roles, and each is told what the city declares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from muniform.hosts import city_inventory, host_variables
from muniform.hosts.routers import router_variables
from muniform.model import (
    Acl,
    AclAction,
    AclTerm,
    City,
    DeviceRole,
    SecretRef,
    Snmp,
)
from muniform.render import filter_rules, platform_features
from muniform.render.needs import used_features

ADDRESSES = (IPv4Address("10.1.1.20"), IPv4Address("10.1.1.21"))
SNMP = Snmp("city", "READERS", SecretRef("snmp_auth"), SecretRef("snmp_priv"), ADDRESSES, "noc")
ACL = Acl("CORPORATE-IN", "corporate", (AclTerm("anything", AclAction.PERMIT),))
ROUTER = "fs03-rtr1"
GATEWAYS = ("eth1.20", "eth1.30")


@pytest.fixture
def full(city: City) -> City:
    """The city, with a standard for all that roles serve on a router, at one site's router."""
    router = city.device(ROUTER)
    told = replace(
        router,
        baseline=replace(router.baseline, snmp=SNMP, syslog=ADDRESSES),
        acls=(ACL,),
        interfaces=tuple(
            replace(entry, acl_in=ACL.name, relay=ADDRESSES) if entry.name in GATEWAYS else entry
            for entry in router.interfaces
        ),
    )
    sites = tuple(
        replace(site, devices=tuple(told if d == router else d for d in site.devices))
        for site in city.sites
    )
    return replace(city, sites=sites)


def roles_of(city: City) -> set[str]:
    """The roles that serve what the router uses."""
    features = platform_features("frr")
    served = [features[name] for name in used_features(city.device(ROUTER))]
    return {by["role"] for by in served if isinstance(by, Mapping)}


def test_every_role_of_the_platform_exists_and_its_playbook_runs_it(root: Path) -> None:
    named = {by["role"] for by in platform_features("frr").values() if isinstance(by, Mapping)}
    plays = yaml.safe_load((root / "playbooks" / "servers.yml").read_text())
    run = {entry["role"] for play in plays for entry in play["roles"]}
    assert named <= run
    assert all((root / "roles" / name / "tasks" / "main.yml").is_file() for name in named)


def test_each_role_that_a_router_needs_is_told_something(full: City, root: Path) -> None:
    needed = roles_of(full)
    assert needed >= {"snmp_agent", "log_forwarding", "packet_filter", "dhcp_relay"}
    told = host_variables(full, ROUTER)
    for role in needed:
        specs = yaml.safe_load((root / "roles" / role / "meta" / "argument_specs.yml").read_text())
        known = set(specs["argument_specs"]["main"]["options"])
        mine = {name for name in told if name.startswith(f"{role}_")}
        assert mine
        assert mine <= known


def test_a_city_without_such_standards_says_nothing(city: City) -> None:
    prefixes = ("snmp_agent_", "log_forwarding_", "packet_filter_", "dhcp_relay_")
    for device in city.devices:
        if device.role is DeviceRole.WAN_ROUTER:
            assert not [
                name for name in host_variables(city, device.name) if name.startswith(prefixes)
            ]


def test_a_server_is_no_router(full: City) -> None:
    assert set(host_variables(full, "dc01-srv1")) == {
        "ssh_server_allow_users",
        "ssh_server_banner",
        "time_sync_servers",
        "time_sync_serve",
        "time_sync_allow",
    }


def test_lists_and_relays_follow_the_interfaces(full: City) -> None:
    told = host_variables(full, ROUTER)
    assert told["packet_filter_lists"] == [
        {"name": "CORPORATE-IN", "interfaces": list(GATEWAYS), "rules": list(filter_rules(ACL))}
    ]
    assert told["packet_filter_ssh_from"] == ["10.1.254.0/24"]
    assert told["packet_filter_snmp_from"] == ["10.1.1.20/31", "10.1.254.0/24"]
    addresses = {i.name: str(i.address.ip) for i in full.device(ROUTER).interfaces}
    assert told["dhcp_relay_gateways"] == [
        {"interface": name, "address": addresses[name], "servers": ["10.1.1.20", "10.1.1.21"]}
        for name in GATEWAYS
    ]
    assert told["log_forwarding_servers"] == ["10.1.1.20", "10.1.1.21"]


def test_a_manager_inside_a_managing_network_is_named_once(full: City) -> None:
    router = full.device(ROUTER)
    inside = replace(SNMP, managers=(IPv4Address("10.1.254.20"),))
    told = router_variables(replace(router, baseline=replace(router.baseline, snmp=inside)))
    assert told["packet_filter_snmp_from"] == ["10.1.254.0/24"]
    assert told["snmp_agent_allow"] == ["10.1.254.0/24", "10.1.254.20/32"]


def test_without_managers_those_who_manage_the_router_ask_it(full: City) -> None:
    router = full.device(ROUTER)
    told = router_variables(replace(router, baseline=replace(router.baseline, snmp=None)))
    assert told["packet_filter_snmp_from"] == told["packet_filter_ssh_from"] == ["10.1.254.0/24"]


def test_keys_are_references_bound_to_the_engine(full: City, tmp_path: Path) -> None:
    engine = full.device(ROUTER).snmp_engine_id
    told = city_inventory(full, tmp_path).variables(ROUTER)
    assert told["snmp_agent_engine_id"] == engine
    assert told["snmp_agent_auth_key"] == SecretRef("snmp_auth", "snmp_sha", engine)
    assert told["snmp_agent_privacy_key"] == SecretRef("snmp_priv", "snmp_aes", engine)
    assert told["snmp_agent_allow"] == ["10.1.254.0/24", "10.1.1.20/32", "10.1.1.21/32"]
    assert told["snmp_agent_managers"] == ["10.1.1.20", "10.1.1.21"]


def test_what_is_told_is_plain_data_but_for_the_keys(full: City) -> None:
    told = host_variables(full, ROUTER)
    keys = {name for name, value in told.items() if isinstance(value, SecretRef)}
    assert keys == {"snmp_agent_auth_key", "snmp_agent_privacy_key"}
    json.dumps({name: value for name, value in told.items() if name not in keys})
