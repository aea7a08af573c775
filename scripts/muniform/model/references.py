"""Rules about names: whatever one file names, another must declare, and only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.city import VlanUse
from muniform.model.declaration import Declaration
from muniform.model.rule import Rule, at
from muniform.model.schema import ArchetypeFile, SiteFile
from muniform.model.source import Loc


def _vlans(declared: Declaration) -> Iterator[Finding]:
    file = "standards/vlans.yml"
    seen: Counter[object] = Counter()
    for index, vlan in enumerate(declared.vlans.vlans):
        for value in (vlan.id, vlan.name.lower()):
            seen[value] += 1
            if seen[value] == 2:
                yield at(
                    declared,
                    file,
                    ("vlans", index),
                    f"VLAN {value} is declared twice",
                    "give each VLAN an id and a name of its own",
                )
        if vlan.id == 1:
            yield at(
                declared,
                file,
                ("vlans", index, "id"),
                "VLAN 1 is in use",
                "choose another id: VLAN 1 carries control traffic (CISC-L2-000220)",
            )
    for use in (VlanUse.MANAGEMENT, VlanUse.PARKED, VlanUse.NATIVE):
        count = sum(1 for vlan in declared.vlans.vlans if vlan.use is use)
        if count != 1:
            yield at(
                declared,
                file,
                ("vlans",),
                f"{count} VLANs have use {use.value!r}",
                f"declare exactly one VLAN with 'use: {use.value}'",
            )


def _vlan_references(declared: Declaration) -> Iterator[Finding]:
    use = {vlan.id: vlan.use for vlan in declared.vlans.vlans}

    def wrong(file: str, loc: Loc, vlan: int) -> Iterator[Finding]:
        if vlan not in use:
            yield at(
                declared,
                file,
                loc,
                f"VLAN {vlan} is not declared",
                "declare it in standards/vlans.yml or use a declared one",
            )
        elif use[vlan] in (VlanUse.PARKED, VlanUse.NATIVE):
            yield at(
                declared,
                file,
                loc,
                f"VLAN {vlan} has use {use[vlan].value!r} and carries no traffic",
                "use a VLAN that carries traffic",
            )

    for index, subnet in enumerate(declared.addressing.subnets):
        yield from wrong("standards/addressing.yml", ("subnets", index, "vlan"), subnet.vlan)
    for name, profile in declared.profiles.profiles.items():
        file = "standards/port_profiles.yml"
        yield from wrong(file, ("profiles", name, "vlan"), profile.vlan)
        if profile.voice_vlan is not None:
            yield from wrong(file, ("profiles", name, "voice_vlan"), profile.voice_vlan)
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        for index, vlan in enumerate(archetype.vlans):
            yield from wrong(file, ("vlans", index), vlan)


def _archetypes(declared: Declaration) -> Iterator[Finding]:
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        if archetype.address_range not in declared.addressing.ranges:
            known = ", ".join(declared.addressing.ranges)
            yield at(
                declared,
                file,
                ("address_range",),
                f"there is no address range {archetype.address_range!r}",
                f"use one of: {known}",
            )
        for label, device in archetype.devices.items():
            if device.model not in declared.models.models:
                yield at(
                    declared,
                    file,
                    ("devices", label, "model"),
                    f"model {device.model!r} is not in the catalogue",
                    "add it to catalog/models.yml or use one of: "
                    + ", ".join(declared.models.models),
                )
            for profile in device.ports:
                if profile not in declared.profiles.profiles:
                    yield at(
                        declared,
                        file,
                        ("devices", label, "ports", profile),
                        f"there is no port profile {profile!r}",
                        "use one of: " + ", ".join(declared.profiles.profiles),
                    )
        yield from _archetype_vlans(declared, file, archetype)
        yield from _link_labels(declared, file, archetype)


def _archetype_vlans(
    declared: Declaration, file: str, archetype: ArchetypeFile
) -> Iterator[Finding]:
    """Whatever a profile or a host uses must be among the archetype's VLANs and have a subnet."""
    offsets = {subnet.vlan for subnet in declared.addressing.subnets}
    for label, host in archetype.hosts.items():
        if host.vlan not in archetype.vlans or host.vlan not in offsets:
            yield at(
                declared,
                file,
                ("hosts", label, "vlan"),
                f"VLAN {host.vlan} is not at this archetype or has no subnet",
                "add it to 'vlans' and to standards/addressing.yml",
            )
    for label, device in archetype.devices.items():
        for name in device.ports:
            profile = declared.profiles.profiles.get(name)
            for vlan in (profile.vlan, profile.voice_vlan) if profile else ():
                if vlan is not None and vlan not in archetype.vlans:
                    yield at(
                        declared,
                        file,
                        ("devices", label, "ports", name),
                        f"profile {name!r} needs VLAN {vlan}, which this archetype lacks",
                        f"add {vlan} to 'vlans'",
                    )


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
    names = {
        f"{site.code}-{label}"
        for site in declared.sites.values()
        if site.archetype in declared.archetypes
        for label in declared.archetypes[site.archetype].devices
    }
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        archetype = declared.archetypes.get(site.archetype)
        if archetype is None:
            yield at(
                declared,
                file,
                ("archetype",),
                f"there is no archetype {site.archetype!r}",
                "use one of: " + ", ".join(declared.archetypes),
            )
            continue
        yield from _site_labels(declared, file, site, archetype)
        for index, wan in enumerate(site.wan):
            if wan.to not in names:
                yield at(
                    declared,
                    file,
                    ("wan", index, "to"),
                    f"there is no device {wan.to!r}",
                    "name the router at the other end",
                )
            if wan.device not in archetype.devices:
                yield at(
                    declared,
                    file,
                    ("wan", index, "device"),
                    f"there is no device {wan.device!r} at this site",
                    "use one of: " + ", ".join(archetype.devices),
                )


def _site_labels(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    for label in archetype.devices:
        if label not in site.serials:
            yield at(
                declared,
                file,
                ("serials",),
                f"device {label!r} has no serial number",
                f"add '{label}: <serial>' (CM-8 asks for it)",
            )
    for label in [*site.serials, *site.uplinks]:
        if label not in archetype.devices:
            key = "serials" if label in site.serials else "uplinks"
            yield at(
                declared,
                file,
                (key, label),
                f"there is no device {label!r} at this site",
                "use one of: " + ", ".join(archetype.devices),
            )


def _unique_sites(declared: Declaration) -> Iterator[Finding]:
    seen: dict[tuple[str, object], str] = {}
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        values: list[tuple[str, Loc, object]] = [
            ("number", ("number",), site.number),
            ("code", ("code",), site.code),
        ]
        values += [("serial", ("serials", label), serial) for label, serial in site.serials.items()]
        for kind, loc, value in values:
            other = seen.setdefault((kind, value), file)
            if seen[kind, value] is not file or other is not file:
                yield at(
                    declared,
                    file,
                    loc,
                    f"{kind} {value} is already used by {other}",
                    f"give each site a {kind} of its own",
                )


REFERENCES: tuple[Rule, ...] = (_vlans, _vlan_references, _archetypes, _sites, _unique_sites)
