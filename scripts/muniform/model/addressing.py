"""Addressing as pure functions of the plan and a site's number. No I/O, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


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


def site_block(plan: AddressPlan, number: int) -> IPv4Network:
    """The block of the site with this number. IndexError if the supernet is too small."""
    size = 2 ** (32 - plan.site_prefix)
    first = plan.supernet[0] + number * size
    block = IPv4Network((first, plan.site_prefix))
    if not block.subnet_of(plan.supernet):
        raise IndexError(number)
    return block


def subnet(plan: AddressPlan, block: IPv4Network, vlan: int) -> IPv4Network:
    """A VLAN's subnet in a site's block. KeyError if the plan gives the VLAN none."""
    offset = plan.offsets[vlan]
    return IPv4Network((int(block[0]) + int(offset[0]), offset.prefixlen))


def host(network: IPv4Network, number: int) -> IPv4Interface:
    """Host ``number`` of a subnet, counted from its first address."""
    return IPv4Interface((network[number], network.prefixlen))


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
