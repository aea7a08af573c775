"""Rules about what follows from several files together. They need all references to hold."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model import addressing
from muniform.model.city import DeviceRole
from muniform.model.declaration import Declaration, address_plan, model_ports, site_links
from muniform.model.rule import Rule, at
from muniform.model.schema import ArchetypeFile, SiteFile
from muniform.model.source import Loc


def _numbers(declared: Declaration) -> Iterator[Finding]:
    plan = address_plan(declared)
    for site_id, site in declared.sites.items():
        name = declared.archetypes[site.archetype].address_range
        first, last = plan.ranges[name]
        if not first <= site.number <= last:
            yield at(
                declared,
                f"sites/{site_id}.yml",
                ("number",),
                f"number {site.number} is outside the range {name!r} ({first} to {last})",
                "choose a free number in the range; it becomes the second octet",
            )


def _plan(declared: Declaration) -> Iterator[Finding]:
    """The plan's own parts must not overlap."""
    file = "standards/addressing.yml"
    plan = address_plan(declared)
    offsets = list(plan.offsets.items())
    for index, (vlan, offset) in enumerate(offsets):
        for other_vlan, other in offsets[:index]:
            if offset.overlaps(other):
                yield at(
                    declared,
                    file,
                    ("subnets", index),
                    f"the subnets of VLAN {vlan} and VLAN {other_vlan} overlap",
                    "move one of the offsets",
                )
        if int(offset[-1]) >= 2 ** (32 - plan.site_prefix):
            yield at(
                declared,
                file,
                ("subnets", index, "offset"),
                f"{offset} does not fit into a /{plan.site_prefix}",
                "write an offset inside the site's block",
            )
    for name, (first, last) in plan.ranges.items():
        for reserved_name, reserved in plan.reserved.items():
            for number in range(first, last + 1):
                if addressing.site_block(plan, number).overlaps(reserved):
                    yield at(
                        declared,
                        file,
                        ("ranges", name),
                        f"number {number} lies in the reserved block {reserved_name!r}",
                        "narrow the range",
                    )
    if plan.loopbacks.overlaps(plan.wan_links):
        yield at(
            declared,
            file,
            ("wan_links",),
            "loopbacks and wan_links overlap",
            "move one of the two networks",
        )


def _ports(declared: Declaration) -> Iterator[Finding]:
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        for label, device in archetype.devices.items():
            model = declared.models.models[device.model]
            has = len(model_ports(model, "access"))
            needs = sum(device.ports.values())
            if needs > has:
                yield at(
                    declared,
                    file,
                    ("devices", label, "ports"),
                    f"{needs} access ports are needed, a {device.model} has {has}",
                    "lower the counts, add a switch, or choose a larger model",
                )


def _links(declared: Declaration) -> Iterator[Finding]:
    for site_id, site in declared.sites.items():
        archetype = declared.archetypes[site.archetype]
        file = f"sites/{site_id}.yml"
        used: set[str] = set()
        for link in site_links(site, archetype):
            for end in (link.a, link.b):
                label = end.device.removeprefix(f"{site.code}-")
                model = declared.models.models[archetype.devices[label].model]
                known = model_ports(model, "access") + model_ports(model, "uplink")
                loc: Loc = ("uplinks", label) if label in site.uplinks else ("archetype",)
                if end.port not in known:
                    yield at(
                        declared,
                        file,
                        loc,
                        f"a {archetype.devices[label].model} has no port {end.port!r}",
                        "use a port of the catalogue",
                    )
                if str(end) in used:
                    yield at(
                        declared,
                        file,
                        loc,
                        f"port {end} is used by two links",
                        "plug each link into a port of its own",
                    )
                used.add(str(end))
        yield from _connected(declared, file, site, archetype)


def _connected(
    declared: Declaration, file: str, site: SiteFile, archetype: ArchetypeFile
) -> Iterator[Finding]:
    """Every switch must have a path to a router of its site."""
    reached = {
        f"{site.code}-{label}"
        for label, device in archetype.devices.items()
        if device.role is DeviceRole.WAN_ROUTER
    }
    links = site_links(site, archetype)
    for _ in links:
        for link in links:
            ends = {link.a.device, link.b.device}
            if ends & reached:
                reached |= ends
    for label in archetype.devices:
        if f"{site.code}-{label}" not in reached:
            yield at(
                declared,
                file,
                ("archetype",),
                f"no link leads from a router of this site to {label!r}",
                f"add a link to archetypes/{site.archetype}.yml",
            )


def _services(declared: Declaration) -> Iterator[Finding]:
    """A service's address must be the address of a host that offers the service."""
    plan = address_plan(declared)
    offered: dict[str, set[object]] = {"dns": set(), "ntp": set()}
    taken: dict[object, str] = {}
    for site_id, site in declared.sites.items():
        block = addressing.site_block(plan, site.number)
        for label, host in declared.archetypes[site.archetype].hosts.items():
            address = addressing.subnet(plan, block, host.vlan)[host.host_number]
            other = taken.setdefault(address, f"{site.code}-{label}")
            if other != f"{site.code}-{label}":
                yield at(
                    declared,
                    f"archetypes/{site.archetype}.yml",
                    ("hosts", label, "host_number"),
                    f"{site.code}-{label} and {other} both get {address} (site {site_id})",
                    "give each host a number of its own",
                )
            for service in host.services:
                offered[service].add(address)
    services = declared.services
    wanted: list[tuple[str, Loc, object]] = [
        *(("dns", ("dns", "servers", i), a) for i, a in enumerate(services.dns.servers)),
        *(
            ("ntp", ("ntp", "servers", i, "address"), server.address)
            for i, server in enumerate(services.ntp.servers)
        ),
    ]
    for name, loc, wanted_address in wanted:
        if wanted_address not in offered[name]:
            yield at(
                declared,
                "standards/services.yml",
                loc,
                f"no host with service {name!r} has the address {wanted_address}",
                f"correct the address, or add '{name}' to that host's services",
            )


def _controller(declared: Declaration) -> Iterator[Finding]:
    controller = declared.city.controller
    networks = declared.network_devices.management_networks
    if not any(controller in network for network in networks):
        yield at(
            declared,
            "standards/network_devices.yml",
            ("management_networks",),
            f"the controller {controller} (city.yml) is in none of these networks",
            "add its network: devices would refuse our own sessions",
        )


RELATIONS: tuple[Rule, ...] = (_numbers, _plan, _ports, _links, _services, _controller)
