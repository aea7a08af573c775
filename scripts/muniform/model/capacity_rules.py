"""Rules about what hardware can do: ports enough, power enough, and links that both ends can run.

They look at every site, since a site's counts may differ from its archetype's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from muniform.errors import Finding
from muniform.model.cabling import circuit_ports, ends_of, moved_links
from muniform.model.city import LinkEnd
from muniform.model.declaration import Declaration, device_ports, host_count, model_ports
from muniform.model.parts.kinds import SWITCHING_ROLES, PeripheralKind
from muniform.model.rule import Rule, at
from muniform.model.schema import ArchetypeFile, Medium, ModelEntry, SiteFile
from muniform.model.schema.sites import PortRange
from muniform.model.source import Loc


def _links(declared: Declaration) -> Iterator[Finding]:
    """The two ends of a cable must agree on what runs over it."""
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        bundles: dict[tuple[str, int], tuple[str, int]] = {}
        alike: dict[tuple[str, str, int], list[PortRange | None]] = {}
        for index, link in enumerate(archetype.links):
            loc: Loc = ("links", index)
            a, b = ends_of(link)
            ranges = [_range(declared, archetype, end) for end in (a, b)]
            for end, found in zip((a, b), ranges, strict=True):
                if found and not _carries(found, link.medium):
                    problem = f"the link is {link.medium}, port {end} is {found.medium}"
                    remedy = "correct the medium, or choose another port"
                    yield at(declared, file, loc, problem, remedy)
            if ranges[0] and ranges[1] and not set(ranges[0].speeds) & set(ranges[1].speeds):
                problem = (
                    f"the ends share no speed: {a} runs {_speeds(ranges[0])}, "
                    f"{b} {_speeds(ranges[1])}"
                )
                yield at(declared, file, loc, problem, "choose ports that have one in common")
            if link.lag is not None:
                members = alike.setdefault((a.device, b.device, link.lag), ranges)
                if [_kind(r) for r in members] != [_kind(r) for r in ranges]:
                    problem = f"aggregation {link.lag} has members of different kinds"
                    remedy = "use ports of one speed and medium for all of its links"
                    yield at(declared, file, (*loc, "lag"), problem, remedy)
                yield from _bundle(declared, file, loc, (a.device, b.device), link.lag, bundles)
        yield from _lonely(declared, file, archetype)


def _kind(ports: PortRange | None) -> tuple[object, ...]:
    return (ports.speeds, ports.medium) if ports else ()


def _carries(ports: PortRange, medium: Medium) -> bool:
    """Bridges and modems are plugged in by whatever cable the port takes."""
    return ports.medium in ("any", medium) or medium in ("wireless", "lte")


def _bundle(
    declared: Declaration,
    file: str,
    loc: Loc,
    devices: tuple[str, str],
    number: int,
    bundles: dict[tuple[str, int], tuple[str, int]],
) -> Iterator[Finding]:
    """A number is one aggregation: on either device it leads to one other device."""
    for here, there in (devices, devices[::-1]):
        other, first = bundles.setdefault((here, number), (there, int(loc[1])))
        if other != there:
            problem = f"aggregation {number} of {here!r} leads to {other!r} (links[{first}])"
            remedy = "give each neighbour an aggregation number of its own"
            yield at(declared, file, (*loc, "lag"), problem, remedy)


def _lonely(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    sizes = Counter(
        (*sorted(end.device for end in ends_of(link)), link.lag)
        for link in archetype.links
        if link.lag is not None
    )
    for index, link in enumerate(archetype.links):
        ends = sorted(end.device for end in ends_of(link))
        if link.lag is not None and sizes[(*ends, link.lag)] < 2:
            problem = f"aggregation {link.lag} has a single link"
            yield at(declared, file, ("links", index, "lag"), problem, "add another, or remove it")


def _speeds(ports: PortRange) -> str:
    return "/".join(str(speed) for speed in ports.speeds) + " Mbit/s"


def _range(declared: Declaration, archetype: ArchetypeFile, end: LinkEnd) -> PortRange | None:
    model = declared.models.models[archetype.devices[end.device].model]
    return _ranges(model).get(end.port)


@cache
def _ranges(model: ModelEntry) -> Mapping[str, PortRange]:
    return {
        f"{r.prefix}{number}": r
        for r in (*model.access, *model.uplink)
        for number in range(r.first, r.last + 1)
    }


def _sites(declared: Declaration) -> Iterator[Finding]:
    """What a switch is asked for at a site; an archetype's own excess is reported once."""
    reported: set[tuple[str, Loc, str]] = set()
    checked: set[str] = set()
    circuits = circuit_ports(declared)
    for site_id, site in declared.sites.items():
        archetype = declared.archetypes[site.archetype]
        # Sites that say nothing of their own about switches differ in nothing that counts here.
        own = bool(site.ports or site.uplinks) or any(
            f"{site.code}-{label}" in circuits
            for label, device in archetype.devices.items()
            if device.role in SWITCHING_ROLES
        )
        if own or site.archetype not in checked:
            yield from _switches(declared, site_id, site, archetype, circuits, reported)
        if not own:
            checked.add(site.archetype)
        yield from _demand(declared, site_id, site, archetype, reported)


def _switches(
    declared: Declaration,
    site_id: str,
    site: SiteFile,
    archetype: ArchetypeFile,
    circuits: Mapping[str, set[str]],
    reported: set[tuple[str, Loc, str]],
) -> Iterator[Finding]:
    for label, device in archetype.devices.items():
        if device.role not in SWITCHING_ROLES:
            continue
        file, loc = _blame(site_id, site, label)
        own = circuits.get(f"{site.code}-{label}", set())
        for problem, remedy in _excess(declared, site, archetype, label, own):
            if (file, loc, problem) not in reported:
                reported.add((file, loc, problem))
                yield at(declared, file, loc, problem, remedy)


def _blame(site_id: str, site: SiteFile, label: str) -> tuple[str, Loc]:
    """Where the count stands that is too high: at the site if it says something of its own."""
    if label in site.ports:
        return f"sites/{site_id}.yml", ("ports", label)
    if label in site.uplinks:
        return f"sites/{site_id}.yml", ("uplinks", label)
    return f"archetypes/{site.archetype}.yml", ("devices", label, "ports")


def _excess(
    declared: Declaration,
    site: SiteFile,
    archetype: ArchetypeFile,
    label: str,
    circuits: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Problem and remedy for each thing of which a switch has too little."""
    device = archetype.devices[label]
    model = declared.models.models[device.model]
    counts = device_ports(site, label, device)
    access = model_ports(model, "access")
    ends = [end for a, b, _ in moved_links(site, archetype) for end in (a, b)]
    taken = {end.port for end in ends if end.device == label} | set(circuits)
    linked = [port for port in access if port in taken]
    needs = sum(counts.values())
    if needs > len(access) - len(linked):
        less = f", {len(linked)} of them taken by links" if linked else ""
        yield (
            f"{needs} access ports are needed, a {device.model} has {len(access)}{less}",
            "use a port of the catalogue's 'uplink'"
            if label in site.uplinks and needs <= len(access)
            else "lower the counts, add a switch, or choose a larger model",
        )
        return
    yield from _power(declared, device.model, counts, [p for p in access if p not in taken])


def _power(
    declared: Declaration, name: str, counts: Mapping[str, int], free: list[str]
) -> Iterator[tuple[str, str]]:
    model = declared.models.models[name]
    profiles = declared.profiles.profiles
    watts = sum(profiles[profile].poe_watts * count for profile, count in counts.items())
    if watts > model.poe_budget_watts:
        yield (
            f"{watts} W of PoE are needed, a {name} gives {model.poe_budget_watts} W",
            "move ports to another switch, or choose a model with a larger budget",
        )
    dealt = [profile for profile, count in counts.items() for _ in range(count)]
    ranges = _ranges(model)
    for port, profile in zip(free, dealt, strict=False):
        most = ranges[port].poe_watts
        if profiles[profile].poe_watts > most:
            yield (
                f"profile {profile!r} needs {profiles[profile].poe_watts} W, "
                f"port {port} of a {name} gives {most} W",
                "list the profiles that need most power first, or choose another model",
            )
            return


def _demand(
    declared: Declaration,
    site_id: str,
    site: SiteFile,
    archetype: ArchetypeFile,
    reported: set[tuple[str, Loc, str]],
) -> Iterator[Finding]:
    """Computers and peripherals need ports of their profiles; a phone shares its computer's."""
    offered: Counter[str] = Counter()
    for label, device in archetype.devices.items():
        offered.update(device_ports(site, label, device))
    needed: dict[str, Counter[str]] = {"computers": Counter(), "phones": Counter()}
    for label, host in archetype.hosts.items():
        if host.port is not None:
            needed["computers"][host.port] += host_count(site, label, host)
    for label, entry in archetype.peripherals.items():
        phone = entry.kind is PeripheralKind.PHONE
        group = needed["phones" if phone else "computers"]
        group[entry.port] += site.peripherals.get(label, entry.count)
    for what, counts in needed.items():
        for profile, count in counts.items():
            if count > offered[profile]:
                shown = "phones" if what == "phones" else "computers and peripherals"
                problem = (
                    f"{count} {shown} need a port of profile {profile!r}, the site's switches "
                    f"have {offered[profile]}"
                )
                own = bool(site.hosts or site.peripherals or site.ports)
                file = f"sites/{site_id}.yml" if own else f"archetypes/{site.archetype}.yml"
                loc: Loc = () if own else ("devices",)
                if (file, loc, problem) not in reported:
                    reported.add((file, loc, problem))
                    remedy = "add ports of this profile to a switch, or lower the counts"
                    yield at(declared, file, loc, problem, remedy)


CAPACITY_RULES: tuple[Rule, ...] = (_links, _sites)
