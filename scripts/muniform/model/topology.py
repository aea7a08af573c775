"""Rules about cables: every end in a port of its own that fits, every device with a way out."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.cabling import (
    ends_of,
    far_port,
    gateways,
    label_hops,
    moved_links,
    routers,
    routing_devices,
)
from muniform.model.catalogue import longest_port_name
from muniform.model.city import LinkEnd
from muniform.model.declaration import Declaration
from muniform.model.parts.kinds import ROUTING_ROLES, SWITCHING_ROLES
from muniform.model.ports import model_port_names
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.schema import ArchetypeFile, LinkEntry, ModelEntry
from muniform.model.source import Loc

_CATALOGUE = "use a port of catalog/models.yml"
_APART = "plug each circuit and each link into a port of its own"


def _model(declared: Declaration, archetype: ArchetypeFile, label: str) -> ModelEntry:
    return declared.models.models[archetype.devices[label].model]


def _has_port(declared: Declaration, archetype: ArchetypeFile, end: LinkEnd) -> bool:
    return end.port in model_port_names(_model(declared, archetype, end.device))


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
                    yield at(declared, file, ("links", index, key), problem, _CATALOGUE)
            yield from _kind(declared, file, archetype, index, link)
        for claim, _ in rivals(claims):
            problem = f"port {claim.owner} is used by two links"
            remedy = "plug each link into a port of its own"
            yield at(declared, file, claim.loc, problem, remedy)
        yield from _shape(declared, file, archetype)


def _kind(
    declared: Declaration, file: str, archetype: ArchetypeFile, index: int, link: LinkEntry
) -> Iterator[Finding]:
    """A routed link joins devices that route; a trunk begins and ends at switches, or at the
    router that serves the VLANs."""
    roles = [archetype.devices[end.device].role for end in ends_of(link)]
    loc: Loc = ("links", index)
    if link.routed:
        if not all(role in ROUTING_ROLES for role in roles):
            remedy = "remove 'routed', or link it to a router, a firewall or a routing switch"
            yield at(declared, file, loc, "a routed link ends at a device that can't route", remedy)
        if link.lag is not None:
            remedy = "remove 'lag': OSPF uses parallel routed links side by side"
            yield at(declared, file, loc, "a routed link can't be part of an aggregation", remedy)
        if declared.addressing.site_links is None:
            remedy = "add 'site_links:' with an offset to standards/addressing.yml"
            yield at(declared, file, loc, "the plan has no addresses for routed links", remedy)
    elif not any(role in SWITCHING_ROLES for role in roles):
        remedy = "add 'routed: true', or link one of them to a switch"
        yield at(declared, file, loc, "a trunk needs a switch at one end at least", remedy)


def _shape(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    """One gateway or a pair, and a way from the site's entry to every device."""
    if not routing_devices(archetype):
        remedy = "add a device with 'role: wan_router'"
        yield at(declared, file, ("devices",), "no device is a router", remedy)
        return
    routing = gateways(archetype)
    if not archetype.gateways:
        yield from _router_gateway(declared, file, archetype)
    if not routers(archetype) and not archetype.gateways:
        remedy = "add 'gateways:' with the switch, or the pair of switches, that routes them"
        yield at(declared, file, ("devices",), "nothing routes the VLANs", remedy)
        return
    reached = label_hops(archetype)
    for label in archetype.devices:
        if label not in reached:
            problem = f"no link leads from a router to {label!r}"
            yield at(declared, file, ("devices", label), problem, "add a link under 'links'")
    if archetype.hosts and not routing:
        problem = f"no link leads from router {routers(archetype)[0]!r} to the hosts"
        yield at(declared, file, ("hosts",), problem, "add a switch and a link under 'links'")


def _router_gateway(
    declared: Declaration, file: str, archetype: ArchetypeFile
) -> Iterator[Finding]:
    """Without gateway switches one router serves the VLANs, on one trunk."""
    trunks = [
        (index, end)
        for index, link in enumerate(archetype.links)
        if not link.routed
        for end in ends_of(link)
        if end.device in routers(archetype)
    ]
    for index, end in trunks[1:]:
        first = trunks[0][1]
        if end.device == first.device:
            problem = f"a second link at router {end.device!r} is not supported yet"
            remedy = (
                "link the switch to another switch: the gateways stand on one port of the router"
            )
        else:
            problem = f"routers {first.device!r} and {end.device!r} would both be the gateway"
            remedy = "name the pair of switches that routes under 'gateways', or keep one router"
        yield at(declared, file, ("links", index), problem, remedy)
    for index, end in trunks[:1]:
        limit = longest_port_name(_model(declared, archetype, end.device).platform)
        name = f"{end.port}.{max(archetype.vlans, default=0)}"
        if len(name) > limit:
            problem = f"interface name {name!r} is longer than {limit} characters"
            key = "ab"[ends_of(archetype.links[index]).index(end)]
            remedy = "use a port with a shorter name"
            yield at(declared, file, ("links", index, key), problem, remedy)


def _overrides(declared: Declaration) -> Iterator[Finding]:
    """A site's ``uplinks``: each moves something, to a port that exists and is free."""
    for site_id, site in declared.sites.items():
        if not site.uplinks:
            continue
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes[site.archetype]
        before = [end for link in archetype.links for end in ends_of(link)]
        after = [end for a, b, _ in moved_links(site, archetype) for end in (a, b)]
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
                yield at(declared, file, loc, problem, _CATALOGUE)
            if after.count(end) > 1:
                problem = f"port {full} is used by two links"
                yield at(declared, file, loc, problem, "plug each link into a port of its own")


def _circuits(declared: Declaration) -> Iterator[Finding]:
    """Circuits and cables share a router's ports, and no two ends share one."""
    claims = []
    ended = _ended(declared)
    for site_id, site in declared.sites.items():
        archetype = declared.archetypes[site.archetype]
        for a, b, _ in moved_links(site, archetype):
            for end in (a, b):
                name = f"{site.code}-{end.device}"
                if name in ended:
                    claims.append(_claim(name, end.port, site_id, ("archetype",)))
    for site_id, site in declared.sites.items():
        for index, wan in enumerate(site.wan):
            own = f"{site.code}-{wan.device}"
            claims.append(_claim(own, wan.port, site_id, ("wan", index, "port")))
            key = "to_port" if wan.to_port else "to"
            far = far_port(site, index, wan)
            claims.append(_claim(wan.to, far, site_id, ("wan", index, key)))
        for index, transit in enumerate(site.transit):
            own = f"{site.code}-{transit.device}"
            claims.append(_claim(own, transit.port, site_id, ("transit", index, "port")))
    for claim, holder in rivals(claims):
        # Two cables in one port are reported where they are declared.
        if claim.loc[0] in ("wan", "transit"):
            problem = f"port {claim.owner} is already used ({holder.file})"
            yield at(declared, claim.file, claim.loc, problem, _APART)


def _ended(declared: Declaration) -> set[str]:
    """The devices at which circuits end: at all others no cable can be in a circuit's way."""
    ended = set()
    for site in declared.sites.values():
        ended |= {f"{site.code}-{entry.device}" for entry in site.wan}
        ended |= {f"{site.code}-{entry.device}" for entry in site.transit}
        ended |= {entry.to for entry in site.wan}
    return ended


def _claim(device: str, port: str, site_id: str, loc: Loc) -> Claim:
    end = LinkEnd(device, port)
    return Claim(end, str(end), f"sites/{site_id}.yml", loc)


def _circuit_ports(declared: Declaration) -> Iterator[Finding]:
    """A circuit's ports are ones of their devices; at a Linux hub they may bear the site's code."""
    models = {
        f"{site.code}-{label}": device.model
        for site in declared.sites.values()
        for label, device in declared.archetypes[site.archetype].devices.items()
    }
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes[site.archetype]
        for index, wan in enumerate(site.wan):
            loc: Loc = ("wan", index)
            yield from _own_port(declared, file, archetype, (*loc, "port"), wan.device, wan.port)
            model = declared.models.models[models[wan.to]]
            if wan.to_port is not None:
                if wan.to_port not in model_port_names(model):
                    problem = f"a {models[wan.to]} has no port {wan.to_port!r}"
                    yield at(declared, file, (*loc, "to_port"), problem, _CATALOGUE)
                continue
            if model.platform != "frr":
                problem = f"nothing says into which port of {wan.to} the circuit is plugged"
                yield at(declared, file, loc, problem, "add 'to_port:' with one of its ports")
                continue
            there = far_port(site, index, wan)
            limit = longest_port_name(model.platform)
            if len(there) > limit:
                problem = f"the port {there!r} at {wan.to} is longer than {limit} characters"
                remedy = "use a shorter site code, or fewer circuits"
                yield at(declared, file, loc, problem, remedy)
        for index, transit in enumerate(site.transit):
            loc = ("transit", index, "port")
            yield from _own_port(declared, file, archetype, loc, transit.device, transit.port)


def _own_port(
    declared: Declaration, file: str, archetype: ArchetypeFile, loc: Loc, label: str, port: str
) -> Iterator[Finding]:
    if not _has_port(declared, archetype, LinkEnd(label, port)):
        problem = f"a {archetype.devices[label].model} has no port {port!r}"
        yield at(declared, file, loc, problem, _CATALOGUE)


TOPOLOGY_RULES: tuple[Rule, ...] = (_links, _overrides, _circuits, _circuit_ports)
