"""The shapes of the network's standards: addresses, VLANs, ports, routing, segmentation, QoS."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from muniform.model.parts.filtering import AclAction
from muniform.model.parts.kinds import DeviceRole, PoePriority, PortAuthentication, VlanUse
from muniform.model.schema.base import Declared, Standard
from muniform.model.shapes import (
    Count,
    Flag,
    Identifier,
    Network,
    Network6,
    Octet,
    Percent,
    Seconds,
    Text,
    VlanId,
    matching,
)

Medium = Literal["copper", "fiber", "wireless", "lte"]

Asn = Annotated[int, Field(ge=1, le=4294967294, strict=True)]


class NumberRange(Declared):
    first: Octet
    last: Octet


class SubnetOffset(Declared):
    vlan: VlanId
    offset: Network


class DhcpNumbers(Declared):
    """Host numbers inside a /24; in a larger subnet the last one counts from its end."""

    first: Annotated[int, Field(ge=4, le=250, strict=True)]
    """4 at least: 1 is the gateway, 2 and 3 are the halves of a pair."""
    last: Annotated[int, Field(ge=4, le=254, strict=True)]


class Ipv6Plan(Declared):
    """Unique local addresses (RFC 4193) beside IPv4: a /56 per site, a /64 per VLAN."""

    prefix: Network6
    """The city's own /48."""


class AddressingFile(Standard):
    """``standards/addressing.yml``"""

    supernet: Network
    site_prefix: Annotated[int, Field(ge=8, le=24, strict=True)]
    ranges: dict[Identifier, NumberRange]
    reserved: dict[Identifier, Network]
    loopbacks: Network
    loopback_blocks: dict[DeviceRole, Annotated[int, Field(ge=0, le=255, strict=True)]] = {}
    """Where the loopbacks of a role's first device begin, in steps of 256. Left out: 0."""
    wan_links: Network
    site_links: Network | None = None
    """Routed links inside a site, a /31 each, written as an offset of its block."""
    subnets: tuple[SubnetOffset, ...]
    first_switch: Annotated[int, Field(ge=2, le=250, strict=True)]
    dhcp: DhcpNumbers = DhcpNumbers(first=10, last=250)
    ipv6: Ipv6Plan | None = None


class VlanEntry(Declared):
    id: VlanId
    name: Annotated[
        str,
        matching(
            r"[A-Za-z][A-Za-z0-9_-]{0,31}",
            "VLAN name",
            "use up to 32 letters, digits, hyphens, underscores",
        ),
    ]
    purpose: Text
    zone: Identifier
    dhcp: Flag = False
    lease_hours: Annotated[int, Field(ge=1, le=720, strict=True)] = 24
    use: VlanUse = VlanUse.TRAFFIC


class VlansFile(Standard):
    """``standards/vlans.yml``"""

    vlans: tuple[VlanEntry, ...]


class ProfileEntry(Declared):
    code: Annotated[str, matching(r"[A-Z]{2,6}", "type code", "use two to six capitals")]
    vlan: VlanId
    voice_vlan: VlanId | None = None
    tagged: tuple[VlanId, ...] = ()
    """Makes it a trunk to an access point; ``vlan`` is the one it is managed in."""
    authentication: PortAuthentication = PortAuthentication.NONE
    poe: PoePriority | None = None
    poe_watts: Annotated[int, Field(ge=0, le=90, strict=True)] = 0
    max_addresses: Annotated[int, Field(ge=1, le=132, strict=True)] | None = None
    storm_percent: Percent | None = None
    dhcp_rate: Annotated[int, Field(ge=1, le=2048, strict=True)] | None = None


class Dot1xEntry(Declared):
    reauthenticate_seconds: Seconds
    quiet_seconds: Seconds
    tx_seconds: Seconds
    max_requests: Annotated[int, Field(ge=1, le=10, strict=True)]
    rejected_vlan: VlanId
    critical_vlan: VlanId | None = None


class PortProfilesFile(Standard):
    """``standards/port_profiles.yml``"""

    dot1x: Dot1xEntry | None = None
    profiles: dict[Identifier, ProfileEntry]


class RoutingFile(Standard):
    """``standards/routing.yml``"""

    regions: dict[Identifier, Annotated[int, Field(ge=0, le=4294967295, strict=True)]] = {}
    """The OSPF area of each region. A site without a region is in area 0."""
    key: Identifier | None = None
    """The secret that authenticates OSPF."""
    reference_bandwidth_mbps: Annotated[int, Field(ge=100, le=4000000, strict=True)] = 100_000
    costs: dict[Medium, Annotated[int, Field(ge=1, le=65535, strict=True)]] = {}
    """The OSPF cost of circuits by medium. Left out: from the bandwidth."""
    backup_cost: Annotated[int, Field(ge=1, le=65535, strict=True)] = 10_000
    """Of circuits that are backups, and of firewalls' links: neither is a way to somewhere else."""
    transit_cost: Annotated[int, Field(ge=1, le=65535, strict=True)] = 10
    """Of the link between the two halves of a gateway pair."""
    nat_pool: Network | None = None
    """Addresses behind which the city goes to the Internet. Left out: no translation."""
    asn: Asn | None = None
    announced: tuple[Network, ...] = ()
    bogons: tuple[Network, ...] = ()


class AclServiceEntry(Declared):
    protocol: Literal["tcp", "udp", "icmp"]
    ports: tuple[Annotated[int, Field(ge=1, le=65535, strict=True)], ...] = ()


class AclTermEntry(Declared):
    name: Annotated[
        str,
        matching(
            r"[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?",
            "term name",
            "use up to 24 lower-case letters, digits and inner hyphens",
        ),
    ]
    action: AclAction
    to: tuple[Identifier, ...] = ()
    services: tuple[Identifier, ...] = ()
    log: Flag = False
    established: Flag = False
    """Only replies; the services' ports are then where they come from."""


class EdgeEntry(Declared):
    internet: tuple[AclTermEntry, ...]
    """What may be opened from the Internet."""
    wan: tuple[AclTermEntry, ...]
    """What may be opened towards it."""


class SegmentationFile(Standard):
    """``standards/segmentation.yml``"""

    # An empty list would mean "any" where a term uses it.
    networks: dict[Identifier, Annotated[tuple[Network, ...], Field(min_length=1)]]
    services: dict[Identifier, Annotated[tuple[AclServiceEntry, ...], Field(min_length=1)]]
    zones: dict[Identifier, tuple[AclTermEntry, ...]]
    edge: EdgeEntry | None = None


class QosEntry(Declared):
    dscp: tuple[Annotated[int, Field(ge=0, le=63, strict=True)], ...]
    cos: Annotated[int, Field(ge=0, le=7, strict=True)]
    bandwidth_percent: Percent
    priority: Flag = False
    vlans: tuple[VlanId, ...] = ()


class QosFile(Standard):
    """``standards/qos.yml``"""

    classes: dict[Identifier, QosEntry]


class SsidEntry(Declared):
    vlan: VlanId
    authentication: Literal["wpa3-enterprise", "sae", "owe"]
    encryption: Literal["gcmp-256", "ccmp-128"]


class WirelessFile(Standard):
    """``standards/wireless.yml``"""

    ssids: Annotated[
        dict[
            Annotated[
                str,
                matching(r"[A-Za-z0-9-]{1,32}", "SSID", "use letters, digits and hyphens"),
            ],
            SsidEntry,
        ],
        Field(max_length=4),
    ]
    """Four at most: each costs air time for its beacons (ssid-standards.md)."""


class PowerTierEntry(Declared):
    runtime_minutes: Count
    generator: Flag
    serves: Text


class PowerFile(Standard):
    """``standards/power.yml``"""

    tiers: dict[Identifier, PowerTierEntry]
