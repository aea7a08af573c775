"""Rules about cables: every end in a port of its own, every device with a way to its router.

Also says which topologies are not supported yet, so that none is built wrong in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.cabling import ends_of, hub_port, label_hops, moved_links, routers
from muniform.model.catalogue import longest_port_name
from muniform.model.city import LinkEnd
from muniform.model.declaration import Declaration, model_ports
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.schema import ArchetypeFile, ModelEntry
from muniform.model.source import Loc


def _model(declared: Declaration, archetype: ArchetypeFile, label: str) -> ModelEntry:
    return declared.models.models[archetype.devices[label].model]


def _has_port(declared: Declaration, archetype: ArchetypeFile, end: LinkEnd) -> bool:
    model = _model(declared, archetype, end.device)
    return end.port in (*model_ports(model, "access"), *model_ports(model, "uplink"))


def _links(declared: Declaration) -> Iterator[Finding]:
    """The archetypes' cables, as they lie at every site without an override."""
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        claims = []
        for index, link in enumerate(archetype.links):
            a, b = ends_of(link)
            if a.device == b.device:
                problem = f"the link leads from {a.device!r} to itself"
                yield at(declared, file, ("links", index), problem, "name two devices")
            for key, end in (("a", a), ("b", b)):
                claims.append(Claim(end, str(end), file, ("links", index, key)))
                if not _has_port(declared, archetype, end):
                    model = archetype.devices[end.device].model
                    problem = f"a {model} has no port {end.port!r}"
                    remedy = "use a port of catalog/models.yml"
                    yield at(declared, file, ("links", index, key), problem, remedy)
        for claim, _ in rivals(claims):
            problem = f"port {claim.owner} is used by two links"
            remedy = "plug each link into a port of its own"
            yield at(declared, file, claim.loc, problem, remedy)
        yield from _shape(declared, file, archetype)


def _shape(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    """One router, one cable from it, and behind that as many switches as needed."""
    known = routers(archetype)
    if not known:
        remedy = "add a device with 'role: wan_router'"
        yield at(declared, file, ("devices",), "no device is a router", remedy)
        return
    for label in known[1:]:
        problem = f"a second router ({label!r} beside {known[0]!r}) is not supported yet"
        remedy = "keep one router: two would both claim the gateways' addresses"
        yield at(declared, file, ("devices", label), problem, remedy)
    at_router = [
        index
        for index, link in enumerate(archetype.links)
        if any(end.device == known[0] for end in ends_of(link))
    ]
    for index in at_router[1:]:
        problem = f"a second link at router {known[0]!r} is not supported yet"
        remedy = "link the switch to another switch: the gateways stand on one port of the router"
        yield at(declared, file, ("links", index), problem, remedy)
    reached = label_hops(archetype)
    for label in archetype.devices:
        if label not in reached:
            problem = f"no link leads from a router to {label!r}"
            yield at(declared, file, ("devices", label), problem, "add a link under 'links'")
    if archetype.hosts and not at_router:
        problem = f"no link leads from router {known[0]!r} to the hosts"
        yield at(declared, file, ("hosts",), problem, "add a switch and a link under 'links'")
    yield from _gateway_names(declared, file, archetype, known[0])


def _gateway_names(
    declared: Declaration, file: str, archetype: ArchetypeFile, router: str
) -> Iterator[Finding]:
    """A gateway is an interface ``<port>.<vlan>``, whose name may be too long."""
    limit = longest_port_name(_model(declared, archetype, router).platform)
    for index, link in enumerate(archetype.links):
        for key, end in zip("ab", ends_of(link), strict=True):
            name = f"{end.port}.{max(archetype.vlans, default=0)}"
            if end.device == router and len(name) > limit:
                problem = f"interface name {name!r} is longer than {limit} characters"
                remedy = "use a port with a shorter name"
                yield at(declared, file, ("links", index, key), problem, remedy)


def _profile_ports(declared: Declaration) -> Iterator[Finding]:
    """Profiles are dealt out over the access ports that no link takes."""
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        ends = [end for link in archetype.links for end in ends_of(link)]
        for label in archetype.devices:
            missing = _missing_ports(declared, archetype, label, ends)
            if missing:
                remedy = "lower the counts, add a switch, or choose a larger model"
                yield at(declared, file, ("devices", label, "ports"), missing, remedy)


def _missing_ports(
    declared: Declaration, archetype: ArchetypeFile, label: str, ends: list[LinkEnd]
) -> str:
    """What is wrong if a device has too few access ports; nothing if it has enough."""
    device = archetype.devices[label]
    ports = set(model_ports(_model(declared, archetype, label), "access"))
    taken = len(ports & {end.port for end in ends if end.device == label})
    needs = sum(device.ports.values())
    if needs <= len(ports) - taken:
        return ""
    less = f", {taken} of them taken by links" if taken else ""
    return f"{needs} access ports are needed, a {device.model} has {len(ports)}{less}"


def _overrides(declared: Declaration) -> Iterator[Finding]:
    """A site's ``uplinks``: each moves something, to a port that exists and is free."""
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes[site.archetype]
        before = [end for link in archetype.links for end in ends_of(link)]
        after = [end for a, b, _ in moved_links(site, archetype) for end in (a, b)]
        used = Counter(after)
        for label, port in site.uplinks.items():
            loc: Loc = ("uplinks", label)
            end = LinkEnd(label, port)
            full = f"{site.code}-{end}"
            if end not in after or after.count(end) == before.count(end):
                problem = f"the override moves no link: {label} has none towards the router to move"
                if end in before:
                    problem = f"the override moves no link: one is in {full} already"
                yield at(declared, file, loc, problem, "remove it, or name another port")
                continue
            if not _has_port(declared, archetype, end):
                problem = f"a {archetype.devices[label].model} has no port {port!r}"
                yield at(declared, file, loc, problem, "use a port of catalog/models.yml")
            if used[end] > 1:
                problem = f"port {full} is used by two links"
                yield at(declared, file, loc, problem, "plug each link into a port of its own")
            missing = _missing_ports(declared, archetype, label, after)
            if missing and not _missing_ports(declared, archetype, label, before):
                yield at(declared, file, loc, missing, "use a port of the catalogue's 'uplink'")


def _circuits(declared: Declaration) -> Iterator[Finding]:
    """Circuits and cables share a router's ports, and no two ends share one."""
    claims = []
    for site_id, site in declared.sites.items():
        archetype = declared.archetypes[site.archetype]
        for a, b, _ in moved_links(site, archetype):
            for end in (a, b):
                loc: Loc = ("archetype",)
                claims.append(_claim(f"{site.code}-{end.device}", end.port, site_id, loc))
    for site_id, site in declared.sites.items():
        for index, wan in enumerate(site.wan):
            loc = ("wan", index, "port")
            claims.append(_claim(f"{site.code}-{wan.device}", wan.port, site_id, loc))
            loc = ("wan", index, "to")
            claims.append(_claim(wan.to, hub_port(site.code, index), site_id, loc))
    for claim, holder in rivals(claims):
        # Two cables in one port are reported where they are declared.
        if claim.loc[0] == "wan":
            problem = f"port {claim.owner} is already used ({holder.file})"
            remedy = "plug each circuit and each link into a port of its own"
            yield at(declared, claim.file, claim.loc, problem, remedy)


def _claim(device: str, port: str, site_id: str, loc: Loc) -> Claim:
    end = LinkEnd(device, port)
    return Claim(end, str(end), f"sites/{site_id}.yml", loc)


def _wan_ports(declared: Declaration) -> Iterator[Finding]:
    """A circuit's port is one of the router's own; the hub's bears the site's code."""
    platforms = {
        f"{site.code}-{label}": declared.models.models[device.model].platform
        for site in declared.sites.values()
        for label, device in declared.archetypes[site.archetype].devices.items()
    }
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes[site.archetype]
        for index, wan in enumerate(site.wan):
            if not _has_port(declared, archetype, LinkEnd(wan.device, wan.port)):
                problem = f"a {archetype.devices[wan.device].model} has no port {wan.port!r}"
                remedy = "use a port of catalog/models.yml"
                yield at(declared, file, ("wan", index, "port"), problem, remedy)
            there = hub_port(site.code, index)
            limit = longest_port_name(platforms[wan.to])
            if len(there) > limit:
                problem = f"the port {there!r} at {wan.to} is longer than {limit} characters"
                remedy = "use a shorter site code, or fewer circuits"
                yield at(declared, file, ("wan", index), problem, remedy)


TOPOLOGY_RULES: tuple[Rule, ...] = (_links, _profile_ports, _overrides, _circuits, _wan_ports)
