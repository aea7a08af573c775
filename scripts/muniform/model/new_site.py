"""A site that is not there yet: its file to be completed, and what it would bring. Pure.

What follows from the other sites is proposed: the next free number and code, the region and the
circuits as at a site of the same archetype. What only a technician knows is left open: serial
numbers and the providers' circuit numbers. ``muniform check`` refuses the file until they are in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pydantic import ValidationError

from muniform.errors import Finding, UsageError
from muniform.model.build import build
from muniform.model.cabling import entries
from muniform.model.city import Site
from muniform.model.declaration import Declaration
from muniform.model.explain import findings
from muniform.model.free_ports import free_port
from muniform.model.schema import SiteFile, WanEntry
from muniform.model.source import Source, parse

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[a-z][a-z0-9]{1,7}")


@dataclass(frozen=True)
class Draft:
    """``text`` is the file with gaps; ``entry`` the same with stand-ins, to see what follows."""

    id: str
    entry: SiteFile
    text: str

    @property
    def file(self) -> str:
        return f"sites/{self.id}.yml"


@dataclass(frozen=True)
class Cost:
    """List prices of the catalogue, in US dollars. ``unpriced`` models have none."""

    devices: int
    peripherals: int
    unpriced: tuple[str, ...]


def draft_site(
    declared: Declaration,
    name: str,
    archetype: str,
    code: str | None = None,
    number: int | None = None,
) -> Draft:
    """Draft a site's file. ``name`` is its id, or its name from which the id is made.

    Raises UsageError for a name, archetype, code or number that cannot be.
    """
    _known_archetype(declared, archetype)
    site_id = _site_id(declared, name)
    siblings = [site for site in declared.sites.values() if site.archetype == archetype]
    # The latest is the most like what comes next.
    model = max(siblings, key=lambda site: site.number, default=None)
    code = _code(declared, site_id, model, code)
    entry = _entry(
        code=code,
        name=site_id.replace("_", " ").title() if name == site_id else name,
        archetype=archetype,
        number=_number(declared, archetype, number),
        region=model.region if model else _common_region(declared),
        serials={label: f"NEW-{code}-{label}" for label in declared.archetypes[archetype].devices},
        wan=tuple(_circuits(declared, archetype, model, code)),
    )
    return Draft(site_id, entry, _text(declared, entry))


def preview_site(declared: Declaration, draft: Draft) -> tuple[Site | None, list[Finding]]:
    """The site that would follow from a draft, or what speaks against it."""
    grown = replace(
        declared,
        sites={**declared.sites, draft.id: draft.entry},
        sources={**declared.sources, draft.file: parse(draft.file, draft.text)},
    )
    city, wrong = build(grown)
    return (city.site(draft.id) if city else None), wrong


def cost(declared: Declaration, site: Site) -> Cost:
    """What a site's network devices and peripherals cost by the catalogues' list prices."""
    models = {name: entry.list_price_usd for name, entry in declared.models.models.items()}
    others = declared.peripherals.models if declared.peripherals else {}
    prices = {name: entry.list_price_usd for name, entry in others.items()}
    bought = [device.model for device in site.devices]
    placed = [peripheral.model for peripheral in site.peripherals]
    unpriced = {m for m in bought if models[m] is None} | {m for m in placed if prices[m] is None}
    return Cost(
        sum(models[model] or 0 for model in bought),
        sum(prices[model] or 0 for model in placed),
        tuple(sorted(unpriced)),
    )


def _entry(**values: object) -> SiteFile:
    """Raises UsageError with the first thing that a site's file may not hold."""
    try:
        return SiteFile.model_validate(values)
    except ValidationError as error:
        found = next(findings(Source(""), error, SiteFile))
        raise UsageError(f"the site's {found.path}: {found.problem}", found.remedy) from None


def _known_archetype(declared: Declaration, archetype: str) -> None:
    if archetype not in declared.archetypes:
        near = get_close_matches(archetype, declared.archetypes, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"there is no archetype {archetype!r}",
            f"{hint}archetypes are: {', '.join(declared.archetypes)}",
        )


def _site_id(declared: Declaration, name: str) -> str:
    site_id = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not _ID.fullmatch(site_id):
        raise UsageError(
            f"{name!r} makes no site id", "name it like fire_station_10 or 'Fire Station 10'"
        )
    if site_id in declared.sites:
        raise UsageError(f"there is already a site {site_id!r}", f"look at sites/{site_id}.yml")
    return site_id


def _code(declared: Declaration, site_id: str, model: SiteFile | None, wanted: str | None) -> str:
    """The wanted code, or one like the other sites' with the number of the site's own name."""
    used = {site.code for site in declared.sites.values()}
    if wanted is not None:
        if wanted in used:
            raise UsageError(f"the code {wanted!r} is taken", "choose another, or leave --code out")
        if not _CODE.fullmatch(wanted):
            raise UsageError(
                f"{wanted!r} is no valid site code",
                "use two to eight lower-case letters and digits",
            )
        return wanted
    words = [word for word in site_id.split("_") if not word.isdigit()]
    initials = "".join(word[0] for word in words) if len(words) > 1 else words[0][:2]
    prefix = model.code.rstrip("0123456789") if model else initials[:4]
    own = re.search(r"[0-9]+\Z", site_id)
    turns = [int(own.group())] if own else []
    # As the other sites of the archetype count: fs03, or br2.
    width = len(model.code) - len(prefix) if model else 2
    codes = (f"{prefix}{turn:0{width}}" for turn in [*turns, *range(1, 1000)])
    code = next((code for code in codes if code not in used), "")
    if not _CODE.fullmatch(code):
        problem = f"{code!r} is too long for a site code" if code else "all site codes are taken"
        raise UsageError(problem, "choose one of two to eight characters with --code")
    return code


def _number(declared: Declaration, archetype: str, wanted: int | None) -> int:
    """The wanted number, or the next that is free in the archetype's range."""
    name = declared.archetypes[archetype].address_range
    found = declared.addressing.ranges[name]
    used = {site.number: site_id for site_id, site in declared.sites.items()}
    if wanted is not None:
        if wanted in used:
            raise UsageError(
                f"number {wanted} is {used[wanted]}'s", "choose another, or leave --number out"
            )
        if not found.first <= wanted <= found.last:
            raise UsageError(
                f"number {wanted} is outside the range {name!r}",
                f"choose one from {found.first} to {found.last}, or leave --number out",
            )
        return wanted
    for number in range(found.first, found.last + 1):
        if number not in used:
            return number
    raise UsageError(
        f"all numbers of the range {name!r} are taken",
        "widen it in standards/addressing.yml, or give the archetype another one",
    )


def _common_region(declared: Declaration) -> str | None:
    regions = Counter(site.region for site in declared.sites.values() if site.region)
    return regions.most_common(1)[0][0] if regions else None


def _circuits(
    declared: Declaration, archetype: str, model: SiteFile | None, code: str
) -> Iterator[WanEntry]:
    """As at a site of the same archetype; each to a port of the hub that is free."""
    taken: set[tuple[str, str]] = set()
    for index, like in enumerate(model.wan if model else _first_circuit(declared, archetype)):
        far = None
        if like.to_port is not None:
            far = free_port(declared, like.to, taken)
            if far is None:
                raise UsageError(
                    f"{like.to} has no free port",
                    "extend that hub first, or copy a site that hangs off another",
                )
            taken.add((like.to, far))
        yield like.model_copy(update={"circuit": f"NEW-{code}-{index + 1}", "to_port": far})


def _first_circuit(declared: Declaration, archetype: str) -> Iterator[WanEntry]:
    """For an archetype's first site: from its entry to the hub that most circuits lead to."""
    circuits = [wan for site in declared.sites.values() for wan in site.wan]
    starts = entries(declared.archetypes[archetype])
    if not circuits or not starts:
        return
    hub = Counter(wan.to for wan in circuits).most_common(1)[0][0]
    like = next(wan for wan in circuits if wan.to == hub)
    model = declared.models.models[declared.archetypes[archetype].devices[starts[0]].model]
    linked = {
        end.split(":", 1)[1]
        for link in declared.archetypes[archetype].links
        for end in (link.a, link.b)
        if end.split(":", 1)[0] == starts[0]
    }
    ports = (f"{r.prefix}{n}" for r in model.uplink for n in range(r.first, r.last + 1))
    port = next((port for port in ports if port not in linked), None)
    if port is not None:
        yield like.model_copy(update={"device": starts[0], "port": port, "backup": False})


def _text(declared: Declaration, entry: SiteFile) -> str:
    """The file as a technician completes it."""
    devices = declared.archetypes[entry.archetype].devices
    lines = [
        f"code: {_quoted(entry.code)}",
        f"name: {_quoted(entry.name)}",
        "address:  # The street address.",
        f"archetype: {_quoted(entry.archetype)}",
        f"number: {entry.number}",
        *([f"region: {_quoted(entry.region)}"] if entry.region else []),
        "serials:  # From each device's label.",
        *(f"  {label}:  # {device.model}" for label, device in devices.items()),
    ]
    if entry.wan:
        lines.append("wan:")
    for wan in entry.wan:
        far: Mapping[str, str] = {"to_port": wan.to_port} if wan.to_port else {}
        told = {"device": wan.device, "port": wan.port, "to": wan.to, **far, "medium": wan.medium}
        first, *rest = (f"{key}: {_quoted(value)}" for key, value in told.items())
        rest += ["backup: true"] if wan.backup else []
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
        lines.append("    circuit:  # The provider's or the city's number of it.")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """In quotes where the plain text would be read as something else: null, true, 12."""
    if parse("", f"value: {value}\n").data == {"value": value}:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
