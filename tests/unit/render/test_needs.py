"""What a device's own data asks for is served, or refused by name."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from muniform.errors import RenderError
from muniform.model import (
    Acl,
    Bgp,
    City,
    Device,
    DeviceRole,
    Lag,
    RoutedInterface,
    SecretRef,
    Snmp,
    Vrrp,
)
from muniform.render import first_boot, render
from muniform.render.needs import needed_features, used_features

SERVER = IPv4Address("10.1.1.20")
SNMP = Snmp("city", "READERS", SecretRef("snmp_auth"), SecretRef("snmp_priv"), (SERVER,), "noc")


@pytest.fixture
def router(city: City) -> Device:
    return city.device("fs03-rtr1")


def with_gateway(router: Device, **told: Any) -> Device:
    """The router, with more said of its last interface."""
    *others, last = router.interfaces
    changed: RoutedInterface = replace(last, **told)
    return replace(router, interfaces=(*others, changed))


def asking_for(router: Device, feature: str) -> Device:
    baseline = router.baseline
    bgp = Bgp(64512, SERVER, (IPv4Network("198.51.100.0/24"),), (), ())
    return {
        "acl": with_gateway(router, acl_in="A-IN"),
        "dhcp_relay": with_gateway(router, relay=(SERVER,)),
        "vrrp": with_gateway(router, vrrp=Vrrp(20, SERVER, 110)),
        "lags": replace(router, lags=(Lag(1, "uplink", (20,), ("1", "2")),)),
        "bgp": replace(router, bgp=bgp),
        "snmp": replace(router, baseline=replace(baseline, snmp=SNMP)),
        "syslog": replace(router, baseline=replace(baseline, syslog=(SERVER,))),
    }[feature]


@pytest.mark.parametrize("feature", ["acl", "dhcp_relay", "vrrp", "lags", "bgp", "snmp", "syslog"])
def test_a_feature_is_used_when_the_data_asks_for_it(router: Device, feature: str) -> None:
    assert feature not in used_features(router)
    assert used_features(asking_for(router, feature)) == (*used_features(router), feature)


def test_a_list_alone_is_asked_for_too(router: Device) -> None:
    assert "acl" in used_features(replace(router, acls=(Acl("A-IN", "a", ()),)))


def test_nothing_is_named_twice(city: City) -> None:
    for device in city.devices:
        used = used_features(device)
        assert len(set(used)) == len(used)
        assert used[: len(needed_features(device.role))] == needed_features(device.role)


@pytest.mark.parametrize("feature", ["vrrp", "lags", "bgp"])
def test_what_a_platform_has_no_word_for_is_refused(router: Device, feature: str) -> None:
    asking = asking_for(router, feature)
    for text in (render, first_boot):
        with pytest.raises(RenderError, match=f"fs03-rtr1: platform frr cannot serve {feature} "):
            text(asking)


@pytest.mark.parametrize("feature", ["acl", "dhcp_relay", "snmp", "syslog"])
def test_what_roles_serve_changes_no_line_of_the_router(router: Device, feature: str) -> None:
    assert render(asking_for(router, feature)) == render(router)


def test_every_role_has_needs() -> None:
    for role in DeviceRole:
        assert needed_features(role)
