"""Which ports of a hub nothing is plugged into yet. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from muniform.model.cabling import far_port, moved_links
from muniform.model.declaration import Declaration, model_ports
from muniform.model.schema import ArchetypeFile, SiteFile


def free_port(
    declared: Declaration, device: str, taken: Collection[tuple[str, str]] = ()
) -> str | None:
    """The first free port of a device. None if it has none left.

    ``taken`` are (device, port) that are spoken for already.
    """
    code, label = device.split("-", 1)
    site = next((site for site in declared.sites.values() if site.code == code), None)
    if site is None or label not in declared.archetypes[site.archetype].devices:
        return None
    archetype = declared.archetypes[site.archetype]
    model = declared.models.models[archetype.devices[label].model]
    used = {*_used(declared, site, archetype, label), *(p for d, p in taken if d == device)}
    # Uplinks first: access ports are dealt out to profiles.
    names = (*model_ports(model, "uplink"), *model_ports(model, "access"))
    return next((name for name in names if name not in used), None)


def _used(
    declared: Declaration, site: SiteFile, archetype: ArchetypeFile, label: str
) -> Iterator[str]:
    for a, b, _ in moved_links(site, archetype):
        yield from (end.port for end in (a, b) if end.device == label)
    yield from (wan.port for wan in site.wan if wan.device == label)
    yield from (transit.port for transit in site.transit if transit.device == label)
    for other in declared.sites.values():
        for index, wan in enumerate(other.wan):
            if wan.to == f"{site.code}-{label}":
                yield far_port(other, index, wan)
