"""What a city declares, after loading: frozen, typed, complete. Nothing here does I/O.

A ``Device`` and a ``Host`` carry everything that rendering, services and roles need, so that
nobody further down looks anything up in the YAML again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network

from muniform.model.operations import ChangeClass, HostProfile, Software, SystemFamily, Waiver
from muniform.model.parts.common import Baseline, DnsService, Management
from muniform.model.parts.filtering import Acl
from muniform.model.parts.kinds import DeviceRole, HostKind, PeripheralKind, ReachMode
from muniform.model.parts.routing import Bgp, Nat, RoutedInterface, Routing
from muniform.model.parts.secret import SecretsPlace
from muniform.model.parts.switching import (
    BRIDGE_PRIORITY_STEP,
    HIGHEST_BRIDGE_PRIORITY,
    Lag,
    Port,
    Subnet,
    Vlan,
    Wireless,
)


@dataclass(frozen=True)
class Device:
    """A network device and everything its configuration follows from."""

    name: str
    site: str
    site_code: str
    role: DeviceRole
    platform: str
    model: str
    serial: str
    management: Management
    baseline: Baseline
    vlans: tuple[Vlan, ...] = ()
    ports: tuple[Port, ...] = ()
    lags: tuple[Lag, ...] = ()
    interfaces: tuple[RoutedInterface, ...] = ()
    routing: Routing | None = None
    bgp: Bgp | None = None
    nat: Nat | None = None
    """Set on firewalls with a provider, where the city declares addresses for it."""
    acls: tuple[Acl, ...] = ()
    """The access lists that this device's interfaces name, each once, sorted by name."""
    hops: int = 0
    """Links between the site's entry and this device: nearer devices are changed later."""
    partner: str | None = None
    """The other half of a redundant pair: never changed in the same wave."""
    change_class: str = ""
    location: str = ""
    """The site's name, for SNMP and people."""
    waivers: tuple[Waiver, ...] = ()
    """Those that waive lines of its configuration."""
    rank: int = 1
    """Place in the election of the root bridge, 0 first: gateways, then by hops."""

    @property
    def bridge_priority(self) -> int:
        """Spanning-tree priority: the switch next to the site's entry becomes the root bridge."""
        return min(self.rank * BRIDGE_PRIORITY_STEP, HIGHEST_BRIDGE_PRIORITY)

    @property
    def snmp_engine_id(self) -> str:
        """The SNMP engine's id in hex: RFC 3411's text form (format 4) of the device's name.

        Declared instead of left to the device's MAC address, since the user's keys are localised
        with it. The enterprise is 8072 (Net-SNMP), which every agent accepts.
        """
        return "80001f8804" + self.name.encode().hex()


@dataclass(frozen=True)
class Host:
    """A server, a desktop or another computer of the city."""

    name: str
    site: str
    site_code: str
    kind: HostKind
    profile: str
    os: str
    address: IPv4Interface
    gateway: IPv4Address
    vlan: int
    services: tuple[str, ...] = ()
    """What a server does for the city: ``dns``, ``ntp``, ``radius`` and so on."""
    group: str = ""
    """The entry of the archetype it comes from: ``ws`` of ``ws1`` to ``ws40``."""


@dataclass(frozen=True)
class Peripheral:
    """A printer, scanner, phone, camera or access point, and the port it is plugged into."""

    name: str
    site: str
    kind: PeripheralKind
    model: str
    device: str
    port: str
    vlan: int


@dataclass(frozen=True)
class LinkEnd:
    device: str
    port: str

    def __str__(self) -> str:
        return f"{self.device}:{self.port}"


@dataclass(frozen=True)
class Link:
    """A cable or circuit. ``network`` is set on routed links (a /31, RFC 3021)."""

    a: LinkEnd
    b: LinkEnd
    medium: str
    network: IPv4Network | None = None
    circuit: str = ""
    """The provider's or the city's number of a WAN circuit."""
    backup: bool = False
    """Used when the others are down."""
    lag: int | None = None


@dataclass(frozen=True)
class Hardware:
    """A model of the catalogue, with what purchasing and audits ask for."""

    model: str
    platform: str
    poe_budget_watts: int
    end_of_support: date | None
    list_price_usd: int | None
    contract: str


@dataclass(frozen=True)
class Site:
    id: str
    code: str
    name: str
    number: int
    archetype: str
    public_safety: bool
    block: IPv4Network
    subnets: tuple[Subnet, ...]
    devices: tuple[Device, ...]
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]
    peripherals: tuple[Peripheral, ...] = ()
    block6: IPv6Network | None = None
    region: str = ""
    change_class: str = ""
    power_tier: str = ""
    address: str = ""
    """The street address."""

    def subnet(self, vlan: int) -> Subnet:
        """The site's subnet of a VLAN. KeyError if the plan gives it none."""
        for subnet in self.subnets:
            if subnet.vlan.id == vlan:
                return subnet
        raise KeyError(vlan)


@dataclass(frozen=True)
class City:
    name: str
    domain: str
    reach: ReachMode
    controller: IPv4Address
    """The address from which muniform manages devices."""
    baseline: Baseline
    dns: DnsService
    vlans: tuple[Vlan, ...]
    sites: tuple[Site, ...]
    time_zone: str = "UTC"
    """Of the people: windows and freezes are meant in it. Devices keep UTC."""
    change_classes: tuple[ChangeClass, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    software: Software | None = None
    host_profiles: tuple[HostProfile, ...] = ()
    ssids: tuple[Wireless, ...] = ()
    hardware: tuple[Hardware, ...] = ()
    secrets: SecretsPlace = field(default_factory=SecretsPlace)

    def family(self, os: str) -> SystemFamily:
        """What kind of operating system an id names. Without a catalogue all are Linux."""
        return self.software.system(os).family if self.software else SystemFamily.LINUX

    def change_class(self, name: str) -> ChangeClass:
        """The change class with this name. KeyError if there is none."""
        for found in self.change_classes:
            if found.name == name:
                return found
        raise KeyError(name)

    @property
    def devices(self) -> tuple[Device, ...]:
        return tuple(device for site in self.sites for device in site.devices)

    @property
    def hosts(self) -> tuple[Host, ...]:
        return tuple(host for site in self.sites for host in site.hosts)

    def site(self, site_id: str) -> Site:
        """The site with this id or code. KeyError if there is none."""
        for site in self.sites:
            if site_id in (site.id, site.code):
                return site
        raise KeyError(site_id)

    def device(self, name: str) -> Device:
        for device in self.devices:
            if device.name == name:
                return device
        raise KeyError(name)

    def host(self, name: str) -> Host:
        for host in self.hosts:
            if host.name == name:
                return host
        raise KeyError(name)
