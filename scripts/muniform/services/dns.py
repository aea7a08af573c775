"""Which DNS records a site's devices and hosts need. Pure: a city in, record sets out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address

from muniform.errors import ServiceError
from muniform.model import City, DnsService, Site
from muniform.services.records import RecordSet, record_set


def site_records(city: City, site: Site) -> tuple[RecordSet, ...]:
    """The record sets of a site, sorted: a name for each device and host, and the way back.

    Devices stand in the device zone under their management address, hosts in the host zone.
    Raises ServiceError if two of them claim one name or address, or the reverse zone has no room.
    """
    records: list[RecordSet] = []
    for name, zone, address in _named(city.dns, site):
        records.append(record_set(zone, name, "A", city.dns.ttl, [str(address)]))
        records.append(_reverse(city.dns, name, address))
    _refuse_twins(site, records)
    return tuple(sorted(records))


def _named(service: DnsService, site: Site) -> Iterator[tuple[str, str, IPv4Address]]:
    for device in site.devices:
        zone = service.device_zone
        yield f"{device.name}.{zone}", zone, device.management.address.ip
    for host in site.hosts:
        zone = service.host_zone
        yield f"{host.name}.{zone}", zone, host.address.ip


def _reverse(service: DnsService, name: str, address: IPv4Address) -> RecordSet:
    pointer = address.reverse_pointer
    zone = service.reverse_zone
    if not f".{pointer}".endswith(f".{zone.lower().rstrip('.')}"):
        raise ServiceError(
            f"{name} has the address {address}, which the reverse zone {zone} does not cover",
            "correct the address, or dns: reverse_zone in the inventory",
        )
    return record_set(zone, pointer, "PTR", service.ttl, [name])


def _refuse_twins(site: Site, records: list[RecordSet]) -> None:
    counted = Counter((record.name, record.type) for record in records)
    twins = sorted(f"{name} {rdtype}" for (name, rdtype), count in counted.items() if count > 1)
    if twins:
        raise ServiceError(
            f"site {site.id}: claimed by more than one device or host: {', '.join(twins)}",
            "give each device and host of the city its own name and address",
        )
