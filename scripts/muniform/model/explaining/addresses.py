"""Which rule of the address plan gives an address, from which declared numbers."""

from __future__ import annotations

from muniform.model.city import Device, Host
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    host_names,
    loopback_index,
    management_vlan,
)
from muniform.model.explaining.origins import Explanation, Origin, Place, Sources, rule
from muniform.model.parts.kinds import ROUTING_ROLES
from muniform.model.parts.routing import RoutedInterface
from muniform.model.parts.switching import Subnet

ADDRESSING = "standards/addressing.yml"


def block(sources: Sources, place: Place) -> Explanation:
    """A site's address block."""
    prefix = sources.declared.addressing.site_prefix
    return Explanation(
        f"{place.site.id} block",
        str(place.site.block),
        (
            sources.at(place.file, "number"),
            sources.at(ADDRESSING, "supernet"),
            sources.at(ADDRESSING, "site_prefix"),
            rule(f"the supernet's block of length /{prefix} with the site's number"),
        ),
    )


def subnet(sources: Sources, place: Place, found: Subnet) -> Explanation:
    """A VLAN's subnet at a site, its gateway and what is leased of it."""
    parts = [str(found.network), f"gateway {found.gateway.ip}"]
    if found.dhcp:
        parts.append(f"DHCP {found.dhcp.first} to {found.dhcp.last}")
    if found.network6:
        parts.append(str(found.network6))
    return Explanation(
        f"{place.site.id} vlan {found.vlan.id}",
        ", ".join(parts),
        (
            *vlan_origins(sources, place, found.vlan.id),
            *_subnet(sources, place, found.vlan.id),
            rule("host 1 is the gateway; a redundant pair shares it and has hosts 2 and 3"),
        ),
    )


def vlan_origins(sources: Sources, place: Place, vlan: int) -> tuple[Origin, ...]:
    """Where a VLAN is declared, and where a site comes to have it."""
    vlans = sources.declared.vlans.vlans
    index = next(i for i, entry in enumerate(vlans) if entry.id == vlan)
    numbers = place.archetype.vlans
    wanted = (
        (sources.at(place.archetype_file, "vlans", numbers.index(vlan)),) if vlan in numbers else ()
    )
    return (*wanted, sources.at("standards/vlans.yml", "vlans", index))


def management(sources: Sources, place: Place, device: Device) -> Explanation:
    """The address on which a device is managed."""
    label = place.label(device)
    if device.role in ROUTING_ROLES:
        origins = _loopback(sources, place, device, label)
    else:
        vlan = management_vlan(sources.declared)
        number = sources.declared.addressing.first_switch + device_index(label)
        origins = (
            *_subnet(sources, place, vlan),
            sources.at(ADDRESSING, "first_switch"),
            rule(f"a switch's label decides its host number: {label} has {number}"),
        )
    return Explanation(f"{device.name} address", str(device.management.address), origins)


def host_address(sources: Sources, place: Place, host: Host) -> Explanation:
    """The address of a server or another computer."""
    entry = place.archetype.hosts[host.group]
    turn = host_names(place.entry, host.group, entry).index(place.label(host))
    counted = (
        (rule(f"counted from host number {entry.host_number}: this one is {turn + 1} in the row"),)
        if entry.count is not None
        else ()
    )
    return Explanation(
        f"{host.name} address",
        str(host.address),
        (
            sources.at(place.archetype_file, "hosts", host.group, "host_number"),
            sources.at(place.archetype_file, "hosts", host.group, "vlan"),
            *counted,
            *_subnet(sources, place, host.vlan),
        ),
    )


def link_origins(sources: Sources, place: Place, interface: RoutedInterface) -> tuple[Origin, ...]:
    """What gives a routed link its /31, inside the site or to another."""
    links = [link for link in place.site.links if link.network == interface.address.network]
    if not links:
        return ()
    if links[0].circuit:
        return (
            sources.at(ADDRESSING, "wan_links"),
            rule("a /31 (RFC 3021) by the number of the site that declares the circuit"),
        )
    return (
        *sources.maybe(ADDRESSING, "site_links"),
        rule("a /31 (RFC 3021) by the link's place among the archetype's routed links"),
    )


def _subnet(sources: Sources, place: Place, vlan: int) -> tuple[Origin, ...]:
    subnets = sources.declared.addressing.subnets
    index = next((i for i, entry in enumerate(subnets) if entry.vlan == vlan), None)
    offset = () if index is None else (sources.at(ADDRESSING, "subnets", index),)
    return (
        *offset,
        sources.at(place.file, "number"),
        rule(f"the offset inside the site's block {place.site.block}"),
    )


def _loopback(sources: Sources, place: Place, device: Device, label: str) -> tuple[Origin, ...]:
    declared: Declaration = sources.declared
    index = loopback_index(address_plan(declared), label, device.role)
    return (
        sources.at(place.file, "number"),
        sources.at(ADDRESSING, "loopbacks"),
        *sources.maybe(ADDRESSING, "loopback_blocks", device.role.value),
        rule(f"what routes is managed on its loopback: {index} x 256 + the site's number"),
    )
