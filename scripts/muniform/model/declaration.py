"""All files of an inventory together, shaped but not yet related to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address

from muniform.model import schema
from muniform.model.addressing import AddressPlan
from muniform.model.parts.kinds import DeviceRole, VlanUse
from muniform.model.source import Loc, Source

_TRAILING_NUMBER = re.compile(r"[1-9][0-9]*\Z")


@dataclass(frozen=True)
class Declaration:
    """The inventory's files; ``sources`` finds the line of a path for an error.

    A file that a city may leave out is None or empty where it is missing.
    """

    city: schema.CityFile
    addressing: schema.AddressingFile
    vlans: schema.VlansFile
    profiles: schema.PortProfilesFile
    services: schema.ServicesFile
    network_devices: schema.NetworkDevicesFile
    change: schema.ChangeFile
    models: schema.ModelsFile
    archetypes: Mapping[str, schema.ArchetypeFile]
    sites: Mapping[str, schema.SiteFile]
    sources: Mapping[str, Source]
    today: date
    """Waivers end: what is accepted depends on the day."""
    routing: schema.RoutingFile
    segmentation: schema.SegmentationFile | None = None
    qos: schema.QosFile | None = None
    wireless: schema.WirelessFile | None = None
    power: schema.PowerFile | None = None
    host_profiles: schema.HostProfilesFile | None = None
    software: schema.SoftwareFile | None = None
    peripherals: schema.PeripheralsFile | None = None
    waivers: Mapping[str, schema.WaiverFile] | None = None


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
        loopback_blocks=entry.loopback_blocks,
        site_links=entry.site_links,
        dhcp=(entry.dhcp.first, entry.dhcp.last),
        prefix6=entry.ipv6.prefix if entry.ipv6 else None,
    )


def management_vlan(declared: Declaration) -> int:
    """The VLAN on which switches are managed. The references' rules hold that there is one."""
    return next(vlan.id for vlan in declared.vlans.vlans if vlan.use is VlanUse.MANAGEMENT)


def transit_vlan(declared: Declaration) -> int | None:
    """The VLAN between the halves of gateway pairs, if the city declares one."""
    uses = (vlan.id for vlan in declared.vlans.vlans if vlan.use is VlanUse.TRANSIT)
    return next(uses, None)


def device_index(label: str) -> int:
    """A device's place among its kind, from 0: ``sw1`` is 0. ValueError without such a number.

    Its address follows from its own label, so that a device that joins moves no other's.
    """
    found = _TRAILING_NUMBER.search(label)
    if found is None:
        raise ValueError(f"{label!r} does not end in a number from 1 on")
    return int(found.group()) - 1


def loopback_index(plan: AddressPlan, label: str, role: DeviceRole) -> int:
    """A routing device's place among its site's loopbacks."""
    return plan.loopback_blocks.get(role, 0) + device_index(label)


def model_ports(model: schema.ModelEntry, kind: str) -> list[str]:
    """A model's port names of one kind (``access`` or ``uplink``), in the catalogue's order."""
    ranges = model.access if kind == "access" else model.uplink
    return [f"{r.prefix}{n}" for r in ranges for n in range(r.first, r.last + 1)]


def device_ports(site: schema.SiteFile, label: str, entry: schema.DeviceEntry) -> dict[str, int]:
    """How many ports of each profile a device has at a site: the archetype's, then the site's."""
    return {**entry.ports, **site.ports.get(label, {})}


def host_names(site: schema.SiteFile, label: str, entry: schema.HostEntry) -> list[str]:
    """The labels of the computers behind one entry: itself, or as many as are counted."""
    if entry.count is None:
        return [label]
    return [f"{label}{n}" for n in range(1, host_count(site, label, entry) + 1)]


def host_count(site: schema.SiteFile, label: str, entry: schema.HostEntry) -> int:
    """How many computers stand behind one entry."""
    return 1 if entry.count is None else site.hosts.get(label, entry.count)


def peripheral_names(site: schema.SiteFile, label: str, entry: schema.PeripheralEntry) -> list[str]:
    """The labels of the peripherals behind one entry."""
    return [f"{label}{n}" for n in range(1, site.peripherals.get(label, entry.count) + 1)]


def service_addresses(declared: Declaration) -> Iterator[tuple[str, Loc, IPv4Address]]:
    """Every address that the city's standards name for a service."""
    services = declared.services
    for index, server in enumerate(services.ntp.servers):
        yield "ntp", ("ntp", "servers", index, "address"), server.address
    lists = {
        "dns": services.dns.servers,
        "dhcp": services.dhcp.servers if services.dhcp else (),
        "tacacs": services.tacacs.servers if services.tacacs else (),
        "radius": services.radius.servers if services.radius else (),
        "syslog": services.syslog.servers if services.syslog else (),
    }
    for name, addresses in lists.items():
        for index, address in enumerate(addresses):
            yield name, (name, "servers", index), address
    for index, address in enumerate(services.snmp.managers if services.snmp else ()):
        yield "snmp", ("snmp", "managers", index), address
