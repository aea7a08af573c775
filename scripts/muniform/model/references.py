"""Rules about names: whatever one file names, another must declare, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import get_args

from muniform.errors import Finding
from muniform.model.cabling import partners
from muniform.model.declaration import Declaration, device_index
from muniform.model.parts.kinds import ROUTING_ROLES, SWITCHING_ROLES, DeviceRole, HostKind
from muniform.model.rule import Claim, Rule, at, choice, rivals
from muniform.model.schema import ArchetypeFile, DeviceEntry, Platform, SiteFile, TransitEntry
from muniform.model.source import Loc, dotted

RESERVED_SITE_IDS = frozenset(
    {"all", "ungrouped", "localhost", "network_devices", "hosts", "linux", "windows"}
    | {f"{kind.value}s" for kind in HostKind}
    | {f"{role.value}s".replace("switchs", "switches") for role in DeviceRole}
)
"""Ansible's own names and the groups of kinds and roles: a site's id becomes a group as well."""

_GROUP_PREFIXES = ("profile_", "archetype_", "platform_", "change_", "region_")


def _archetypes(declared: Declaration) -> Iterator[Finding]:
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        if archetype.address_range not in declared.addressing.ranges:
            known = ", ".join(declared.addressing.ranges)
            problem = f"there is no address range {archetype.address_range!r}"
            yield at(declared, file, ("address_range",), problem, f"use one of: {known}")
        for label, device in archetype.devices.items():
            yield from _device(declared, file, label, device)
        yield from _link_labels(declared, file, archetype)
        yield from _pairs(declared, file, archetype)
        yield from _gateways(declared, file, archetype)


def _labels(declared: Declaration) -> Iterator[Finding]:
    """Device labels end in a number from which the address follows, and no two in the same."""
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        claims = []
        for label, device in archetype.devices.items():
            loc: Loc = ("devices", label)
            try:
                claims.append(Claim((device.role, device_index(label)), label, file, loc))
            except ValueError as error:
                remedy = f"name it like {label.rstrip('-0')}1: its address follows from the number"
                yield at(declared, file, loc, str(error), remedy)
        for claim, holder in rivals(claims):
            problem = f"{claim.owner} and {holder.owner} end in the same number"
            remedy = "number devices of one role differently: their addresses follow from it"
            yield at(declared, file, claim.loc, problem, remedy)


def _device(declared: Declaration, file: str, label: str, device: DeviceEntry) -> Iterator[Finding]:
    here: Loc = ("devices", label)
    models = declared.models.models
    model = models.get(device.model)
    if model is None:
        problem = f"model {device.model!r} is not in the catalogue"
        remedy = "add it to catalog/models.yml or use one of: " + ", ".join(models)
        yield at(declared, file, (*here, "model"), problem, remedy)
    elif device.role not in model.roles:
        fitting = [name for name, entry in models.items() if device.role in entry.roles]
        problem = f"a {device.model} cannot serve as {device.role.value}"
        remedy = f"use one of: {', '.join(fitting)}" if fitting else "add a model that can"
        yield at(declared, file, (*here, "model"), problem, remedy)
    for profile in device.ports:
        if profile not in declared.profiles.profiles:
            known = ", ".join(declared.profiles.profiles)
            problem = f"there is no port profile {profile!r}"
            yield at(declared, file, (*here, "ports", profile), problem, f"use one of: {known}")
    if device.ports and device.role not in SWITCHING_ROLES:
        problem = f"a {device.role.value} has no access ports"
        remedy = "remove 'ports', or declare them on a switch"
        yield at(declared, file, (*here, "ports"), problem, remedy)


def _link_labels(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    for index, link in enumerate(archetype.links):
        for end, text in (("a", link.a), ("b", link.b)):
            if text.split(":", 1)[0] not in archetype.devices:
                yield at(
                    declared,
                    file,
                    ("links", index, end),
                    f"{text!r} names no device of this archetype",
                    "use one of: " + ", ".join(archetype.devices),
                )


def _pairs(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    claims = []
    for index, pair in enumerate(archetype.pairs):
        for place, label in enumerate(pair):
            loc: Loc = ("pairs", index, place)
            claims.append(Claim(label, label, file, loc))
            if label not in archetype.devices:
                problem = f"there is no device {label!r} in this archetype"
                yield at(declared, file, loc, problem, choice(archetype.devices))
        known = [archetype.devices[label].role for label in pair if label in archetype.devices]
        if len(set(known)) > 1:
            problem = f"{pair[0]!r} and {pair[1]!r} have different roles"
            remedy = "pair devices that can stand in for each other"
            yield at(declared, file, ("pairs", index), problem, remedy)
    for claim, _ in rivals(claims):
        problem = f"{claim.owner!r} stands in for itself, or is in two pairs"
        yield at(declared, file, claim.loc, problem, "name two devices, each in one pair only")


def _gateways(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    fitting = [
        label
        for label, device in archetype.devices.items()
        if device.role in SWITCHING_ROLES & ROUTING_ROLES
    ]
    for index, label in enumerate(archetype.gateways):
        if label not in fitting:
            problem = f"{label!r} is no distribution or core switch of this archetype"
            loc: Loc = ("gateways", index)
            yield at(declared, file, loc, problem, choice(fitting, "add one under 'devices'"))
    if len(archetype.gateways) > 2:
        problem = f"{len(archetype.gateways)} gateways are declared"
        yield at(declared, file, ("gateways",), problem, "name one, or the two halves of a pair")
    elif len(archetype.gateways) == 2:
        first, second = archetype.gateways
        if partners(archetype).get(first) != second:
            problem = f"the gateways {first!r} and {second!r} are no pair"
            remedy = f"add [{first}, {second}] to 'pairs': they share the gateways' addresses"
            yield at(declared, file, ("gateways",), problem, remedy)


def _sites(declared: Declaration) -> Iterator[Finding]:
    roles = {
        f"{site.code}-{label}": device.role
        for site in declared.sites.values()
        if site.archetype in declared.archetypes
        for label, device in declared.archetypes[site.archetype].devices.items()
    }
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes.get(site.archetype)
        if archetype is None:
            problem = f"there is no archetype {site.archetype!r}"
            remedy = "use one of: " + ", ".join(declared.archetypes)
            yield at(declared, file, ("archetype",), problem, remedy)
            continue
        yield from _site_labels(declared, file, site, archetype)
        yield from _circuits(declared, file, site, archetype, roles)
        yield from _transits(declared, file, site, archetype)


def _circuits(
    declared: Declaration,
    file: str,
    site: SiteFile,
    archetype: ArchetypeFile,
    roles: dict[str, DeviceRole],
) -> Iterator[Finding]:
    """A circuit joins devices that route, at two sites."""
    for index, wan in enumerate(site.wan):
        loc: Loc = ("wan", index, "device")
        yield from _routes(declared, file, loc, wan.device, archetype)
        role = roles.get(wan.to)
        own = wan.to.startswith(f"{site.code}-")
        if role in ROUTING_ROLES and not own:
            continue
        if role is None:
            problem = f"there is no device {wan.to!r}"
        elif own:
            problem = f"{wan.to!r} is at this site: the circuit would lead nowhere"
        else:
            problem = f"{wan.to!r} does not route"
        prefix = f"{site.code}-"
        others = [
            name for name, r in roles.items() if r in ROUTING_ROLES and not name.startswith(prefix)
        ]
        remedy = choice(others, "declare a wan_router at another site first")
        yield at(declared, file, ("wan", index, "to"), problem, remedy)


def _routes(
    declared: Declaration, file: str, loc: Loc, label: str, archetype: ArchetypeFile
) -> Iterator[Finding]:
    device = archetype.devices.get(label)
    if device is None or device.role not in ROUTING_ROLES:
        what = "does not route" if device else "is not at this site"
        fitting = [n for n, d in archetype.devices.items() if d.role in ROUTING_ROLES]
        problem = f"device {label!r} {what}"
        yield at(declared, file, loc, problem, choice(fitting, "declare a wan_router first"))


def _transits(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    for index, transit in enumerate(site.transit):
        yield from _routes(declared, file, ("transit", index, "device"), transit.device, archetype)
        yield from _provider(declared, file, index, transit)
        if transit.neighbor not in transit.address.network:
            problem = f"the neighbor {transit.neighbor} is not in {transit.address.network}"
            remedy = "correct the address or its length: both ends share one network"
            yield at(declared, file, ("transit", index, "neighbor"), problem, remedy)
    if site.transit and declared.routing.asn is None:
        problem = "the city has no AS number for BGP"
        yield at(declared, file, ("transit",), problem, "add 'asn:' to standards/routing.yml")


def _provider(
    declared: Declaration, file: str, index: int, transit: TransitEntry
) -> Iterator[Finding]:
    """A provider's link is a small network of the Internet, not of the city."""
    network = transit.address.network
    if not 24 <= network.prefixlen <= 31:
        problem = f"{network} is no link to a provider"
        remedy = "correct its length: a /30 or a /31 as a rule"
        yield at(declared, file, ("transit", index, "address"), problem, remedy)
    elif network.overlaps(declared.addressing.supernet) or not _unicast(network):
        problem = f"{network} is no network of the Internet"
        remedy = "write the address that the provider gave you"
        yield at(declared, file, ("transit", index, "address"), problem, remedy)
    if transit.neighbor == transit.address.ip or transit.neighbor in _ends(network):
        problem = f"the neighbor {transit.neighbor} is no other host of {network}"
        yield at(declared, file, ("transit", index, "neighbor"), problem, "correct the address")
    if transit.asn == declared.routing.asn:
        problem = f"{transit.asn} is the city's own AS number"
        yield at(declared, file, ("transit", index, "asn"), problem, "write the provider's")


def _unicast(network: IPv4Network) -> bool:
    return not (network.is_multicast or network.is_loopback or network.is_reserved)


def _ends(network: IPv4Network) -> tuple[IPv4Address, ...]:
    """What no host of a network has. A /31 has no such addresses (RFC 3021)."""
    return (network[0], network[-1]) if network.prefixlen < 31 else ()


def _site_labels(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    for label in archetype.devices:
        if label not in site.serials:
            problem = f"device {label!r} has no serial number"
            remedy = f"add '{label}: <serial>' (CM-8 asks for it)"
            yield at(declared, file, ("serials",), problem, remedy)
    for key, labels, known, what in (
        ("serials", site.serials, archetype.devices, "device"),
        ("uplinks", site.uplinks, archetype.devices, "device"),
        ("ports", site.ports, archetype.devices, "device"),
        ("hosts", site.hosts, archetype.hosts, "group of hosts"),
        ("peripherals", site.peripherals, archetype.peripherals, "group of peripherals"),
    ):
        for label in labels:
            if label not in known:
                problem = f"there is no {what} {label!r} at this site"
                yield at(declared, file, (key, label), problem, choice(known))
    yield from _counts(declared, file, site, archetype)


def _counts(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    """What a site counts differently is something that is counted."""
    for label, counts in site.ports.items():
        for profile in counts:
            if profile not in declared.profiles.profiles:
                problem = f"there is no port profile {profile!r}"
                remedy = choice(declared.profiles.profiles)
                yield at(declared, file, ("ports", label, profile), problem, remedy)
    for label in site.hosts:
        if label in archetype.hosts and archetype.hosts[label].count is None:
            problem = f"{label!r} is one host, not a group with a count"
            remedy = "remove it here, or add 'count:' in the archetype"
            yield at(declared, file, ("hosts", label), problem, remedy)


def _unique_sites(declared: Declaration) -> Iterator[Finding]:
    claims = [claim for site_id, site in declared.sites.items() for claim in _of(site_id, site)]
    for claim, holder in rivals(claims):
        kind, other = claim.owner.split()[0], holder.owner.split()[0]
        if kind == other:
            inside = f" ({dotted(holder.loc)})" if holder.file == claim.file else ""
            problem = f"{claim.owner} is already used by {holder.file}{inside}"
        else:
            problem = f"{claim.owner} is already the {other} of {holder.file}"
        remedy = f"give each its own {kind}"
        yield at(declared, claim.file, claim.loc, problem, remedy)


def _of(site_id: str, site: SiteFile) -> Iterator[Claim]:
    """What no other site, device or circuit may have as well."""
    file = f"sites/{site_id}.yml"
    yield Claim(("number", site.number), f"number {site.number}", file, ("number",))
    # Commands take an id or a code: a site's id must not be another's code.
    yield Claim(("name", site_id), f"id {site_id}", file, ())
    if site.code != site_id:
        yield Claim(("name", site.code), f"code {site.code}", file, ("code",))
    for label, serial in site.serials.items():
        yield Claim(("serial", serial.upper()), f"serial {serial}", file, ("serials", label))
    for index, wan in enumerate(site.wan):
        loc: Loc = ("wan", index, "circuit")
        yield Claim(("circuit", wan.circuit.upper()), f"circuit {wan.circuit}", file, loc)
    for index, transit in enumerate(site.transit):
        loc = ("transit", index, "circuit")
        yield Claim(("circuit", transit.circuit.upper()), f"circuit {transit.circuit}", file, loc)


def _site_ids(declared: Declaration) -> Iterator[Finding]:
    platforms = get_args(Platform)
    for site_id, site in declared.sites.items():
        for loc, name in (((), site_id), (("code",), site.code)):
            if name in platforms:
                problem = f"{name!r} is also the name of a platform"
                remedy = "choose another: commands could not tell which of them is meant"
                yield at(declared, f"sites/{site_id}.yml", loc, problem, remedy)
    for site_id in declared.sites:
        if site_id in RESERVED_SITE_IDS or site_id.startswith(_GROUP_PREFIXES):
            yield at(
                declared,
                f"sites/{site_id}.yml",
                (),
                f"the id {site_id!r} is also the name of a group of hosts",
                "rename the file, for instance to what the site is and a number: library_5.yml",
            )


REFERENCES: tuple[Rule, ...] = (
    _archetypes,
    _labels,
    _sites,
    _unique_sites,
    _site_ids,
)
