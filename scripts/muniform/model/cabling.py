"""Which cables and circuits there are, and how far along them each device is. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from math import inf

from muniform.model import addressing
from muniform.model.addressing import AddressPlan
from muniform.model.city import DeviceRole, Link, LinkEnd
from muniform.model.declaration import Declaration
from muniform.model.schema import ArchetypeFile, LinkEntry, Medium, SiteFile


def ends_of(link: LinkEntry) -> tuple[LinkEnd, LinkEnd]:
    """The two ends of an archetype's link. Their devices are labels: the site is not known yet."""
    (a, a_port), (b, b_port) = link.a.split(":", 1), link.b.split(":", 1)
    return LinkEnd(a, a_port), LinkEnd(b, b_port)


def routers(archetype: ArchetypeFile) -> list[str]:
    """The labels of an archetype's routers."""
    return [n for n, d in archetype.devices.items() if d.role is DeviceRole.WAN_ROUTER]


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


def label_hops(archetype: ArchetypeFile) -> dict[str, int]:
    """How many links lie between the archetype's router and each of its devices, by label."""
    ends = [ends_of(link) for link in archetype.links]
    return hops(routers(archetype), [(a.device, b.device) for a, b in ends])


def moved_links(site: SiteFile, archetype: ArchetypeFile) -> list[tuple[LinkEnd, LinkEnd, Medium]]:
    """A site's cables by label: both ends and the medium, with the site's ``uplinks`` applied.

    An override moves a switch's own end of the link that leads to a device nearer to the router.
    """
    distance = label_hops(archetype)

    def moved(end: LinkEnd, other: LinkEnd) -> LinkEnd:
        port = site.uplinks.get(end.device)
        nearer = distance.get(other.device, inf) < distance.get(end.device, inf)
        return LinkEnd(end.device, port) if port and nearer else end

    links = []
    for entry in archetype.links:
        a, b = ends_of(entry)
        links.append((moved(a, b), moved(b, a), entry.medium))
    return links


def site_links(site: SiteFile, archetype: ArchetypeFile) -> tuple[Link, ...]:
    """The cables inside a site, between devices with their full names."""
    return tuple(
        Link(_full(site, a), _full(site, b), medium)
        for a, b, medium in moved_links(site, archetype)
    )


def _full(site: SiteFile, end: LinkEnd) -> LinkEnd:
    return LinkEnd(f"{site.code}-{end.device}", end.port)


def hub_port(code: str, circuit: int) -> str:
    """The hub's port of a site's circuit: it bears the site's code. ``circuit`` counts from 0."""
    return f"eth-{code}" if circuit == 0 else f"eth-{code}-{circuit + 1}"


def wan_links(declared: Declaration, plan: AddressPlan) -> tuple[Link, ...]:
    """All circuits: ``a`` is the end of the site that declares it, ``b`` the hub's."""
    return tuple(
        Link(
            LinkEnd(f"{site.code}-{entry.device}", entry.port),
            LinkEnd(entry.to, hub_port(site.code, circuit)),
            entry.medium,
            addressing.wan_link(plan, site.number, circuit),
        )
        for site in sorted(declared.sites.values(), key=lambda site: site.number)
        for circuit, entry in enumerate(site.wan)
    )
