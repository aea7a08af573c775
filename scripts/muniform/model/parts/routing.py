"""Layer-3 interfaces and the routing protocols that speak on them. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.model.parts.secret import SecretRef


@dataclass(frozen=True)
class Vrrp:
    """One of the two gateways of a VLAN (RFC 9568)."""

    group: int
    address: IPv4Address
    priority: int
    """The higher one carries the address."""


@dataclass(frozen=True)
class RoutedInterface:
    """A layer-3 interface: a loopback, a router's port, a VLAN's gateway, a routed link."""

    name: str
    """As the model writes it; ``lo`` for the loopback and ``vlan<id>`` for a switch's gateway of
    a VLAN, which each platform names in its own way."""
    description: str
    address: IPv4Interface
    vlan: int | None = None
    """Set on gateways: subinterfaces of a router's LAN trunk, or a switch's VLAN interface."""
    ospf_active: bool = False
    """Speaks OSPF; every other interface is passive."""
    ospf_area: int | None = None
    """None: outside OSPF (a provider's circuit)."""
    ospf_cost: int | None = None
    """None: from the bandwidth."""
    vrrp: Vrrp | None = None
    relay: tuple[IPv4Address, ...] = ()
    """DHCP servers to which requests are relayed."""
    acl_in: str | None = None
    """The name of the access list for what comes in, see ``Device.acls``."""
    zone: str | None = None
    """The security zone of a gateway's VLAN; ``wan`` and ``internet`` on a firewall's links."""


@dataclass(frozen=True)
class Routing:
    """OSPF as the routing standard asks for it."""

    router_id: IPv4Address
    area: int
    reference_bandwidth_mbps: int
    key: SecretRef | None = None
    """Authenticates every OSPF packet: cryptographic authentication with MD5 (RFC 2328, D.3), the
    strongest that all platforms share."""
    default_route: bool = False
    """Tells its neighbours the way out of the city."""


ROUTING_KEY_ID = 1


@dataclass(frozen=True)
class BgpNeighbor:
    """A provider's router."""

    address: IPv4Address
    asn: int
    description: str
    key: SecretRef
    max_prefixes: int


@dataclass(frozen=True)
class Bgp:
    """The edge to the Internet: only what is announced leaves, no bogon comes in."""

    asn: int
    router_id: IPv4Address
    announced: tuple[IPv4Network, ...]
    neighbors: tuple[BgpNeighbor, ...]
    bogons: tuple[IPv4Network, ...]
    backup: bool = False
    """The second half of a pair: used while the first is gone, since neither knows the other's
    sessions."""


@dataclass(frozen=True)
class Nat:
    """What leaves for the Internet from ``inside`` does so with an address of ``pool``."""

    inside: tuple[IPv4Network, ...]
    pool: IPv4Network
