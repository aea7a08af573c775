"""Rules about names: whatever one file names, another must declare, and only once."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.city import DeviceRole
from muniform.model.declaration import Declaration, device_index
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.schema import ArchetypeFile, DeviceEntry, SiteFile
from muniform.model.source import Loc, dotted

RESERVED_SITE_IDS = frozenset(
    {"all", "ungrouped", "localhost", "servers", "desktops", "wan_routers", "access_switches"}
)
"""Ansible's own names and the groups of kinds and roles: a site's id becomes a group as well."""

_PROFILE_GROUPS = "profile_"


def _archetypes(declared: Declaration) -> Iterator[Finding]:
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        if archetype.address_range not in declared.addressing.ranges:
            known = ", ".join(declared.addressing.ranges)
            problem = f"there is no address range {archetype.address_range!r}"
            yield at(declared, file, ("address_range",), problem, f"use one of: {known}")
        for label, device in archetype.devices.items():
            yield from _device(declared, file, label, device)
        for label in archetype.hosts:
            if label in archetype.devices:
                problem = f"a device and a host are both named {label!r}"
                yield at(declared, file, ("hosts", label), problem, "rename one of the two")
        yield from _link_labels(declared, file, archetype)


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
    if device.ports and device.role is not DeviceRole.ACCESS_SWITCH:
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
        yield from _circuits(declared, file, site, roles)


def _circuits(
    declared: Declaration, file: str, site: SiteFile, roles: dict[str, DeviceRole]
) -> Iterator[Finding]:
    """A circuit joins the routers of two sites."""
    routers = [name for name, role in roles.items() if role is DeviceRole.WAN_ROUTER]
    own = [name for name in routers if name.startswith(f"{site.code}-")]
    other = [name for name in routers if name not in own]
    labels = [name.removeprefix(f"{site.code}-") for name in own]
    for index, wan in enumerate(site.wan):
        here = f"{site.code}-{wan.device}"
        if here not in own:
            what = "is no router" if here in roles else "is not at this site"
            loc: Loc = ("wan", index, "device")
            problem = f"device {wan.device!r} {what}"
            yield at(declared, file, loc, problem, _choice(labels))
        if wan.to not in other:
            loc = ("wan", index, "to")
            if wan.to not in roles:
                problem = f"there is no device {wan.to!r}"
            elif wan.to in own:
                problem = f"{wan.to!r} is at this site: the circuit would lead nowhere"
            else:
                problem = f"{wan.to!r} is no router"
            yield at(declared, file, loc, problem, _choice(other))


def _choice(names: list[str]) -> str:
    if not names:
        return "declare a wan_router first"
    more = ", ..." if len(names) > 5 else ""
    return "name a router: " + ", ".join(names[:5]) + more


def _site_labels(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    for label in archetype.devices:
        if label not in site.serials:
            problem = f"device {label!r} has no serial number"
            remedy = f"add '{label}: <serial>' (CM-8 asks for it)"
            yield at(declared, file, ("serials",), problem, remedy)
    places = [*(("serials", x) for x in site.serials), *(("uplinks", x) for x in site.uplinks)]
    for key, label in places:
        if label not in archetype.devices:
            problem = f"there is no device {label!r} at this site"
            remedy = "use one of: " + ", ".join(archetype.devices)
            yield at(declared, file, (key, label), problem, remedy)


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


def _site_ids(declared: Declaration) -> Iterator[Finding]:
    for site_id in declared.sites:
        if site_id in RESERVED_SITE_IDS or site_id.startswith(_PROFILE_GROUPS):
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
