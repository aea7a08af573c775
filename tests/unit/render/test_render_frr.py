"""FRR: a WAN router with every kind of interface, in the order in which FRR 8.4 prints them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from muniform.devices.secret_lines import mask_line
from muniform.model import (
    Account,
    Baseline,
    Device,
    DeviceRole,
    Management,
    NtpServer,
    RoutedInterface,
    Routing,
    SecretRef,
)
from muniform.render import first_boot, render
from muniform.render.filters.frr import frr_order

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "frr"

INTERFACES = (
    RoutedInterface("lo", "Router ID", IPv4Interface("10.0.240.18/32"), ospf_area=18),
    RoutedInterface(
        "eth0", "WAN dc01-rtr1", IPv4Interface("10.0.0.37/31"), ospf_active=True, ospf_area=0
    ),
    RoutedInterface(
        "eth10",
        "LTE dc02-rtr1",
        IPv4Interface("10.0.0.41/31"),
        ospf_active=True,
        ospf_area=0,
        ospf_cost=10000,
    ),
    RoutedInterface("eth2", "Provider", IPv4Interface("198.51.100.2/30")),
    RoutedInterface("eth1.200", "Building", IPv4Interface("10.18.200.1/24"), 200, ospf_area=18),
    RoutedInterface("eth1.30", "VoIP", IPv4Interface("10.18.12.1/24"), 30, ospf_area=18),
)


def router(**changes: object) -> Device:
    """A fire station's router; ``changes`` are those of its routing."""
    usual = Routing(IPv4Address("10.0.240.18"), 18, 40000, SecretRef("ospf_key"))
    return Device(
        name="fs03-rtr1",
        site="fire_station_3",
        site_code="fs03",
        role=DeviceRole.WAN_ROUTER,
        platform="frr",
        model="debian-frr",
        serial="PA-R-0018",
        management=Management(
            IPv4Interface("10.0.240.18/32"), None, None, (IPv4Network("10.1.254.0/24"),)
        ),
        baseline=Baseline(
            domain="example.test",
            banner="",
            account=Account("automation", *(SecretRef(name) for name in ("pw", "hash", "key"))),
            ntp=(NtpServer(IPv4Address("10.1.1.10"), True),),
            idle_minutes=5,
            confirm_seconds=120,
        ),
        interfaces=INTERFACES,
        routing=replace(usual, **changes),  # type: ignore[arg-type]
    )


def section(text: str, name: str) -> list[str]:
    """The lines of one interface or of the routing process."""
    body = text.split(f"\n{name}\n", 1)[1].split("\nexit\n", 1)[0]
    return [line.strip() for line in body.splitlines()]


@pytest.mark.parametrize("kind", ["intended", "first_boot"])
def test_configuration_is_as_reviewed(kind: str, update_goldens: bool) -> None:
    text = (render if kind == "intended" else first_boot)(router())
    expected = GOLDEN / f"wan_router.{kind}.cfg"
    if update_goldens:
        expected.write_text(text)
    assert text == expected.read_text()


def test_interfaces_stand_in_frrs_own_order() -> None:
    names = [interface.name for interface in frr_order(INTERFACES)]
    assert names == ["eth0", "eth1.30", "eth1.200", "eth2", "eth10", "lo"]


def test_what_speaks_ospf_proves_itself() -> None:
    text = render(router())
    assert section(text, "interface eth10")[2:] == [
        "ip ospf area 0",
        "ip ospf authentication message-digest",
        "ip ospf cost 10000",
        "ip ospf message-digest-key 1 md5 <secret:ospf_key>",
        "ip ospf network point-to-point",
        "no ip ospf passive",
    ]
    # Gateways and the loopback send nothing that would need proof.
    for quiet in ("eth1.30", "eth1.200", "lo"):
        assert section(text, f"interface {quiet}")[2:] == ["ip ospf area 18"]


def test_a_providers_circuit_is_outside_ospf_and_of_the_first_boot() -> None:
    assert section(render(router()), "interface eth2")[2:] == []
    booted = first_boot(router())
    assert "interface eth2" not in booted
    assert "interface eth1.30" not in booted
    for name in ("lo", "eth0", "eth10"):
        both = section(booted, f"interface {name}"), section(render(router()), f"interface {name}")
        assert both[0] == both[1]


def test_without_a_key_there_is_no_authentication() -> None:
    text = render(router(key=None))
    assert "authentication" not in text
    assert "message-digest" not in text


def test_the_way_out_of_the_city_is_told_where_it_is() -> None:
    assert "default-information originate" not in render(router())
    assert section(render(router(default_route=True)), "router ospf") == [
        "ospf router-id 10.0.240.18",
        "auto-cost reference-bandwidth 40000",
        "passive-interface default",
        "default-information originate",
    ]


def test_what_frr_does_not_print_is_not_rendered() -> None:
    assert "auto-cost" not in render(router(reference_bandwidth_mbps=100_000))


def test_the_key_is_masked_in_what_is_shown() -> None:
    line = next(x for x in render(router()).splitlines() if "message-digest-key" in x)
    shown = mask_line(line.replace("<secret:ospf_key>", "Geheim123"))
    assert "Geheim123" not in shown
    assert shown.startswith(" ip ospf message-digest-key 1 md5 ")
