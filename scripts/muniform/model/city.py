"""What a city declares, after loading: frozen, typed, complete. Nothing here does I/O.

A ``Device`` and a ``Host`` carry everything that rendering, services and roles need, so that
nobody further down looks anything up in the YAML again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


class ReachMode(StrEnum):
    """Where declared addresses are: in the real city, or in the lab on this machine."""

    PRODUCTION = "production"
    LAB = "lab"


BRIDGE_PRIORITY_STEP = 4096
HIGHEST_BRIDGE_PRIORITY = 61440
"""IEEE 802.1D: four bits of the bridge identifier, so multiples of 4096. The lowest wins."""


class DeviceRole(StrEnum):
    WAN_ROUTER = "wan_router"
    ACCESS_SWITCH = "access_switch"


class HostKind(StrEnum):
    SERVER = "server"
    DESKTOP = "desktop"


class VlanUse(StrEnum):
    """What a VLAN is for, where the purpose changes how it is rendered."""

    TRAFFIC = "traffic"
    VOICE = "voice"
    MANAGEMENT = "management"
    PARKED = "parked"
    """Unused ports rest here, shut: never routed, never on a trunk."""
    NATIVE = "native"
    """The untagged VLAN of trunks: carries nothing (CISC-L2-000260/270)."""


class PortMode(StrEnum):
    ACCESS = "access"
    TRUNK = "trunk"
    UNUSED = "unused"


@dataclass(frozen=True)
class SecretRef:
    """The name under which a secret is kept. Its value lives in ``muniform.secrets`` only."""

    name: str

    def __str__(self) -> str:
        return f"<secret:{self.name}>"


@dataclass(frozen=True)
class Vlan:
    id: int
    name: str
    purpose: str
    use: VlanUse
    dhcp: bool
    zone: str


@dataclass(frozen=True)
class Subnet:
    """A VLAN's addresses at one site. Host 1 is the gateway (standard host assignments)."""

    vlan: Vlan
    network: IPv4Network

    @property
    def gateway(self) -> IPv4Interface:
        return IPv4Interface((self.network[1], self.network.prefixlen))


@dataclass(frozen=True)
class PortProfile:
    name: str
    code: str
    """Type code of the port naming convention, such as WS or PRT."""
    vlan: int
    voice_vlan: int | None


@dataclass(frozen=True)
class Port:
    """One switch port, resolved: what it is, where it leads, what it carries."""

    name: str
    mode: PortMode
    description: str
    profile: PortProfile | None = None
    """Set on access ports."""
    vlans: tuple[int, ...] = ()
    """On trunks: the allowed list, sorted."""
    root_guard: bool = False
    """The neighbour is farther from the site's entry, so no better root can lie behind it."""


@dataclass(frozen=True)
class RoutedInterface:
    """A layer-3 interface of a router."""

    name: str
    description: str
    address: IPv4Interface
    vlan: int | None = None
    """Set on subinterfaces of the LAN trunk."""
    ospf_active: bool = False
    """Speaks OSPF; every other interface is passive."""


@dataclass(frozen=True)
class Routing:
    """OSPF as the routing standard asks for it."""

    router_id: IPv4Address
    area: int
    reference_bandwidth_mbps: int


@dataclass(frozen=True)
class Management:
    """How the controller reaches a device."""

    address: IPv4Interface
    vlan: int | None
    gateway: IPv4Address | None
    allowed: tuple[IPv4Network, ...]
    """Networks that may open a management session."""


@dataclass(frozen=True)
class Account:
    """The local account. ``password`` logs in; ``password_hash`` (type 9) is what is configured."""

    name: str
    password: SecretRef
    password_hash: SecretRef
    private_key: SecretRef
    """The SSH key with which hosts are entered."""


@dataclass(frozen=True)
class NtpServer:
    address: IPv4Address
    prefer: bool


@dataclass(frozen=True)
class DnsService:
    servers: tuple[IPv4Address, ...]
    host_zone: str
    device_zone: str
    reverse_zone: str
    ttl: int
    key_name: str
    """TSIG key (RFC 8945); its value is the secret ``key``."""
    key: SecretRef
    key_algorithm: str


@dataclass(frozen=True)
class Baseline:
    """Settings every network device shares."""

    domain: str
    banner: str
    account: Account
    ntp: tuple[NtpServer, ...]
    idle_minutes: int
    confirm_seconds: int
    """How long a device waits for the confirmation before it reverts by itself."""


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
    interfaces: tuple[RoutedInterface, ...] = ()
    routing: Routing | None = None
    hops: int = 0
    """Links between the site's entry and this device: nearer devices are changed later."""

    @property
    def bridge_priority(self) -> int:
        """Spanning-tree priority: the switch next to the site's entry becomes the root bridge."""
        return min(self.hops * BRIDGE_PRIORITY_STEP, HIGHEST_BRIDGE_PRIORITY)


@dataclass(frozen=True)
class Host:
    """A server or a desktop."""

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
    """What a server does for the city: ``dns``, ``ntp``."""


@dataclass(frozen=True)
class LinkEnd:
    device: str
    port: str

    def __str__(self) -> str:
        return f"{self.device}:{self.port}"


@dataclass(frozen=True)
class Link:
    """A cable or circuit. ``network`` is set on routed WAN links (a /31, RFC 3021)."""

    a: LinkEnd
    b: LinkEnd
    medium: str
    network: IPv4Network | None = None


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
