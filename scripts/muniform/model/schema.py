"""The inventory files' shapes, checked by pydantic: the edge where text becomes typed data.

Each class is one kind of file or a part of one. Keys that are not declared are errors.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from muniform.model.city import DeviceRole, HostKind, ReachMode, VlanUse
from muniform.model.shapes import (
    AccountName,
    Address,
    Banner,
    Code,
    Count,
    Domain,
    Flag,
    Identifier,
    Label,
    LinkEndText,
    Network,
    Octet,
    PortName,
    ReverseZone,
    Text,
    VlanId,
    matching,
)

Platform = Literal["frr", "ios"]
"""The platforms that ``render/platforms/`` describes."""

Medium = Literal["copper", "fiber", "wireless", "lte"]


class Declared(BaseModel):
    """Base of all declarations: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CityFile(Declared):
    """``city.yml``"""

    name: Text
    domain: Domain
    reach: ReachMode
    controller: Address


class NumberRange(Declared):
    first: Octet
    last: Octet


class SubnetOffset(Declared):
    vlan: VlanId
    offset: Network


class AddressingFile(Declared):
    """``standards/addressing.yml``"""

    supernet: Network
    site_prefix: Annotated[int, Field(ge=8, le=24, strict=True)]
    ranges: dict[Identifier, NumberRange]
    reserved: dict[Identifier, Network]
    loopbacks: Network
    wan_links: Network
    subnets: tuple[SubnetOffset, ...]
    first_switch: Annotated[int, Field(ge=2, le=250, strict=True)]


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
    use: VlanUse = VlanUse.TRAFFIC


class VlansFile(Declared):
    """``standards/vlans.yml``"""

    vlans: tuple[VlanEntry, ...]


class ProfileEntry(Declared):
    code: Annotated[str, matching(r"[A-Z]{2,6}", "type code", "use two to six capitals")]
    vlan: VlanId
    voice_vlan: VlanId | None = None


class PortProfilesFile(Declared):
    """``standards/port_profiles.yml``"""

    profiles: dict[Identifier, ProfileEntry]


class TsigKey(Declared):
    name: Label
    algorithm: Literal["hmac-sha256", "hmac-sha512"]
    secret: Identifier


class DnsEntry(Declared):
    servers: Annotated[tuple[Address, ...], Field(min_length=1)]
    host_zone: Label
    device_zone: Label
    reverse_zone: ReverseZone
    ttl: Annotated[int, Field(ge=60, le=604800, strict=True)]
    key: TsigKey


class NtpEntry(Declared):
    address: Address
    prefer: Flag = False


class NtpService(Declared):
    servers: Annotated[tuple[NtpEntry, ...], Field(min_length=2)]
    """Two or more sources (CISC-ND-001030)."""


class ServicesFile(Declared):
    """``standards/services.yml``"""

    dns: DnsEntry
    ntp: NtpService


class AccountEntry(Declared):
    name: AccountName
    password: Identifier
    password_hash: Identifier
    private_key: Identifier


class NetworkDevicesFile(Declared):
    """``standards/network_devices.yml``"""

    banner: Banner
    account: AccountEntry
    management_networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    idle_minutes: Annotated[int, Field(ge=1, le=10, strict=True)]
    confirm_seconds: Annotated[int, Field(ge=60, le=7200, strict=True)]


class PortRange(Declared):
    prefix: Annotated[
        str,
        matching(
            r"[A-Za-z][A-Za-z-]*([0-9]+/)*", "port prefix", "write the name up to the last number"
        ),
    ]
    first: Count
    last: Count


class ModelEntry(Declared):
    platform: Platform
    roles: Annotated[tuple[DeviceRole, ...], Field(min_length=1)]
    """What the model is used as. Its platform must be able to serve it."""
    access: tuple[PortRange, ...] = ()
    uplink: tuple[PortRange, ...] = ()


class ModelsFile(Declared):
    """``catalog/models.yml``"""

    models: dict[
        Annotated[
            str,
            matching(
                r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", "model name", "use letters, digits and hyphens"
            ),
        ],
        ModelEntry,
    ]


class DeviceEntry(Declared):
    role: DeviceRole
    model: str
    ports: dict[Identifier, Count] = {}


class LinkEntry(Declared):
    a: LinkEndText
    b: LinkEndText
    medium: Medium


class HostEntry(Declared):
    kind: HostKind
    profile: Identifier
    os: Identifier
    vlan: VlanId
    host_number: Annotated[int, Field(ge=2, le=250, strict=True)]
    services: tuple[Literal["dns", "ntp"], ...] = ()


class ArchetypeFile(Declared):
    """``archetypes/<id>.yml``"""

    public_safety: Flag
    address_range: Identifier
    vlans: tuple[VlanId, ...]
    devices: dict[Label, DeviceEntry]
    links: tuple[LinkEntry, ...] = ()
    hosts: dict[Label, HostEntry] = {}


class WanEntry(Declared):
    device: Label
    port: PortName
    to: Label
    medium: Medium
    circuit: Text


class SiteFile(Declared):
    """``sites/<id>.yml``"""

    code: Code
    name: Text
    archetype: Identifier
    number: Octet
    serials: dict[
        Label,
        Annotated[
            str,
            matching(r"[A-Za-z0-9-]{3,32}", "serial number", "use letters, digits and hyphens"),
        ],
    ]
    wan: tuple[WanEntry, ...] = ()
    uplinks: dict[Label, PortName] = {}
    """Where a switch's own uplink is plugged in, if not where the archetype says."""
