"""Rules about the address plan: everything a site can need has an address, and none lies in two.

What comes after may compute any address without asking whether there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from muniform.errors import Finding
from muniform.model import addressing
from muniform.model.addressing import AddressPlan
from muniform.model.cabling import routing_devices, transit_pair
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    host_count,
    loopback_index,
    management_vlan,
    transit_vlan,
)
from muniform.model.parts.kinds import DeviceRole
from muniform.model.rule import Rule, at
from muniform.model.source import Loc

_FILE = "standards/addressing.yml"

_LONGEST_SUBNET = 29
"""Gateway, a network service, a switch or two: less than a /29 holds no site's VLAN."""

_FEWEST_LEASES = 3
_SUBNETS6 = 255

_NOT_UNICAST = tuple(
    IPv4Network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
)
"""This host, loopback, link-local, multicast and reserved (RFC 6890)."""


def _plan(declared: Declaration) -> Iterator[Finding]:
    """Later parts of the plan are looked at once the parts they rest on hold."""
    plan = address_plan(declared)
    for part in (_supernet, _ranges, _special, _overlaps, _room):
        findings = list(part(declared, plan))
        yield from findings
        if findings:
            return


def _supernet(declared: Declaration, plan: AddressPlan) -> Iterator[Finding]:
    if any(plan.supernet.overlaps(network) for network in _NOT_UNICAST):
        problem = f"{plan.supernet} holds addresses that no host can have"
        remedy = "use a network of your own, or one for private use: 10.0.0.0/8 (RFC 1918)"
        yield at(declared, _FILE, ("supernet",), problem, remedy)
    if plan.supernet.prefixlen > plan.site_prefix:
        problem = f"a /{plan.site_prefix} does not fit into {plan.supernet}"
        yield at(declared, _FILE, ("site_prefix",), problem, "write a larger number")


def _ranges(declared: Declaration, plan: AddressPlan) -> Iterator[Finding]:
    room = 2 ** (plan.site_prefix - plan.supernet.prefixlen)
    for name, (first, last) in plan.ranges.items():
        loc: Loc = ("ranges", name)
        if first > last:
            problem = f"the range holds no number: {first} is greater than {last}"
            yield at(declared, _FILE, loc, problem, "write the lower number as 'first'")
        elif last >= room:
            problem = (
                f"{plan.supernet} holds only the numbers 0 to {room - 1} of /{plan.site_prefix}"
            )
            remedy = "narrow the range, or change supernet or site_prefix"
            yield at(declared, _FILE, loc, problem, remedy)
    for (name, (first, last)), (other, (lowest, highest)) in combinations(plan.ranges.items(), 2):
        if first <= highest and lowest <= last:
            problem = f"the ranges {name!r} and {other!r} overlap"
            yield at(declared, _FILE, ("ranges", other), problem, "narrow one of the two")


def _special(declared: Declaration, plan: AddressPlan) -> Iterator[Finding]:
    """Loopbacks, circuits and reserved blocks lie in the supernet, and in no site's block."""
    networks: list[tuple[Loc, str, IPv4Network]] = [
        (("loopbacks",), "loopbacks", plan.loopbacks),
        (("wan_links",), "wan_links", plan.wan_links),
        *((("reserved", n), f"the reserved block {n!r}", x) for n, x in plan.reserved.items()),
    ]
    for loc, _, network in networks:
        if not network.subnet_of(plan.supernet):
            problem = f"{network} lies outside the supernet {plan.supernet}"
            yield at(declared, _FILE, loc, problem, "move it inside")
    for range_name, (first, last) in plan.ranges.items():
        blocks = [(n, addressing.site_block(plan, n)) for n in range(first, last + 1)]
        for _, name, network in networks:
            hit = next((n for n, block in blocks if block.overlaps(network)), None)
            if hit is not None:
                problem = f"the block of number {hit} overlaps {name} ({network})"
                remedy = "narrow the range or move the network"
                yield at(declared, _FILE, ("ranges", range_name), problem, remedy)


def _overlaps(declared: Declaration, plan: AddressPlan) -> Iterator[Finding]:
    if plan.loopbacks.overlaps(plan.wan_links):
        problem = "loopbacks and wan_links overlap"
        yield at(declared, _FILE, ("wan_links",), problem, "move one of the two networks")
    offsets = list(plan.offsets.items())
    for index, (vlan, offset) in enumerate(offsets):
        loc: Loc = ("subnets", index)
        for other_vlan, other in offsets[:index]:
            if offset.overlaps(other):
                problem = f"the subnets of VLAN {vlan} and VLAN {other_vlan} overlap"
                yield at(declared, _FILE, loc, problem, "move one of the offsets")
        if int(offset[-1]) >= 2 ** (32 - plan.site_prefix):
            problem = f"{offset} does not fit into a /{plan.site_prefix}"
            remedy = "write an offset inside the site's block"
            yield at(declared, _FILE, (*loc, "offset"), problem, remedy)
        if offset.prefixlen > _LONGEST_SUBNET:
            problem = f"a /{offset.prefixlen} has no room for a gateway, switches and hosts"
            remedy = f"use a /{_LONGEST_SUBNET} or larger"
            yield at(declared, _FILE, (*loc, "offset"), problem, remedy)


def _room(declared: Declaration, plan: AddressPlan) -> Iterator[Finding]:
    """Every number of every range has a loopback per router and a /31 per circuit."""
    highest = max((last for _, last in plan.ranges.values()), default=0)
    indexes = [
        loopback_index(plan, label, arch.devices[label].role)
        for arch in declared.archetypes.values()
        for label in routing_devices(arch)
    ]
    circuits = max((len(site.wan) for site in declared.sites.values()), default=0)
    for key, network, needed, what in (
        (
            "loopbacks",
            plan.loopbacks,
            addressing.loopback_offset(highest, max(indexes, default=0)) + 1,
            f"router {max(indexes, default=0) + 1} of the site with number {highest}",
        ),
        (
            "wan_links",
            plan.wan_links,
            addressing.wan_link_offset(highest, max(circuits, 1) - 1) + 2,
            f"circuit {max(circuits, 1)} of the site with number {highest}",
        ),
    ):
        if network.num_addresses < needed:
            problem = f"{network} has no address for {what}"
            longest = 32 - (needed - 1).bit_length()
            remedy = f"use a /{longest} or larger" if longest >= 8 else "lower the number"
            yield at(declared, _FILE, (key,), problem, remedy)


def _numbers(declared: Declaration) -> Iterator[Finding]:
    plan = address_plan(declared)
    for site_id, site in declared.sites.items():
        name = declared.archetypes[site.archetype].address_range
        first, last = plan.ranges[name]
        # A range without numbers is a finding of its own.
        if first <= last and not first <= site.number <= last:
            problem = f"number {site.number} is outside the range {name!r} ({first} to {last})"
            remedy = "choose a free number in the range; the site's block follows from it"
            yield at(declared, f"sites/{site_id}.yml", ("number",), problem, remedy)


def _host_numbers(declared: Declaration) -> Iterator[Finding]:
    """Hosts and switches have their place in their subnets, below the broadcast address."""
    plan = address_plan(declared)
    # A subnet without room for anybody is a finding of its own.
    last = {
        vlan: offset.num_addresses - 2
        for vlan, offset in plan.offsets.items()
        if offset.prefixlen <= _LONGEST_SUBNET
    }
    management = management_vlan(declared)
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        for label, host in archetype.hosts.items():
            highest = host.host_number + max(0, _most(declared, archetype_id, label) - 1)
            if host.vlan in last and highest > last[host.vlan]:
                problem = f"the subnet of VLAN {host.vlan} ends at host {last[host.vlan]}"
                remedy = "choose a lower number, or enlarge the subnet in standards/addressing.yml"
                yield at(declared, file, ("hosts", label, "host_number"), problem, remedy)
        for label, device in archetype.devices.items():
            number = plan.first_switch + device_index(label)
            switch = device.role is DeviceRole.ACCESS_SWITCH
            if switch and management in last and number > last[management]:
                problem = (
                    f"{label} would be host {number} of the management subnet, "
                    f"which ends at {last[management]}"
                )
                remedy = "use a lower number in the label, or lower first_switch"
                yield at(declared, file, ("devices", label), problem, remedy)


def _most(declared: Declaration, archetype_id: str, label: str) -> int:
    """How many computers an entry stands for, at the site that has most of them."""
    entry = declared.archetypes[archetype_id].hosts[label]
    sites = [site for site in declared.sites.values() if site.archetype == archetype_id]
    counts = [host_count(site, label, entry) for site in sites]
    return max(counts, default=entry.count or 1)


def _leases(declared: Declaration) -> Iterator[Finding]:
    """A scope that leases next to nothing is a mistake in the plan's numbers."""
    plan = address_plan(declared)
    for index, entry in enumerate(declared.addressing.subnets):
        vlan = next((v for v in declared.vlans.vlans if v.id == entry.vlan), None)
        if vlan is None or not vlan.dhcp or entry.offset.prefixlen > _LONGEST_SUBNET:
            continue
        first, last = addressing.leased(plan, entry.offset)
        count = int(last) - int(first) + 1
        if count < _FEWEST_LEASES:
            problem = f"VLAN {entry.vlan} would lease {count} addresses"
            remedy = (
                "enlarge the subnet, or change 'dhcp' in this file: its numbers are those of a "
                "/24, the last one counted from the end"
            )
            yield at(declared, _FILE, ("subnets", index), problem, remedy)


def _ipv6(declared: Declaration) -> Iterator[Finding]:
    """A site's /56 holds 256 subnets, and the first is kept."""
    count = len(declared.addressing.subnets)
    if declared.addressing.ipv6 is not None and count > _SUBNETS6:
        problem = f"{count} subnets do not fit into a site's /56 of IPv6"
        yield at(declared, _FILE, ("ipv6",), problem, f"declare {_SUBNETS6} at most")


def _site_links(declared: Declaration) -> Iterator[Finding]:
    """The offset for routed links lies in the block, beside the subnets, and holds them all."""
    plan = address_plan(declared)
    offset = plan.site_links
    if offset is None:
        return
    loc: Loc = ("site_links",)
    if int(offset[-1]) >= 2 ** (32 - plan.site_prefix):
        problem = f"{offset} does not fit into a /{plan.site_prefix}"
        remedy = "write an offset inside the site's block"
        yield at(declared, _FILE, loc, problem, remedy)
    for vlan, other in plan.offsets.items():
        if offset.overlaps(other):
            problem = f"site_links and the subnet of VLAN {vlan} overlap"
            yield at(declared, _FILE, loc, problem, "move one of the offsets")
    for archetype_id, archetype in declared.archetypes.items():
        between = transit_vlan(declared) is not None and bool(transit_pair(archetype))
        needed = 2 * (sum(link.routed for link in archetype.links) + between)
        if needed > offset.num_addresses:
            problem = f"{offset} has addresses for {offset.num_addresses // 2} routed links only"
            file = f"archetypes/{archetype_id}.yml"
            remedy = "enlarge 'site_links' in standards/addressing.yml"
            yield at(declared, file, ("links",), problem, remedy)


PLAN_RULES: tuple[Rule, ...] = (_plan, _leases, _ipv6, _site_links, _numbers, _host_numbers)
