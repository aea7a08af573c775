"""Rules about redundancy: a pair is one only with two paths, and links form no loop beside it."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.cabling import (
    ends_of,
    entries,
    hops,
    label_pairs,
    partners,
    transit_pair,
)
from muniform.model.declaration import Declaration, transit_vlan
from muniform.model.rule import Rule, at
from muniform.model.schema import ArchetypeFile

_Group = frozenset[str]
"""A device, or both halves of a pair."""
_Bundle = tuple[frozenset[str], int | None]
"""The two devices of a link, and the number of its aggregation."""


def _pairs(declared: Declaration) -> Iterator[Finding]:
    """Each half of a pair alone still joins everything else to the site's entry."""
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        starts = entries(archetype)
        for index, pair in enumerate(archetype.pairs):
            for lost in pair:
                for label in _cut_off(archetype, starts, lost):
                    problem = f"without {lost!r} no path is left to {label!r}"
                    remedy = f"link {label!r} to both {pair[0]!r} and {pair[1]!r}"
                    yield at(declared, file, ("pairs", index), problem, remedy)
        if archetype.redundancy == "pair" and not archetype.pairs:
            problem = "the redundancy is 'pair', and no two devices are one"
            yield at(declared, file, ("redundancy",), problem, "add 'pairs:', or use 'single'")


def _cut_off(archetype: ArchetypeFile, starts: list[str], lost: str) -> list[str]:
    """The devices without a path from the site's entry when ``lost`` is gone."""
    left = [start for start in starts if start != lost]
    cables = [pair for pair in label_pairs(archetype) if lost not in pair]
    reached = hops(left, cables)
    before = hops(starts, label_pairs(archetype))
    return [x for x in archetype.devices if x != lost and x in before and x not in reached]


def _two_circuits(declared: Declaration) -> Iterator[Finding]:
    """A redundant site has circuits at both halves, or others' circuits end at both."""
    ended: dict[str, set[str]] = {}
    for site in declared.sites.values():
        for wan in site.wan:
            ended.setdefault(site.code, set()).add(wan.device)
            code, _, label = wan.to.partition("-")
            ended.setdefault(code, set()).add(label)
    for site_id, site in declared.sites.items():
        archetype = declared.archetypes[site.archetype]
        if archetype.redundancy == "pair" and len(ended.get(site.code, ())) < 2:
            problem = "the archetype is redundant, and all circuits end at one device"
            remedy = "add a circuit under 'wan' to the other half of the pair"
            yield at(declared, f"sites/{site_id}.yml", ("wan",), problem, remedy)


def _loops(declared: Declaration) -> Iterator[Finding]:
    """With each pair seen as one device and each aggregation as one link, trunks form a tree.

    A loop anywhere else is a mistake in a port's number far more often than a design, and
    spanning tree would shut one of its links for ever.
    """
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        together = _Groups()
        for index, a, b, bundle in _contracted(archetype):
            if a != b and not together.join(a, b, bundle):
                problem = f"the link closes a loop between {_named(a)} and {_named(b)}"
                remedy = "remove it, give parallel links one 'lag', or declare a pair"
                yield at(declared, file, ("links", index), problem, remedy)


def _contracted(
    archetype: ArchetypeFile,
) -> Iterator[tuple[int, _Group, _Group, _Bundle]]:
    """The trunks between pairs and single devices, each with what makes parallel ones equal."""
    other = partners(archetype)

    def whole(label: str) -> _Group:
        return frozenset({label, other.get(label, label)})

    for index, link in enumerate(archetype.links):
        if not link.routed:
            a, b = ends_of(link)
            # A switch has one way to each half of a pair; more to the same half is a loop
            # unless they are one aggregation.
            bundle = (frozenset({a.device, b.device}), link.lag)
            yield index, whole(a.device), whole(b.device), bundle


def _named(group: _Group) -> str:
    return " and ".join(repr(label) for label in sorted(group))


class _Groups:
    """Which devices hang together so far (disjoint sets), and over which links."""

    def __init__(self) -> None:
        self.parent: dict[_Group, _Group] = {}
        self.links: dict[frozenset[_Group], set[_Bundle]] = {}

    def join(self, a: _Group, b: _Group, bundle: _Bundle) -> bool:
        """Whether a link between them is allowed: they were apart, or it belongs to theirs."""
        known = self.links.setdefault(frozenset({a, b}), set())
        if known:
            # Another cable of the same aggregation, or the second path: to a pair's other half.
            allowed = (bundle in known and bundle[1] is not None) or all(
                bundle[0] != devices for devices, _ in known
            )
            known.add(bundle)
            return allowed
        known.add(bundle)
        root_a, root_b = self._root(a), self._root(b)
        self.parent[root_a] = root_b
        return root_a != root_b

    def _root(self, group: _Group) -> _Group:
        while (above := self.parent.get(group, group)) != group:
            group = above
        return group


def _between_gateways(declared: Declaration) -> Iterator[Finding]:
    """A gateway whose own circuit is cut goes on through the other: they need a routed path."""
    for archetype_id, archetype in declared.archetypes.items():
        halves = set(transit_pair(archetype))
        if not halves:
            continue
        links = [link for link in archetype.links if {e.device for e in ends_of(link)} == halves]
        ready = transit_vlan(declared) is not None and declared.addressing.site_links is not None
        if any(link.routed or ready for link in links):
            continue
        first, second = archetype.gateways
        problem = f"no routed path between the gateways {first!r} and {second!r}"
        remedy = f"link {first!r} and {second!r} by a trunk, or by a link with 'routed: true'"
        if links:
            remedy = (
                "declare a VLAN with 'use: transit' in standards/vlans.yml, and 'site_links' in "
                "standards/addressing.yml"
            )
        file = f"archetypes/{archetype_id}.yml"
        yield at(declared, file, ("gateways",), problem, remedy)


REDUNDANCY_RULES: tuple[Rule, ...] = (_pairs, _between_gateways, _two_circuits, _loops)
