"""All files of an inventory together, shaped but not yet related to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muniform.model import schema
from muniform.model.addressing import AddressPlan
from muniform.model.city import Link, LinkEnd
from muniform.model.source import Source


@dataclass(frozen=True)
class Declaration:
    """The inventory's files; ``sources`` finds the line of a path for an error."""

    city: schema.CityFile
    addressing: schema.AddressingFile
    vlans: schema.VlansFile
    profiles: schema.PortProfilesFile
    services: schema.ServicesFile
    network_devices: schema.NetworkDevicesFile
    models: schema.ModelsFile
    archetypes: Mapping[str, schema.ArchetypeFile]
    sites: Mapping[str, schema.SiteFile]
    sources: Mapping[str, Source]


def address_plan(declared: Declaration) -> AddressPlan:
    entry = declared.addressing
    return AddressPlan(
        supernet=entry.supernet,
        site_prefix=entry.site_prefix,
        ranges={name: (r.first, r.last) for name, r in entry.ranges.items()},
        reserved=entry.reserved,
        loopbacks=entry.loopbacks,
        wan_links=entry.wan_links,
        offsets={subnet.vlan: subnet.offset for subnet in entry.subnets},
        first_switch=entry.first_switch,
    )


def link_end(code: str, text: str) -> LinkEnd:
    """``sw1:TenGigabitEthernet1/1/1`` at site fs03 is a port of ``fs03-sw1``."""
    label, port = text.split(":", 1)
    return LinkEnd(f"{code}-{label}", port)


def site_links(site: schema.SiteFile, archetype: schema.ArchetypeFile) -> tuple[Link, ...]:
    """The cables inside a site; ``uplinks`` moves a switch's own end to another port."""
    links = []
    for entry in archetype.links:
        near, far = link_end(site.code, entry.a), link_end(site.code, entry.b)
        moved = site.uplinks.get(far.device.removeprefix(f"{site.code}-"))
        links.append(Link(near, LinkEnd(far.device, moved) if moved else far, entry.medium))
    return tuple(links)


def model_ports(model: schema.ModelEntry, kind: str) -> list[str]:
    """A model's port names of one kind (``access`` or ``uplink``), in the catalogue's order."""
    ranges = model.access if kind == "access" else model.uplink
    return [f"{r.prefix}{n}" for r in ranges for n in range(r.first, r.last + 1)]
