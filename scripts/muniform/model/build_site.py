"""One site of the city, built from its file, its archetype and what all sites share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import IPv4Interface

from muniform.model import addressing, operate, segments
from muniform.model.addressing import AddressPlan
from muniform.model.baseline import baseline
from muniform.model.cabling import (
    gateways,
    label_hops,
    partners,
    site_links,
    transit_pair,
    wan_links,
)
from muniform.model.city import Device, Host, Link, Site
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    device_ports,
    host_names,
    loopback_index,
    management_vlan,
    transit_vlan,
)
from muniform.model.interfaces import RoutedSite, Transit, interfaces
from muniform.model.parts.common import Management
from muniform.model.parts.kinds import ROUTING_ROLES, SWITCHING_ROLES, DeviceRole, VlanUse
from muniform.model.parts.routing import Bgp, BgpNeighbor, Nat, Routing
from muniform.model.parts.secret import SecretRef
from muniform.model.parts.switching import DhcpRange, Subnet, Vlan
from muniform.model.peripherals import peripherals
from muniform.model.ports import profile, switch_ports
from muniform.model.schema import ArchetypeFile, DeviceEntry, HostEntry, SiteFile

OSPF_BACKBONE = 0


@dataclass(frozen=True)
class SiteParts:
    """All that a site follows from, beside what all sites share.

    Whether a site has to be rendered again is decided by these alone: see ``fingerprint``.
    """

    id: str
    entry: SiteFile
    archetype: ArchetypeFile
    circuits: tuple[Link, ...]
    areas: Mapping[str, int]
    """The OSPF area of each of these circuits, by its number."""


@dataclass(frozen=True)
class _Context:
    """What the devices and hosts of one site follow from."""

    id: str
    entry: SiteFile
    archetype: ArchetypeFile
    routed: RoutedSite
    hops: Mapping[str, int]
    """By full name."""
    far_hops: Mapping[str, int]
    """The same with the neighbours at other sites."""


class SiteBuilder:
    """Holds what all sites share while they are built."""

    def __init__(self, declared: Declaration) -> None:
        # What is not here can't be built into a site without being among its parts.
        self.declared = replace(declared, sites={}, archetypes={}, sources={}, today=date.min)
        self.plan: AddressPlan = address_plan(declared)
        self.vlans = {
            e.id: Vlan(e.id, e.name, e.purpose, e.use, e.dhcp, e.zone) for e in declared.vlans.vlans
        }
        self.leases = {e.id: e.lease_hours * 3600 for e in declared.vlans.vlans}
        self.profiles = {n: profile(n, e) for n, e in declared.profiles.profiles.items()}
        self.baseline = baseline(declared)
        self.acls = segments.acls(declared.segmentation)
        self.waivers = tuple(w for w in operate.waivers(declared) if w.keep or w.without)
        self.management_vlan = management_vlan(declared)
        self.transit_vlan = transit_vlan(declared)
        self.parts = self._parts(declared)

    def _parts(self, declared: Declaration) -> Mapping[str, SiteParts]:
        """Each site's parts by its id, in the order of their numbers."""
        at_site: defaultdict[str, list[Link]] = defaultdict(list)
        areas = {}
        by_code = {site.code: site for site in declared.sites.values()}
        for link in wan_links(declared, self.plan):
            code = link.a.device.split("-", 1)[0]
            areas[link.circuit] = self._area(by_code[code])
            for end in (link.a, link.b):
                at_site[end.device.split("-", 1)[0]].append(link)
        return {
            site_id: SiteParts(
                site_id,
                entry,
                declared.archetypes[entry.archetype],
                tuple(at_site[entry.code]),
                {link.circuit: areas[link.circuit] for link in at_site[entry.code]},
            )
            for site_id, entry in sorted(declared.sites.items(), key=lambda item: item[1].number)
        }

    def _area(self, site: SiteFile) -> int:
        regions = self.declared.routing.regions
        return regions[site.region] if site.region else OSPF_BACKBONE

    def site(self, site_id: str) -> Site:
        context = self._context(self.parts[site_id])
        entry, archetype = context.entry, context.archetype
        change_class = self.declared.change.classes[archetype.change_class]
        devices = tuple(
            self._device(context, label, device) for label, device in archetype.devices.items()
        )
        return Site(
            id=site_id,
            code=entry.code,
            name=entry.name,
            number=entry.number,
            archetype=entry.archetype,
            public_safety=change_class.public_safety,
            block=addressing.site_block(self.plan, entry.number),
            subnets=context.routed.subnets,
            devices=devices,
            hosts=tuple(
                host
                for label, found in archetype.hosts.items()
                for host in self._hosts(context, label, found)
            ),
            links=context.routed.links,
            peripherals=peripherals(site_id, entry, archetype, devices),
            block6=addressing.site_block6(self.plan, entry.number),
            region=entry.region or "",
            change_class=archetype.change_class,
            power_tier=archetype.power_tier or "",
            address=entry.address or "",
        )

    def _context(self, parts: SiteParts) -> _Context:
        entry, archetype = parts.entry, parts.archetype
        links = (*site_links(entry, archetype, self.plan), *parts.circuits)
        hops = {f"{entry.code}-{label}": n for label, n in label_hops(archetype).items()}
        dhcp = self.declared.services.dhcp
        routed = RoutedSite(
            site=entry,
            archetype=archetype,
            subnets=self._subnets(entry, archetype),
            links=links,
            routing=self.declared.routing,
            areas=parts.areas,
            area=self._area(entry),
            relay=dhcp.servers if dhcp else (),
            transit=self._transit(entry, archetype),
            filtered=frozenset(self.acls),
        )
        far = {end.device: -1 for link in links for end in (link.a, link.b)}
        return _Context(parts.id, entry, archetype, routed, hops, {**far, **hops})

    def _transit(self, entry: SiteFile, archetype: ArchetypeFile) -> Transit | None:
        if self.transit_vlan is None or not transit_pair(archetype):
            return None
        block = addressing.site_block(self.plan, entry.number)
        return Transit(self.transit_vlan, addressing.transit_link(self.plan, block))

    def _subnets(self, entry: SiteFile, archetype: ArchetypeFile) -> tuple[Subnet, ...]:
        block = addressing.site_block(self.plan, entry.number)
        found = []
        for number in sorted(set(archetype.vlans) & set(self.plan.offsets)):
            vlan = self.vlans[number]
            network = addressing.subnet(self.plan, block, number)
            network6 = addressing.subnet6(self.plan, entry.number, number)
            leased = DhcpRange(*addressing.leased(self.plan, network), self.leases[number])
            found.append(Subnet(vlan, network, network6, leased if vlan.dhcp else None))
        return tuple(found)

    def _device(self, site: _Context, label: str, entry: DeviceEntry) -> Device:
        """What all devices have; then what their role adds."""
        name = f"{site.entry.code}-{label}"
        partner = partners(site.archetype).get(label)
        device = Device(
            name=name,
            site=site.id,
            site_code=site.entry.code,
            role=entry.role,
            platform=self.declared.models.models[entry.model].platform,
            model=entry.model,
            serial=site.entry.serials[label],
            management=self._management(site, label, entry),
            baseline=self.baseline,
            hops=site.hops[name],
            partner=f"{site.entry.code}-{partner}" if partner else None,
            change_class=entry.change_class or site.archetype.change_class,
            location=site.entry.name,
            waivers=tuple(waiver for waiver in self.waivers if name in waiver.targets),
            rank=_rank(site, label, site.hops[name]),
        )
        if entry.role in ROUTING_ROLES:
            device = self._with_routing(site, label, device)
        return self._with_ports(site, label, device) if entry.role in SWITCHING_ROLES else device

    def _management(self, site: _Context, label: str, entry: DeviceEntry) -> Management:
        """What routes is managed on its loopback, whatever interface is up; a switch that does
        not, on the management VLAN, which its site's gateway routes."""
        allowed = self.declared.network_devices.management_networks
        if entry.role in ROUTING_ROLES:
            index = loopback_index(self.plan, label, entry.role)
            address = addressing.loopback(self.plan, site.entry.number, index)
            return Management(IPv4Interface((address, 32)), None, None, allowed)
        block = addressing.site_block(self.plan, site.entry.number)
        subnet = addressing.subnet(self.plan, block, self.management_vlan)
        own = addressing.host(subnet, self.plan.first_switch + device_index(label))
        return Management(own, self.management_vlan, subnet[1], allowed)

    def _with_ports(self, site: _Context, label: str, device: Device) -> Device:
        carried = {*site.archetype.vlans, self.management_vlan}
        silent = {v.id for v in self.vlans.values() if v.use in (VlanUse.PARKED, VlanUse.NATIVE)}
        extra = self._authentication_vlans()
        beside = self._beside(site, label)
        counts = device_ports(site.entry, label, site.archetype.devices[label])
        found = switch_ports(
            device.name,
            site.entry.code,
            self.declared.models.models[device.model],
            {self.profiles[name]: count for name, count in counts.items()},
            site.routed.links,
            site.far_hops,
            tuple(sorted(carried)),
            beside,
        )
        known = carried | silent | extra | set(beside.values())
        return replace(
            device,
            vlans=tuple(self.vlans[vlan] for vlan in sorted(known)),
            ports=found.ports,
            lags=found.lags,
        )

    def _beside(self, site: _Context, label: str) -> Mapping[str, int]:
        """The VLAN that only the trunk to the other half of the gateways carries, by its name."""
        halves = transit_pair(site.archetype)
        if site.routed.transit is None or label not in halves:
            return {}
        other = halves[1 - halves.index(label)]
        return {f"{site.entry.code}-{other}": site.routed.transit.vlan}

    def _authentication_vlans(self) -> set[int]:
        """Where a port goes whose device is refused; no trunk carries them."""
        dot1x = self.baseline.dot1x
        return {v for v in (dot1x.rejected_vlan, dot1x.critical_vlan) if v} if dot1x else set()

    def _with_routing(self, site: _Context, label: str, device: Device) -> Device:
        found = interfaces(site.routed, label, device)
        named = {interface.acl_in for interface in found}
        routing = self.declared.routing
        return replace(
            device,
            interfaces=found,
            routing=Routing(
                device.management.address.ip,
                site.routed.area,
                routing.reference_bandwidth_mbps,
                SecretRef(routing.key) if routing.key else None,
                default_route=any(t.device == label for t in site.entry.transit),
            ),
            bgp=self._bgp(site, label, device),
            nat=self._nat(site, label),
            acls=tuple(
                sorted(
                    (acl for acl in self.acls.values() if acl.name in named),
                    key=lambda acl: acl.name,
                )
            ),
        )

    def _bgp(self, site: _Context, label: str, device: Device) -> Bgp | None:
        routing = self.declared.routing
        neighbors = tuple(
            BgpNeighbor(t.neighbor, t.asn, t.provider, SecretRef(t.key), t.max_prefixes)
            for t in site.entry.transit
            if t.device == label
        )
        if not neighbors or routing.asn is None:
            return None
        own = device.management.address.ip
        backup = any(label == second for _, second in site.archetype.pairs)
        return Bgp(routing.asn, own, routing.announced, neighbors, routing.bogons, backup)

    def _nat(self, site: _Context, label: str) -> Nat | None:
        pool = self.declared.routing.nat_pool
        if pool is None or not any(t.device == label for t in site.entry.transit):
            return None
        return Nat((self.plan.supernet,), pool)

    def _hosts(self, site: _Context, label: str, entry: HostEntry) -> Iterator[Host]:
        block = addressing.site_block(self.plan, site.entry.number)
        network = addressing.subnet(self.plan, block, entry.vlan)
        gateway = network[1]
        for place, name in enumerate(host_names(site.entry, label, entry)):
            yield Host(
                name=f"{site.entry.code}-{name}",
                site=site.id,
                site_code=site.entry.code,
                kind=entry.kind,
                profile=entry.profile,
                os=entry.os,
                address=addressing.host(network, entry.host_number + place),
                gateway=gateway,
                vlan=entry.vlan,
                services=entry.services,
                group=label,
            )


def _rank(site: _Context, label: str, hops: int) -> int:
    """The first gateway switch becomes the root bridge, its partner comes next, then by hops."""
    switched = [
        name
        for name in gateways(site.archetype)
        if site.archetype.devices[name].role is not DeviceRole.WAN_ROUTER
    ]
    if label in switched:
        return hops + switched.index(label)
    return hops + max(0, len(switched) - 1)
