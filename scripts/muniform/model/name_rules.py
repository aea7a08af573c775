"""Rules about what archetypes and sites name from the standards and the catalogues."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from muniform.errors import Finding
from muniform.model.declaration import Declaration, host_names, peripheral_names
from muniform.model.rule import Claim, Rule, at, choice, rivals
from muniform.model.schema import ArchetypeFile, HostEntry, PeripheralEntry, SiteFile
from muniform.model.source import Loc

_LONGEST_LABEL = 22
"""``shapes.Label``: a counted name must still be one."""


def _archetypes(declared: Declaration) -> Iterator[Finding]:
    classes = declared.change.classes
    tiers = declared.power.tiers if declared.power else {}
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        named: list[tuple[Loc, str | None, str, Collection[str]]] = [
            (("change_class",), archetype.change_class, "change class", classes),
            (("power_tier",), archetype.power_tier, "power tier (standards/power.yml)", tiers),
            *(
                (("devices", label, "change_class"), device.change_class, "change class", classes)
                for label, device in archetype.devices.items()
            ),
        ]
        for loc, name, what, known in named:
            yield from _known(declared, file, loc, name, what, known)
        for label, host in archetype.hosts.items():
            yield from _host(declared, file, ("hosts", label), host)
        for label, peripheral in archetype.peripherals.items():
            yield from _peripheral(declared, file, ("peripherals", label), peripheral)


def _known(
    declared: Declaration, file: str, loc: Loc, name: str | None, what: str, known: Collection[str]
) -> Iterator[Finding]:
    if name is not None and name not in known:
        yield at(declared, file, loc, f"there is no {what} {name!r}", choice(known))


def _host(declared: Declaration, file: str, here: Loc, host: HostEntry) -> Iterator[Finding]:
    profiles = declared.profiles.profiles
    yield from _known(declared, file, (*here, "port"), host.port, "port profile", profiles)
    if declared.host_profiles is not None:
        known = declared.host_profiles.profiles
        yield from _known(declared, file, (*here, "profile"), host.profile, "host profile", known)
    if declared.software is not None:
        systems = declared.software.systems
        what = "operating system (catalog/software.yml)"
        yield from _known(declared, file, (*here, "os"), host.os, what, systems)


def _peripheral(
    declared: Declaration, file: str, here: Loc, entry: PeripheralEntry
) -> Iterator[Finding]:
    profiles = declared.profiles.profiles
    yield from _known(declared, file, (*here, "port"), entry.port, "port profile", profiles)
    models = declared.peripherals.models if declared.peripherals else {}
    what = "peripheral model (catalog/peripherals.yml)"
    yield from _known(declared, file, (*here, "model"), entry.model, what, models)
    model = models.get(entry.model)
    if model is not None and model.kind is not entry.kind:
        problem = f"a {entry.model} is a {model.kind.value}, no {entry.kind.value}"
        fitting = [name for name, m in models.items() if m.kind is entry.kind]
        yield at(declared, file, (*here, "model"), problem, choice(fitting))
    profile = profiles.get(entry.port)
    if model is not None and profile is not None and model.poe_watts > profile.poe_watts:
        problem = (
            f"a {entry.model} takes {model.poe_watts} W, a port of profile {entry.port!r} gives "
            f"{profile.poe_watts} W"
        )
        remedy = "raise 'poe_watts' in standards/port_profiles.yml, or use another profile"
        yield at(declared, file, (*here, "port"), problem, remedy)


def _sites(declared: Declaration) -> Iterator[Finding]:
    regions = declared.routing.regions
    for site_id, site in declared.sites.items():
        file = f"sites/{site_id}.yml"
        yield from _known(
            declared, file, ("region",), site.region, "region (standards/routing.yml)", regions
        )
        archetype = declared.archetypes.get(site.archetype)
        if archetype is not None:
            yield from _names(declared, site, archetype)


def _names(declared: Declaration, site: SiteFile, archetype: ArchetypeFile) -> Iterator[Finding]:
    """Every device, host and peripheral of a site has a name of its own, and a valid one."""
    place = f"archetypes/{site.archetype}.yml"
    named = list(_named(site, archetype))
    longest = max((len(name) for _, _, name in named), default=0)
    if longest <= _LONGEST_LABEL and len({name for _, _, name in named}) == len(named):
        # As nearly everywhere: tens of thousands of claims need not be made.
        return
    claims = [
        Claim(name, f"{kind.removesuffix('s')} {name!r}", place, (kind, label))
        for kind, label, name in named
    ]
    for claim, holder in rivals(claims):
        kind, other = holder.owner.split()[0], claim.owner.split()[0]
        who = f"two {kind}s" if kind == other else f"a {kind} and a {other}"
        problem = f"{who} are both named {claim.value!r}"
        yield at(declared, place, claim.loc, problem, "rename one of the two")
    too_long = next((c for c in claims if len(str(c.value)) > _LONGEST_LABEL), None)
    if too_long is not None:
        problem = f"the name {too_long.value!r} is longer than {_LONGEST_LABEL} characters"
        yield at(declared, place, too_long.loc, problem, "shorten the label")


def _named(site: SiteFile, archetype: ArchetypeFile) -> Iterator[tuple[str, str, str]]:
    """Every name of a site, with the archetype's key and entry that it comes from."""
    for label in archetype.devices:
        yield "devices", label, label
    for label, host in archetype.hosts.items():
        for name in host_names(site, label, host):
            yield "hosts", label, name
    for label, entry in archetype.peripherals.items():
        for name in peripheral_names(site, label, entry):
            yield "peripherals", label, name


NAME_RULES: tuple[Rule, ...] = (_archetypes, _sites)
