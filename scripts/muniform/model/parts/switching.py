"""VLANs, subnets and the ports that carry them. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network

from muniform.model.parts.kinds import PoePriority, PortAuthentication, PortMode, VlanUse

BRIDGE_PRIORITY_STEP = 4096


HIGHEST_BRIDGE_PRIORITY = 61440
"""IEEE 802.1D: four bits of the bridge identifier, so multiples of 4096. The lowest wins."""


@dataclass(frozen=True)
class Vlan:
    id: int
    name: str
    purpose: str
    use: VlanUse
    dhcp: bool
    zone: str


@dataclass(frozen=True)
class DhcpRange:
    """What a VLAN's scope leases, both ends included, and for how long."""

    first: IPv4Address
    last: IPv4Address
    lease_seconds: int


@dataclass(frozen=True)
class Subnet:
    """A VLAN's addresses at one site. Host 1 is the gateway (standard host assignments)."""

    vlan: Vlan
    network: IPv4Network
    network6: IPv6Network | None = None
    """The /64 of the unique local plan (RFC 4193), where the city has one."""
    dhcp: DhcpRange | None = None
    """Set where the VLAN's addresses are leased."""

    @property
    def gateway(self) -> IPv4Interface:
        return IPv4Interface((self.network[1], self.network.prefixlen))


@dataclass(frozen=True)
class PortProfile:
    """What is plugged into a port decides how the port is set."""

    name: str
    code: str
    """Type code of the port naming convention, such as WS or PRT."""
    vlan: int
    """The access VLAN; on a trunk profile the first of the tagged VLANs."""
    voice_vlan: int | None = None
    tagged: tuple[int, ...] = ()
    """Set on trunk profiles (access points): every tagged VLAN, sorted. Nothing is untagged."""
    authentication: PortAuthentication = PortAuthentication.NONE
    poe: PoePriority | None = None
    """None: the port gives no power."""
    poe_watts: int = 0
    """What is set aside for the port, at the switch's side of the cable."""
    max_addresses: int | None = None
    """Port security: how many MAC addresses may be seen. None: not limited."""
    storm_percent: int | None = None
    """Broadcast and multicast above this share of the port's bandwidth are dropped."""
    dhcp_rate: int | None = None
    """DHCP and ARP packets accepted per second before the port is shut. None: not limited."""


@dataclass(frozen=True)
class Port:
    """One switch port, resolved: what it is, where it leads, what it carries."""

    name: str
    mode: PortMode
    description: str
    profile: PortProfile | None = None
    """Set on access ports."""
    """Or a profile's tagged trunk (access points): an edge port all the same."""
    vlans: tuple[int, ...] = ()
    """On trunks: the allowed list, sorted."""
    root_guard: bool = False
    """The neighbour is farther from the site's entry, so no better root can lie behind it."""
    lag: int | None = None
    """The number of the link aggregation that this trunk port is a member of."""
    speed_mbps: int = 0
    """The fastest that the port can do."""

    @property
    def edge(self) -> bool:
        """Leads to an end device, not to a switch or router."""
        return self.profile is not None


@dataclass(frozen=True)
class Lag:
    """A link aggregation (IEEE 802.1AX, LACP): set like a trunk port, over several members."""

    number: int
    description: str
    vlans: tuple[int, ...]
    members: tuple[str, ...]
    """Port names, in the model's order."""
    root_guard: bool = False


@dataclass(frozen=True)
class QosClass:
    """A class of traffic: how it is recognised and what it is worth (port-configurations.md)."""

    name: str
    dscp: tuple[int, ...]
    cos: int
    bandwidth_percent: int
    priority: bool = False
    """Served before all others, up to its share."""
    vlans: tuple[int, ...] = ()
    """Of which VLANs the marking is trusted; traffic of any other is sent as best effort."""


@dataclass(frozen=True)
class Wireless:
    """An SSID and the VLAN its clients land in."""

    ssid: str
    vlan: int
    authentication: str
    encryption: str
