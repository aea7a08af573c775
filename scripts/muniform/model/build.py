"""From checked declarations to the typed City: references resolved, addresses derived.

Everything that follows from more than one file is checked in ``check`` before it is built here:
what a rule of ``check`` holds is relied on here, and not checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Interface, IPv4Network

from muniform.errors import Finding
from muniform.model import addressing, check
from muniform.model.addressing import AddressPlan
from muniform.model.cabling import label_hops, site_links, wan_links
from muniform.model.city import (
    Account,
    Baseline,
    City,
    Device,
    DeviceRole,
    DnsService,
    Host,
    Link,
    Management,
    NtpServer,
    RoutedInterface,
    Routing,
    SecretRef,
    Site,
    Subnet,
    Vlan,
    VlanUse,
)
from muniform.model.declaration import (
    Declaration,
    address_plan,
    device_index,
    management_vlan,
)
from muniform.model.ports import switch_ports
from muniform.model.schema import ArchetypeFile, DeviceEntry, HostEntry, SiteFile

OSPF_BACKBONE = 0
# Routing standard: 100 Gbit/s as the reference, so that fast links still differ in cost.
OSPF_REFERENCE_MBPS = 100_000


def build(declared: Declaration) -> tuple[City | None, list[Finding]]:
    """The city, or what is wrong with it. Exactly one of the two is there."""
    findings = check.check(declared)
    if findings:
        return None, findings
    return _Builder(declared).city(), []


@dataclass(frozen=True)
class _SiteContext:
    id: str
    entry: SiteFile
    archetype: ArchetypeFile
    block: IPv4Network
    links: tuple[Link, ...]
    hops: Mapping[str, int]


class _Builder:
    """Holds what all sites share while they are built."""

    def __init__(self, declared: Declaration) -> None:
        self.declared = declared
        self.plan: AddressPlan = address_plan(declared)
        self.vlans = {
            entry.id: Vlan(entry.id, entry.name, entry.purpose, entry.use, entry.dhcp, entry.zone)
            for entry in declared.vlans.vlans
        }
        self.baseline = _baseline(declared)
        self.wan = wan_links(declared, self.plan)
        self.management_vlan = management_vlan(declared)

    def city(self) -> City:
        entry = self.declared.city
        ordered = sorted(self.declared.sites.items(), key=lambda item: item[1].number)
        return City(
            name=entry.name,
            domain=entry.domain,
            reach=entry.reach,
            controller=entry.controller,
            baseline=self.baseline,
            dns=_dns(self.declared),
            vlans=tuple(self.vlans.values()),
            sites=tuple(self._site(site_id, site) for site_id, site in ordered),
        )

    def _site(self, site_id: str, entry: SiteFile) -> Site:
        archetype = self.declared.archetypes[entry.archetype]
        local = site_links(entry, archetype)
        wan = tuple(link for link in self.wan if _touches(link, entry.code))
        hops = label_hops(archetype)
        context = _SiteContext(
            id=site_id,
            entry=entry,
            archetype=archetype,
            block=addressing.site_block(self.plan, entry.number),
            links=(*local, *wan),
            hops={f"{entry.code}-{label}": count for label, count in hops.items()},
        )
        return Site(
            id=site_id,
            code=entry.code,
            name=entry.name,
            number=entry.number,
            archetype=entry.archetype,
            public_safety=archetype.public_safety,
            block=context.block,
            subnets=self._subnets(context),
            devices=tuple(
                self._device(context, label, device) for label, device in archetype.devices.items()
            ),
            hosts=tuple(
                self._host(context, label, host) for label, host in archetype.hosts.items()
            ),
            links=context.links,
        )

    def _subnets(self, site: _SiteContext) -> tuple[Subnet, ...]:
        return tuple(
            Subnet(self.vlans[vlan], addressing.subnet(self.plan, site.block, vlan))
            for vlan in sorted(site.archetype.vlans)
            if vlan in self.plan.offsets
        )

    def _device(self, site: _SiteContext, label: str, entry: DeviceEntry) -> Device:
        """What all devices have; then what their role adds."""
        name = f"{site.entry.code}-{label}"
        index = device_index(label)
        router = entry.role is DeviceRole.WAN_ROUTER
        device = Device(
            name=name,
            site=site.id,
            site_code=site.entry.code,
            role=entry.role,
            platform=self.declared.models.models[entry.model].platform,
            model=entry.model,
            serial=site.entry.serials[label],
            management=self._loopback(site, index) if router else self._svi(site, index),
            baseline=self.baseline,
            hops=site.hops[name],
        )
        if router:
            return self._with_routing(site, device)
        return self._with_ports(site, device, entry)

    def _svi(self, site: _SiteContext, index: int) -> Management:
        """A switch is managed on the management VLAN, which its site's router routes."""
        subnet = addressing.subnet(self.plan, site.block, self.management_vlan)
        address = addressing.host(subnet, self.plan.first_switch + index)
        allowed = self.declared.network_devices.management_networks
        return Management(address, self.management_vlan, subnet[1], allowed)

    def _loopback(self, site: _SiteContext, index: int) -> Management:
        """A router is managed on its loopback, whatever interface is up."""
        address = addressing.loopback(self.plan, site.entry.number, index)
        allowed = self.declared.network_devices.management_networks
        return Management(IPv4Interface((address, 32)), None, None, allowed)

    def _with_ports(self, site: _SiteContext, device: Device, entry: DeviceEntry) -> Device:
        carried = {*site.archetype.vlans, self.management_vlan}
        silent = {v.id for v in self.vlans.values() if v.use in (VlanUse.PARKED, VlanUse.NATIVE)}
        return replace(
            device,
            vlans=tuple(self.vlans[vlan] for vlan in sorted(carried | silent)),
            ports=switch_ports(
                device.name,
                site.entry.code,
                entry,
                self.declared,
                site.links,
                site.hops,
                tuple(sorted(carried)),
            ),
        )

    def _with_routing(self, site: _SiteContext, device: Device) -> Device:
        address = device.management.address
        return replace(
            device,
            interfaces=(
                RoutedInterface("lo", "Router ID", address),
                *self._wan_interfaces(device.name),
                *self._gateways(site, device.name),
            ),
            routing=Routing(address.ip, OSPF_BACKBONE, OSPF_REFERENCE_MBPS),
        )

    def _wan_interfaces(self, name: str) -> tuple[RoutedInterface, ...]:
        found = []
        for link in self.wan:
            for side, (here, there) in enumerate(((link.b, link.a), (link.a, link.b))):
                if here.device == name and link.network is not None:
                    found.append(
                        RoutedInterface(
                            here.port,
                            f"WAN {there.device}",
                            IPv4Interface((link.network[side], 31)),
                            ospf_active=True,
                        )
                    )
        return tuple(found)

    def _gateways(self, site: _SiteContext, name: str) -> tuple[RoutedInterface, ...]:
        """The site's gateways, on subinterfaces of the port that leads to the first switch."""
        trunk = next(
            (
                end.port
                for link in site.links
                if link.network is None
                for end in (link.a, link.b)
                if end.device == name
            ),
            None,
        )
        if trunk is None:
            return ()
        return tuple(
            RoutedInterface(
                f"{trunk}.{subnet.vlan.id}",
                f"Gateway {subnet.vlan.name}",
                subnet.gateway,
                vlan=subnet.vlan.id,
            )
            for subnet in self._subnets(site)
        )

    def _host(self, site: _SiteContext, label: str, entry: HostEntry) -> Host:
        network = addressing.subnet(self.plan, site.block, entry.vlan)
        return Host(
            name=f"{site.entry.code}-{label}",
            site=site.id,
            site_code=site.entry.code,
            kind=entry.kind,
            profile=entry.profile,
            os=entry.os,
            address=addressing.host(network, entry.host_number),
            gateway=network[1],
            vlan=entry.vlan,
            services=entry.services,
        )


def _touches(link: Link, code: str) -> bool:
    """Whether one of the link's ends is at the site with this code."""
    return any(end.device.startswith(f"{code}-") for end in (link.a, link.b))


def _baseline(declared: Declaration) -> Baseline:
    entry = declared.network_devices
    return Baseline(
        domain=f"{declared.services.dns.device_zone}.{declared.city.domain}",
        banner=entry.banner.strip(),
        account=Account(
            entry.account.name,
            SecretRef(entry.account.password),
            SecretRef(entry.account.password_hash),
            SecretRef(entry.account.private_key),
        ),
        ntp=tuple(NtpServer(s.address, s.prefer) for s in declared.services.ntp.servers),
        idle_minutes=entry.idle_minutes,
        confirm_seconds=entry.confirm_seconds,
    )


def _dns(declared: Declaration) -> DnsService:
    dns, domain = declared.services.dns, declared.city.domain
    return DnsService(
        servers=dns.servers,
        host_zone=f"{dns.host_zone}.{domain}",
        device_zone=f"{dns.device_zone}.{domain}",
        reverse_zone=dns.reverse_zone,
        ttl=dns.ttl,
        key_name=dns.key.name,
        key=SecretRef(dns.key.secret),
        key_algorithm=dns.key.algorithm,
    )
