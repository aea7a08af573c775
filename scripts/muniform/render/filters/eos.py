"""Filters for Arista EOS templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from itertools import groupby
from typing import Any

from muniform.model import ROUTING_KEY_ID, Device, Port, RoutedInterface, SecretRef
from muniform.render.filters import eos_qos

_FASTEST_POWERED_MBPS = 10_000
"""Copper ports, which alone give power, end here; faster ones hold optics and refuse the word."""


def eos_vlans(vlans: Iterable[int]) -> str:
    """VLAN ids the way EOS prints them: ``10-11,20``; two in a row are a range already."""
    ordered = sorted(vlans)
    runs = [
        [vlan for _, vlan in run]
        for _, run in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])
    ]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def eos_acl_source(network: IPv4Network) -> str:
    """A network the way a standard access list prints it."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == network.max_prefixlen:
        return f"host {network.network_address}"
    return str(network)


def eos_interface(name: str) -> str:
    """An interface's name on the device: the model writes ``lo`` and ``vlan20``."""
    if name == "lo":
        return "Loopback0"
    return f"Vlan{name.removeprefix('vlan')}" if name.startswith("vlan") else name


def eos_area(area: int) -> str:
    """An OSPF area: EOS prints it like an address."""
    return str(IPv4Address(area))


def eos_ospf_key(key: SecretRef, interface: RoutedInterface) -> str:
    """The key with its number. EOS encrypts it with the place where it is used."""
    place = f"{eos_interface(interface.name)}_md5Key_{ROUTING_KEY_ID}"
    return f"{ROUTING_KEY_ID} md5 7 {replace(key, form='eos_cbc', salt=place)}"


def eos_on(interfaces: Iterable[RoutedInterface], port: Port) -> RoutedInterface | None:
    """The layer-3 side of a routed port."""
    return next((entry for entry in interfaces if entry.name == port.name), None)


def eos_gateways(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """The VLAN interfaces, in the order of their numbers."""
    return sorted(
        (entry for entry in interfaces if entry.name.startswith("vlan")),
        key=lambda entry: int(entry.name.removeprefix("vlan")),
    )


def eos_speaking(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """The interfaces on which OSPF speaks, in EOS's order: numbers count as numbers."""
    return sorted(
        (entry for entry in interfaces if entry.ospf_active),
        key=lambda entry: [int(number) for number in re.findall(r"\d+", entry.name)],
    )


def eos_gives_power(device: Device) -> bool:
    """Some port feeds what is plugged into it, so the switch knows the words for power."""
    return any(port.profile and port.profile.poe for port in device.ports)


def eos_unpowered(port: Port, device: Device) -> bool:
    """The port could give power and must not."""
    return (
        eos_gives_power(device)
        and port.profile is not None
        and port.profile.poe is None
        and port.speed_mbps <= _FASTEST_POWERED_MBPS
    )


def eos_leases(port: Port, device: Device) -> bool:
    """An end device's port on which addresses are leased: no DHCP server may answer there."""
    leased = {vlan.id for vlan in device.vlans if vlan.dhcp}
    profile = port.profile
    return profile is not None and bool(
        leased & {profile.vlan, profile.voice_vlan, *profile.tagged}
    )


FILTERS: Mapping[str, Callable[..., Any]] = {
    "eos_vlans": eos_vlans,
    "eos_acl_source": eos_acl_source,
    "eos_interface": eos_interface,
    "eos_area": eos_area,
    "eos_ospf_key": eos_ospf_key,
    "eos_on": eos_on,
    "eos_gateways": eos_gateways,
    "eos_speaking": eos_speaking,
    "eos_gives_power": eos_gives_power,
    "eos_unpowered": eos_unpowered,
    "eos_leases": eos_leases,
    "eos_trust": eos_qos.trust,
    "eos_queues": eos_qos.queues,
    "eos_dscp_maps": eos_qos.dscp_maps,
    "eos_class_maps": eos_qos.class_maps,
}
