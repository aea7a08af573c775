"""Rules about what follows from all files together: addresses, services, the way to each site.

They need the references, the address plan and the cables to hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from muniform.errors import Finding
from muniform.model import addressing
from muniform.model.cabling import gateways, hops, site_links, wan_links
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    host_count,
    host_names,
    loopback_index,
    management_vlan,
    service_addresses,
)
from muniform.model.parts.kinds import ROUTING_ROLES
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.schema import HostEntry, SiteFile
from muniform.model.source import Loc


def _addresses(declared: Declaration) -> Iterator[Finding]:
    """One table of every address of the city: nobody gets one that another has."""
    runs = list(_runs(declared))
    if not _overlap(runs):
        return
    for claim, holder in rivals(claim for run in runs for claim in run.claims()):
        problem = f"{claim.owner} and {holder.owner} both get {claim.value}"
        remedy = "give each an address of its own"
        yield at(declared, claim.file, claim.loc, problem, remedy)


@dataclass(frozen=True)
class _Run:
    """Addresses in a row, each with its owner, declared at one place."""

    first: IPv4Address
    owners: Sequence[str]
    file: str
    loc: Loc

    def claims(self) -> Iterator[Claim]:
        for place, owner in enumerate(self.owners):
            yield Claim(self.first + place, owner, self.file, self.loc)


def _overlap(runs: Iterable[_Run]) -> bool:
    """Whether two of the runs share an address. A city has few runs and many addresses."""
    end = -1
    for first, count in sorted((int(run.first), len(run.owners)) for run in runs):
        if count and first < end:
            return True
        end = max(end, first + count)
    return False


def _runs(declared: Declaration) -> Iterator[_Run]:
    """Fixed addresses first, so that a finding stands at what is easier to move."""
    yield from _gateways(declared)
    yield from _circuits(declared)
    yield from _devices(declared)
    yield from _hosts(declared)
    controller = declared.city.controller
    yield _Run(controller, ("the controller",), "city.yml", ("controller",))


def _gateways(declared: Declaration) -> Iterator[_Run]:
    plan = address_plan(declared)
    index = {subnet.vlan: i for i, subnet in enumerate(declared.addressing.subnets)}
    for site in declared.sites.values():
        archetype = declared.archetypes[site.archetype]
        block = addressing.site_block(plan, site.number)
        routing = gateways(archetype)
        halves = routing if len(routing) > 1 else []
        for vlan in archetype.vlans:
            if vlan in plan.offsets:
                subnet = addressing.subnet(plan, block, vlan)
                loc: Loc = ("subnets", index[vlan])
                owners = [f"{site.code}'s gateway of VLAN {vlan}"]
                owners += [f"{site.code}-{label} in VLAN {vlan}" for label in halves]
                yield _Run(subnet[1], owners, "standards/addressing.yml", loc)


def _circuits(declared: Declaration) -> Iterator[_Run]:
    plan = address_plan(declared)
    loc: Loc = ("wan_links",)
    for link in wan_links(declared, plan):
        for end, address in zip((link.b, link.a), link.network or (), strict=True):
            yield _Run(address, (str(end),), "standards/addressing.yml", loc)
    for site in declared.sites.values():
        for link in site_links(site, declared.archetypes[site.archetype], plan):
            for end, address in zip((link.b, link.a), link.network or (), strict=False):
                yield _Run(address, (str(end),), "standards/addressing.yml", ("site_links",))
    for site_id, site in declared.sites.items():
        for index, transit in enumerate(site.transit):
            file, place = f"sites/{site_id}.yml", ("transit", index)
            owner = f"{site.code}-{transit.device}:{transit.port}"
            yield _Run(transit.address.ip, (owner,), file, (*place, "address"))
            yield _Run(transit.neighbor, (transit.provider,), file, (*place, "neighbor"))


def _devices(declared: Declaration) -> Iterator[_Run]:
    plan = address_plan(declared)
    management = management_vlan(declared)
    for site in declared.sites.values():
        block = addressing.site_block(plan, site.number)
        subnet = addressing.subnet(plan, block, management)
        for label, device in declared.archetypes[site.archetype].devices.items():
            if device.role in ROUTING_ROLES:
                index = loopback_index(plan, label, device.role)
                address = addressing.loopback(plan, site.number, index)
            else:
                address = subnet[plan.first_switch + device_index(label)]
            file, loc = f"archetypes/{site.archetype}.yml", ("devices", label)
            yield _Run(address, (f"{site.code}-{label}",), file, loc)


def _hosts(declared: Declaration) -> Iterator[_Run]:
    for first, site, label, host in _host_groups(declared):
        owners = [f"{site.code}-{name}" for name in host_names(site, label, host)]
        file, loc = f"archetypes/{site.archetype}.yml", ("hosts", label, "host_number")
        yield _Run(first, owners, file, loc)


def _host_groups(
    declared: Declaration,
) -> Iterator[tuple[IPv4Address, SiteFile, str, HostEntry]]:
    """Every site's entries of hosts, with the address of each one's first host."""
    plan = address_plan(declared)
    for site in declared.sites.values():
        block = addressing.site_block(plan, site.number)
        for label, host in declared.archetypes[site.archetype].hosts.items():
            network = addressing.subnet(plan, block, host.vlan)
            yield network[host.host_number], site, label, host


def _services(declared: Declaration) -> Iterator[Finding]:
    """A service's address must be the address of a host that offers the service."""
    offered: defaultdict[str, set[IPv4Address]] = defaultdict(set)
    for first, site, label, host in _host_groups(declared):
        addresses = {
            first + n for n in range(host_count(site, label, host) if host.services else 0)
        }
        for service in host.services:
            offered[service] |= addresses
    for name, loc, address in service_addresses(declared):
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
    reached = hops([hub], [(a, b) for a, b, _ in _circuit_sites(declared)])
    for site_id in declared.sites:
        if site_id not in reached:
            problem = f"no circuit leads to {hub}, where the controller stands"
            remedy = f"add one under 'wan' to the router of {hub}, or of a site that has one"
            yield at(declared, f"sites/{site_id}.yml", ("wan",), problem, remedy)


def _circuit_sites(declared: Declaration) -> Iterator[tuple[str, str, int]]:
    """The ids of the two sites of each circuit, and its place in the first one's list."""
    by_code = {site.code: site_id for site_id, site in declared.sites.items()}
    for site_id, site in declared.sites.items():
        for index, wan in enumerate(site.wan):
            yield site_id, by_code[wan.to.split("-", 1)[0]], index


def _areas(declared: Declaration) -> Iterator[Finding]:
    """OSPF joins areas at the backbone only (RFC 2328): who is behind a site shares its area."""
    regions = declared.routing.regions

    def area(site_id: str) -> int:
        region = declared.sites[site_id].region
        return regions[region] if region else 0

    for site_id, other, index in _circuit_sites(declared):
        if area(other) not in (0, area(site_id)):
            problem = (
                f"the circuit leads to area {area(other)}, and this site is in {area(site_id)}"
            )
            remedy = f"give the site the region of {other}, or lead the circuit to a site in area 0"
            yield at(declared, f"sites/{site_id}.yml", ("wan", index, "to"), problem, remedy)


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


RELATIONS: tuple[Rule, ...] = (_addresses, _services, _ways_to_the_hub, _areas)
"""Rules across files that need whole addresses: a new one about several files goes here."""
