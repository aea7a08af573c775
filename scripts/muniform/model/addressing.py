"""Addressing as pure functions of the plan and a site's number. No I/O, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network

from muniform.model.parts.kinds import DeviceRole

_SITE6_PREFIX = 56
_VLAN6_PREFIX = 64
"""Their lengths as RFC 6177 and the addressing standard have them."""


@dataclass(frozen=True)
class AddressPlan:
    """The city's plan: where blocks, loopbacks and circuits lie, and each VLAN's offset."""

    supernet: IPv4Network
    site_prefix: int
    ranges: Mapping[str, tuple[int, int]]
    reserved: Mapping[str, IPv4Network]
    loopbacks: IPv4Network
    wan_links: IPv4Network
    offsets: Mapping[int, IPv4Network]
    first_switch: int
    loopback_blocks: Mapping[DeviceRole, int]
    site_links: IPv4Network | None
    dhcp: tuple[int, int]
    """First and last leased host of a /24."""
    prefix6: IPv6Network | None


def site_block(plan: AddressPlan, number: int) -> IPv4Network:
    """The block of the site with this number. IndexError if the supernet is too small."""
    size = 2 ** (32 - plan.site_prefix)
    first = int(plan.supernet[0]) + number * size
    if first + size - 1 > int(plan.supernet[-1]):
        raise IndexError(number)
    return IPv4Network((first, plan.site_prefix))


def subnet(plan: AddressPlan, block: IPv4Network, vlan: int) -> IPv4Network:
    """A VLAN's subnet in a site's block. KeyError if the plan gives the VLAN none."""
    return _inside(block, plan.offsets[vlan])


def host(network: IPv4Network, number: int) -> IPv4Interface:
    """Host ``number`` of a subnet, counted from its first address."""
    return IPv4Interface((int(network[number]), network.prefixlen))


def leased(plan: AddressPlan, network: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    """First and last leased address of a subnet.

    The plan's numbers are those of a /24; the last one counts from the subnet's end, so that a
    larger subnet leases more and a smaller one keeps as much free above.
    """
    size = network.num_addresses
    first = min(plan.dhcp[0], size - 3)
    last = max(first, min(size - (256 - plan.dhcp[1]), size - 2))
    return network[first], network[last]


def loopback_offset(number: int, router: int) -> int:
    """Where a router's loopback lies among all loopbacks; ``router`` counts from 0."""
    return router * 256 + number


def loopback(plan: AddressPlan, number: int, router: int) -> IPv4Address:
    """The loopback of a site's router. IndexError if the plan keeps too few."""
    return plan.loopbacks[loopback_offset(number, router)]


def wan_link_offset(number: int, circuit: int) -> int:
    """Where a circuit's first address lies among all of them; ``circuit`` counts from 0."""
    return circuit * 512 + number * 2


def wan_link(plan: AddressPlan, number: int, circuit: int) -> IPv4Network:
    """The /31 of a site's circuit (RFC 3021). IndexError if the plan keeps too few."""
    return IPv4Network((plan.wan_links[wan_link_offset(number, circuit)], 31))


def site_link(plan: AddressPlan, block: IPv4Network, link: int) -> IPv4Network:
    """The /31 of a routed link inside a site; ``link`` counts from 0.

    KeyError if the plan has no place for such links, IndexError if it keeps too few.
    """
    if plan.site_links is None:
        raise KeyError("site_links")
    return IPv4Network((_inside(block, plan.site_links)[2 * link], 31))


def transit_link(plan: AddressPlan, block: IPv4Network) -> IPv4Network:
    """The /31 between the halves of a gateway pair: the last one, so that it never moves.

    KeyError if the plan has no place for routed links.
    """
    if plan.site_links is None:
        raise KeyError("site_links")
    return IPv4Network((_inside(block, plan.site_links)[-2], 31))


def site_block6(plan: AddressPlan, number: int) -> IPv6Network | None:
    """The site's /56 of the unique local prefix, if the city has one."""
    if plan.prefix6 is None:
        return None
    size = 2 ** (128 - _SITE6_PREFIX)
    return IPv6Network((int(plan.prefix6[0]) + number * size, _SITE6_PREFIX))


def subnet6(plan: AddressPlan, number: int, vlan: int) -> IPv6Network | None:
    """A VLAN's /64 in the site's /56: numbered by the VLAN's place in the plan, from 1.

    A /56 holds 256 subnets, fewer than there are VLAN ids, so the id can't be the number.
    """
    block = site_block6(plan, number)
    if block is None:
        return None
    place = list(plan.offsets).index(vlan) + 1
    return IPv6Network((int(block[0]) + place * 2 ** (128 - _VLAN6_PREFIX), _VLAN6_PREFIX))


def _inside(block: IPv4Network, offset: IPv4Network) -> IPv4Network:
    return IPv4Network((int(block[0]) + int(offset[0]), offset.prefixlen))
