"""The layer-3 interfaces of a device that routes: loopback, circuits, links, gateways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.model.cabling import gateways
from muniform.model.city import Device, Link
from muniform.model.parts.kinds import SWITCHING_ROLES, DeviceRole
from muniform.model.parts.routing import RoutedInterface, Vrrp
from muniform.model.parts.switching import Subnet
from muniform.model.ports import routed_description
from muniform.model.schema import ArchetypeFile, RoutingFile, SiteFile
from muniform.model.segments import INTERNET_ZONE, WAN_ZONE, acl_name

VRRP_GROUP = 1
VRRP_PRIORITIES = (110, 100)
"""Routing standard: the first gateway carries the address while it is up."""


@dataclass(frozen=True)
class Transit:
    """The link over which the halves of a gateway pair reach each other's circuits."""

    vlan: int
    network: IPv4Network


@dataclass(frozen=True)
class RoutedSite:
    """What a site's interfaces follow from."""

    site: SiteFile
    archetype: ArchetypeFile
    subnets: tuple[Subnet, ...]
    links: tuple[Link, ...]
    routing: RoutingFile
    areas: Mapping[str, int]
    """The OSPF area of each circuit, by its number."""
    area: int
    relay: tuple[IPv4Address, ...]
    transit: Transit | None
    """Between the halves of a gateway pair."""
    filtered: frozenset[str]
    """The zones that the segmentation policy has an access list for."""


def interfaces(here: RoutedSite, label: str, device: Device) -> tuple[RoutedInterface, ...]:
    """All of them: the loopback first, then links and circuits, then gateways."""
    return (
        RoutedInterface("lo", "Router ID", device.management.address, ospf_area=here.area),
        *_links(here, device),
        *_transits(here, label),
        *_gateways(here, label, device),
        *_transit(here, label),
    )


def _links(here: RoutedSite, device: Device) -> Iterator[RoutedInterface]:
    firewall = device.role is DeviceRole.FIREWALL
    for link in here.links:
        # A circuit's first address is the hub's, which stands at its end ``b``.
        for side, (end, far) in enumerate(((link.b, link.a), (link.a, link.b))):
            if end.device == device.name and link.network is not None:
                filtered = firewall and WAN_ZONE in here.filtered
                yield RoutedInterface(
                    end.port,
                    routed_description(link, far),
                    IPv4Interface((link.network[side], 31)),
                    ospf_active=True,
                    ospf_area=here.areas[link.circuit] if link.circuit else here.area,
                    ospf_cost=_cost(here.routing, link, firewall),
                    acl_in=acl_name(WAN_ZONE) if filtered else None,
                    zone=WAN_ZONE if firewall else None,
                )


def _cost(routing: RoutingFile, link: Link, firewall: bool) -> int | None:
    # A firewall drops what it did not see begin: nothing may pass through it to somewhere else.
    if link.backup or firewall:
        return routing.backup_cost
    return routing.costs.get(link.medium) if link.circuit else None  # type: ignore[call-overload]


def _transits(here: RoutedSite, label: str) -> Iterator[RoutedInterface]:
    for entry in here.site.transit:
        if entry.device == label:
            yield RoutedInterface(
                entry.port,
                f"Internet {entry.provider} {entry.circuit}",
                entry.address,
                acl_in=acl_name(INTERNET_ZONE) if INTERNET_ZONE in here.filtered else None,
                zone=INTERNET_ZONE,
            )


def _gateways(here: RoutedSite, label: str, device: Device) -> Iterator[RoutedInterface]:
    routing = gateways(here.archetype)
    if label not in routing:
        return
    switched = device.role in SWITCHING_ROLES
    trunk = "" if switched else _trunk(here.links, device.name)
    for subnet in here.subnets:
        number = subnet.vlan.id
        zone = subnet.vlan.zone
        place = routing.index(label) if len(routing) > 1 else None
        yield RoutedInterface(
            f"vlan{number}" if switched else f"{trunk}.{number}",
            f"Gateway {subnet.vlan.name}",
            gateway_address(subnet, place),
            vlan=number,
            ospf_area=here.area,
            vrrp=_vrrp(subnet, place),
            relay=here.relay if subnet.dhcp else (),
            acl_in=acl_name(zone) if zone in here.filtered else None,
            zone=zone,
        )


def _transit(here: RoutedSite, label: str) -> Iterator[RoutedInterface]:
    halves = gateways(here.archetype)
    if here.transit is None or label not in halves:
        return
    place = halves.index(label)
    yield RoutedInterface(
        f"vlan{here.transit.vlan}",
        f"Link {here.site.code}-{halves[1 - place]}",
        IPv4Interface((here.transit.network[place], 31)),
        vlan=here.transit.vlan,
        ospf_active=True,
        ospf_area=here.area,
        ospf_cost=here.routing.transit_cost,
    )


def gateway_address(subnet: Subnet, place: int | None) -> IPv4Interface:
    """A lone gateway has host 1; a pair shares it, and its halves have hosts 2 and 3."""
    if place is None:
        return subnet.gateway
    return IPv4Interface((subnet.network[2 + place], subnet.network.prefixlen))


def _vrrp(subnet: Subnet, place: int | None) -> Vrrp | None:
    if place is None:
        return None
    return Vrrp(VRRP_GROUP, subnet.gateway.ip, VRRP_PRIORITIES[place])


def _trunk(links: Iterable[Link], name: str) -> str:
    """The router's port that leads to the first switch."""
    return next(
        end.port
        for link in links
        if link.network is None
        for end in (link.a, link.b)
        if end.device == name
    )
