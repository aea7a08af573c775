"""Which cables and circuits there are, and how far along them each device is. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from functools import cache
from math import inf

from muniform.model import addressing
from muniform.model.addressing import AddressPlan
from muniform.model.city import Link, LinkEnd
from muniform.model.declaration import Declaration
from muniform.model.parts.kinds import ROUTING_ROLES, DeviceRole
from muniform.model.schema import ArchetypeFile, LinkEntry, SiteFile, WanEntry


def ends_of(link: LinkEntry) -> tuple[LinkEnd, LinkEnd]:
    """The two ends of an archetype's link. Their devices are labels: the site is not known yet."""
    return _end(link.a), _end(link.b)


@cache
def _end(text: str) -> LinkEnd:
    # Every rule and every site asks for the same few ends.
    device, port = text.split(":", 1)
    return LinkEnd(device, port)


def routers(archetype: ArchetypeFile) -> list[str]:
    """The labels of an archetype's WAN routers."""
    return [n for n, d in archetype.devices.items() if d.role is DeviceRole.WAN_ROUTER]


def routing_devices(archetype: ArchetypeFile) -> list[str]:
    """The labels of the devices that route: they have loopbacks and may end circuits."""
    return [n for n, d in archetype.devices.items() if d.role in ROUTING_ROLES]


def entries(archetype: ArchetypeFile) -> list[str]:
    """Where the city enters a site: its WAN routers, or else the switches that route."""
    return routers(archetype) or list(archetype.gateways)


def gateways(archetype: ArchetypeFile) -> list[str]:
    """What routes a site's VLANs: the declared switches, or the router with a trunk to one."""
    if archetype.gateways:
        return list(archetype.gateways)
    trunked = {e.device for link in archetype.links if not link.routed for e in ends_of(link)}
    return [label for label in routers(archetype) if label in trunked]


def transit_pair(archetype: ArchetypeFile) -> list[str]:
    """The two switches that route the VLANs together, or nothing."""
    return list(archetype.gateways) if len(archetype.gateways) == 2 else []


def partners(archetype: ArchetypeFile) -> dict[str, str]:
    """From each half of a redundant pair to the other."""
    return {x: y for a, b in archetype.pairs for x, y in ((a, b), (b, a))}


def hops(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many links lie between the starts and each name that can be reached from them."""
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        neighbours[a].append(b)
        neighbours[b].append(a)
    found = dict.fromkeys(starts, 0)
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for there in neighbours[here]:
            if there not in found:
                found[there] = found[here] + 1
                queue.append(there)
    return found


def label_pairs(archetype: ArchetypeFile) -> list[tuple[str, str]]:
    """Which devices of an archetype are linked, by label, as often as they are."""
    ends = [ends_of(link) for link in archetype.links]
    return [(a.device, b.device) for a, b in ends]


def label_hops(archetype: ArchetypeFile) -> dict[str, int]:
    """How many links lie between the site's entry and each device of an archetype, by label."""
    return hops(entries(archetype), label_pairs(archetype))


def moved_links(
    site: SiteFile, archetype: ArchetypeFile
) -> list[tuple[LinkEnd, LinkEnd, LinkEntry]]:
    """A site's cables by label: both ends and the link, with the site's ``uplinks`` applied.

    An override moves a switch's own end of the link that leads to a device nearer to the router.
    """
    if not site.uplinks:
        return [(*ends_of(entry), entry) for entry in archetype.links]
    distance = label_hops(archetype)

    def moved(end: LinkEnd, other: LinkEnd) -> LinkEnd:
        port = site.uplinks.get(end.device)
        nearer = distance.get(other.device, inf) < distance.get(end.device, inf)
        return LinkEnd(end.device, port) if port and nearer else end

    links = []
    for entry in archetype.links:
        a, b = ends_of(entry)
        links.append((moved(a, b), moved(b, a), entry))
    return links


def site_links(site: SiteFile, archetype: ArchetypeFile, plan: AddressPlan) -> tuple[Link, ...]:
    """The cables inside a site, between devices with their full names."""
    block = addressing.site_block(plan, site.number)
    links: list[Link] = []
    routed = 0
    for a, b, entry in moved_links(site, archetype):
        network = addressing.site_link(plan, block, routed) if entry.routed else None
        routed += entry.routed
        links.append(
            Link(full_end(site, a), full_end(site, b), entry.medium, network, lag=entry.lag)
        )
    return tuple(links)


def full_end(site: SiteFile, end: LinkEnd) -> LinkEnd:
    return LinkEnd(f"{site.code}-{end.device}", end.port)


def hub_port(code: str, circuit: int) -> str:
    """A Linux hub's port of a site's circuit bears the site's code. ``circuit`` counts from 0."""
    return f"eth-{code}" if circuit == 0 else f"eth-{code}-{circuit + 1}"


def far_port(site: SiteFile, circuit: int, entry: WanEntry) -> str:
    """The port at the other end of a circuit: the declared one, or the one named after the site."""
    return entry.to_port or hub_port(site.code, circuit)


def circuit_ports(declared: Declaration) -> Mapping[str, set[str]]:
    """The ports into which circuits are plugged, by the full name of their device."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for site in declared.sites.values():
        for index, wan in enumerate(site.wan):
            found[f"{site.code}-{wan.device}"].add(wan.port)
            found[wan.to].add(far_port(site, index, wan))
        for transit in site.transit:
            found[f"{site.code}-{transit.device}"].add(transit.port)
    return found


def wan_links(declared: Declaration, plan: AddressPlan) -> tuple[Link, ...]:
    """All circuits: ``a`` is the end of the site that declares it, ``b`` the hub's."""
    return tuple(
        Link(
            LinkEnd(f"{site.code}-{entry.device}", entry.port),
            LinkEnd(entry.to, far_port(site, circuit, entry)),
            entry.medium,
            addressing.wan_link(plan, site.number, circuit),
            circuit=entry.circuit,
            backup=entry.backup,
        )
        for site in sorted(declared.sites.values(), key=lambda site: site.number)
        for circuit, entry in enumerate(site.wan)
    )
