"""Filters for Juniper Junos templates: names, quoting and what several declarations add up to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network
from math import ceil
from typing import Any

from muniform.errors import RenderError
from muniform.model import (
    ROUTING_KEY_ID,
    Device,
    Lockout,
    RoutedInterface,
    Routing,
    SecretRef,
)
from muniform.render.filters import junos_ports, junos_qos

# What Junos prints without quotes; everything else it prints inside them.
_BARE = re.compile(r"[A-Za-z0-9._/:-]+")
_VLAN_INTERFACE = re.compile(r"vlan(\d+)")
_LINK_PREFIX = 30
"""A link has two ends: no designated router is elected on it."""


def junos_text(text: str) -> str:
    """A value as Junos prints it: in quotes if it has to be, on one line."""
    if _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def junos_secret(secret: SecretRef, form: str) -> str:
    """What stands in the configuration for a secret, always in quotes."""
    return f'"{SecretRef(secret.name, form)}"'


def junos_list(values: Iterable[object]) -> str:
    """One value bare, several in brackets."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"[ {' '.join(texts)} ]"


def junos_prefixes(networks: Iterable[IPv4Network]) -> list[IPv4Network]:
    """The members of a prefix list, in Junos' order: it keeps each once, sorted."""
    return sorted(set(networks))


def junos_managers(addresses: Iterable[IPv4Address]) -> list[IPv4Network]:
    return junos_prefixes(IPv4Network(address) for address in addresses)


def junos_device(name: str) -> str:
    """The physical interface behind a name of the model."""
    if name == "lo":
        return "lo0"
    if _VLAN_INTERFACE.fullmatch(name):
        return "irb"
    return name.partition(".")[0]


def junos_unit(name: str) -> int:
    """The number of the logical interface: a VLAN's, a subinterface's, or the only one, 0."""
    vlan = _VLAN_INTERFACE.fullmatch(name)
    if vlan:
        return int(vlan[1])
    return int(name.partition(".")[2] or 0)


def junos_logical(name: str) -> str:
    """The logical interface, such as ``irb.20`` or ``ge-0/0/1.0``."""
    return f"{junos_device(name)}.{junos_unit(name)}"


def junos_boot_interfaces(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """What carries the first session of a device that routes: its loopback and its neighbours."""
    return [entry for entry in interfaces if entry.name == "lo" or entry.ospf_active]


def junos_areas(
    interfaces: Iterable[RoutedInterface],
) -> list[tuple[IPv4Address, list[RoutedInterface]]]:
    """Every OSPF area, by number, with its interfaces. Junos prints areas as dotted quads."""
    areas: dict[int, list[RoutedInterface]] = {}
    for entry in interfaces:
        if entry.ospf_area is not None:
            areas.setdefault(entry.ospf_area, []).append(entry)
    return [(IPv4Address(area), members) for area, members in sorted(areas.items())]


def junos_is_link(interface: RoutedInterface) -> bool:
    return interface.address.network.prefixlen >= _LINK_PREFIX


def junos_bandwidth(routing: Routing) -> str:
    """OSPF's reference bandwidth in the unit in which people write it."""
    mbps = routing.reference_bandwidth_mbps
    return f"{mbps // 1000}g" if mbps % 1000 == 0 else f"{mbps}m"


def junos_relays(
    interfaces: Iterable[RoutedInterface],
) -> list[tuple[tuple[IPv4Address, ...], list[str]]]:
    """Every set of DHCP servers, with the logical interfaces that are relayed to it, by number."""
    groups: dict[tuple[IPv4Address, ...], list[RoutedInterface]] = {}
    for entry in interfaces:
        if entry.relay:
            groups.setdefault(entry.relay, []).append(entry)
    return [
        (servers, [junos_logical(e.name) for e in sorted(members, key=lambda e: e.vlan or 0)])
        for servers, members in sorted(groups.items())
    ]


def junos_zones(
    interfaces: Iterable[RoutedInterface], device: Device
) -> list[tuple[str, list[RoutedInterface]]]:
    """The security zones that interfaces of a firewall are in, by name.

    The loopback belongs to the inward zone, where OSPF is spoken: sessions to it come from there.
    Raises RenderError for an interface without a zone, since it would pass no packet.
    """
    inward = next((entry.zone for entry in device.interfaces if entry.ospf_active), None)
    zones: dict[str, list[RoutedInterface]] = {}
    for entry in interfaces:
        zone = inward if entry.name == "lo" else entry.zone
        if zone is None:
            raise RenderError(
                f"{device.name}: {entry.name} is in no security zone",
                "give the link a zone, or the firewall a link inward that speaks OSPF",
            )
        zones.setdefault(zone, []).append(entry)
    return sorted(zones.items())


def junos_provider(interface: RoutedInterface, device: Device) -> bool:
    """Whether a provider's router, with which BGP is spoken, is at the other end."""
    neighbors = device.bgp.neighbors if device.bgp else ()
    return any(neighbor.address in interface.address.network for neighbor in neighbors)


def junos_ospf_key(key: SecretRef) -> str:
    """The key that authenticates OSPF, with its number."""
    return f"md5 {ROUTING_KEY_ID} key {junos_secret(key, 'junos9')}"


def junos_tries(lockout: Lockout) -> int:
    """Failures after which an account is closed. Junos counts those of one connection."""
    return _within(lockout.tries, range(2, 11), "failures before an account is closed")


def junos_lockout_minutes(lockout: Lockout) -> int:
    """For how long an account is closed, which Junos counts in minutes."""
    minutes = ceil(lockout.closed_seconds / 60)
    return _within(minutes, range(1, 43201), "minutes for which an account is closed")


def junos_idle(minutes: int) -> int:
    """After how many idle minutes a session ends."""
    return _within(minutes, range(1, 61), "idle minutes before a session ends")


def _within(value: int, allowed: range, what: str) -> int:
    if value not in allowed:
        raise RenderError(
            f"{value} {what}: Junos takes {allowed[0]} to {allowed[-1]}",
            "correct the standard of the network devices",
        )
    return value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "junos_text": junos_text,
    "junos_secret": junos_secret,
    "junos_list": junos_list,
    "junos_prefixes": junos_prefixes,
    "junos_managers": junos_managers,
    "junos_device": junos_device,
    "junos_unit": junos_unit,
    "junos_logical": junos_logical,
    "junos_boot_interfaces": junos_boot_interfaces,
    "junos_areas": junos_areas,
    "junos_is_link": junos_is_link,
    "junos_bandwidth": junos_bandwidth,
    "junos_relays": junos_relays,
    "junos_zones": junos_zones,
    "junos_provider": junos_provider,
    "junos_ospf_key": junos_ospf_key,
    "junos_idle": junos_idle,
    "junos_tries": junos_tries,
    "junos_lockout_minutes": junos_lockout_minutes,
    **junos_ports.FILTERS,
    **junos_qos.FILTERS,
}
