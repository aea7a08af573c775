"""All files of an inventory together, shaped but not yet related to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from muniform.model import schema
from muniform.model.addressing import AddressPlan
from muniform.model.city import VlanUse
from muniform.model.source import Source

_TRAILING_NUMBER = re.compile(r"[1-9][0-9]*\Z")


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


def management_vlan(declared: Declaration) -> int:
    """The VLAN on which switches are managed. The references' rules hold that there is one."""
    return next(vlan.id for vlan in declared.vlans.vlans if vlan.use is VlanUse.MANAGEMENT)


def device_index(label: str) -> int:
    """A device's place among its kind, from 0: ``sw1`` is 0. ValueError without such a number.

    Its address follows from its own label, so that a device that joins moves no other's.
    """
    found = _TRAILING_NUMBER.search(label)
    if found is None:
        raise ValueError(f"{label!r} does not end in a number from 1 on")
    return int(found.group()) - 1


def model_ports(model: schema.ModelEntry, kind: str) -> list[str]:
    """A model's port names of one kind (``access`` or ``uplink``), in the catalogue's order."""
    ranges = model.access if kind == "access" else model.uplink
    return [f"{r.prefix}{n}" for r in ranges for n in range(r.first, r.last + 1)]
