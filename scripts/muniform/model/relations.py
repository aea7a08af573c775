"""Rules about what follows from all files together: addresses, services, the way to each site.

They need the references, the address plan and the cables to hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from muniform.errors import Finding
from muniform.model import addressing
from muniform.model.cabling import hops, wan_links
from muniform.model.city import DeviceRole
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    management_vlan,
)
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.source import Loc


def _addresses(declared: Declaration) -> Iterator[Finding]:
    """One table of every address of the city: nobody gets one that another has."""
    for claim, holder in rivals(_claims(declared)):
        problem = f"{claim.owner} and {holder.owner} both get {claim.value}"
        remedy = "give each an address of its own"
        yield at(declared, claim.file, claim.loc, problem, remedy)


def _claims(declared: Declaration) -> Iterator[Claim]:
    """Fixed addresses first, so that a finding stands at what is easier to move."""
    yield from _gateways(declared)
    yield from _circuits(declared)
    yield from _devices(declared)
    yield from _hosts(declared)
    controller = declared.city.controller
    yield Claim(controller, "the controller", "city.yml", ("controller",))


def _gateways(declared: Declaration) -> Iterator[Claim]:
    plan = address_plan(declared)
    index = {subnet.vlan: i for i, subnet in enumerate(declared.addressing.subnets)}
    for site in declared.sites.values():
        block = addressing.site_block(plan, site.number)
        for vlan in declared.archetypes[site.archetype].vlans:
            if vlan in plan.offsets:
                address = addressing.subnet(plan, block, vlan)[1]
                owner = f"{site.code}'s gateway of VLAN {vlan}"
                loc: Loc = ("subnets", index[vlan])
                yield Claim(address, owner, "standards/addressing.yml", loc)


def _circuits(declared: Declaration) -> Iterator[Claim]:
    loc: Loc = ("wan_links",)
    for link in wan_links(declared, address_plan(declared)):
        for end, address in zip((link.b, link.a), link.network or (), strict=True):
            yield Claim(address, str(end), "standards/addressing.yml", loc)


def _devices(declared: Declaration) -> Iterator[Claim]:
    plan = address_plan(declared)
    management = management_vlan(declared)
    for site in declared.sites.values():
        block = addressing.site_block(plan, site.number)
        subnet = addressing.subnet(plan, block, management)
        for label, device in declared.archetypes[site.archetype].devices.items():
            index = device_index(label)
            if device.role is DeviceRole.WAN_ROUTER:
                address = addressing.loopback(plan, site.number, index)
            else:
                address = addressing.host(subnet, plan.first_switch + index).ip
            file, loc = f"archetypes/{site.archetype}.yml", ("devices", label)
            yield Claim(address, f"{site.code}-{label}", file, loc)


def _hosts(declared: Declaration) -> Iterator[Claim]:
    for address, site_id, label in _host_addresses(declared):
        site = declared.sites[site_id]
        file, loc = f"archetypes/{site.archetype}.yml", ("hosts", label, "host_number")
        yield Claim(address, f"{site.code}-{label}", file, loc)


def _host_addresses(declared: Declaration) -> Iterator[tuple[IPv4Address, str, str]]:
    """Address, site's id and label of every host."""
    plan = address_plan(declared)
    for site_id, site in declared.sites.items():
        block = addressing.site_block(plan, site.number)
        for label, host in declared.archetypes[site.archetype].hosts.items():
            network = addressing.subnet(plan, block, host.vlan)
            yield addressing.host(network, host.host_number).ip, site_id, label


def _services(declared: Declaration) -> Iterator[Finding]:
    """A service's address must be the address of a host that offers the service."""
    offered: defaultdict[str, set[IPv4Address]] = defaultdict(set)
    for address, site_id, label in _host_addresses(declared):
        archetype = declared.archetypes[declared.sites[site_id].archetype]
        for service in archetype.hosts[label].services:
            offered[service].add(address)
    services = declared.services
    wanted: list[tuple[str, Loc, IPv4Address]] = [
        *(("dns", ("dns", "servers", i), a) for i, a in enumerate(services.dns.servers)),
        *(
            ("ntp", ("ntp", "servers", i, "address"), server.address)
            for i, server in enumerate(services.ntp.servers)
        ),
    ]
    for name, loc, address in wanted:
        if address not in offered[name]:
            problem = f"no host with service {name!r} has the address {address}"
            remedy = f"correct the address, or add '{name}' to that host's services"
            yield at(declared, "standards/services.yml", loc, problem, remedy)


def _ways_to_the_hub(declared: Declaration) -> Iterator[Finding]:
    """Every site has circuits, directly or through others, to the site where muniform stands."""
    hub = _hub(declared)
    if hub is None:
        problem = f"the controller {declared.city.controller} is in no subnet of any site"
        remedy = "use an address of a site's subnet: what it manages is reached from there"
        yield at(declared, "city.yml", ("controller",), problem, remedy)
        return
    by_code = {site.code: site_id for site_id, site in declared.sites.items()}
    pairs = [
        (site_id, by_code[wan.to.split("-", 1)[0]])
        for site_id, site in declared.sites.items()
        for wan in site.wan
    ]
    reached = hops([hub], pairs)
    for site_id in declared.sites:
        if site_id not in reached:
            problem = f"no circuit leads to {hub}, where the controller stands"
            remedy = f"add one under 'wan' to the router of {hub}, or of a site that has one"
            yield at(declared, f"sites/{site_id}.yml", ("wan",), problem, remedy)


def _hub(declared: Declaration) -> str | None:
    """The site in one of whose subnets the controller stands."""
    plan = address_plan(declared)
    for site_id, site in declared.sites.items():
        block = addressing.site_block(plan, site.number)
        for vlan in declared.archetypes[site.archetype].vlans:
            if vlan in plan.offsets:
                network = addressing.subnet(plan, block, vlan)
                ends = (network.network_address, network.broadcast_address)
                if declared.city.controller in network and declared.city.controller not in ends:
                    return site_id
    return None


RELATIONS: tuple[Rule, ...] = (_addresses, _services, _ways_to_the_hub)
"""Rules across files that need whole addresses: a new one about several files goes here."""
