"""The inventory files' shapes, checked by pydantic: the edge where text becomes typed data.

Each class is one kind of file or a part of one. Keys that are not declared are errors.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from muniform.model.city import DeviceRole, HostKind, ReachMode, VlanUse


def _matching(pattern: str, what: str, remedy: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise PydanticCustomError(
                "form",
                "{value} is no valid {what}",
                {"value": repr(value), "what": what, "remedy": remedy},
            )
        return value

    return AfterValidator(check)


def _plain(value: str) -> str:
    """Refuse what could end a line or open a template where the text is used."""
    if any(ord(char) < 32 or ord(char) == 127 for char in value.replace("\n", "")):
        raise _unsafe("a control character", "use printable characters only")
    if re.search(r"\{\{|\{%|\{#|<secret:", value):
        raise _unsafe("template or secret syntax", "write plain text")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise _unsafe("a line break", "write it on one line")
    return value


def _ascii(value: str) -> str:
    if not value.isascii():
        raise _unsafe("a character outside ASCII", "devices take ASCII only; spell it without")
    return value


def _unsafe(what: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("unsafe", "the text holds {what}", {"what": what, "remedy": remedy})


def _address(value: Any) -> Any:
    """Addresses are text: a bare number would silently become an address."""
    if not isinstance(value, str | IPv4Address):
        raise PydanticCustomError(
            "form",
            "{value} is no IPv4 address",
            {"value": repr(value), "remedy": "write it like 10.1.1.10"},
        )
    return value


def _network(value: Any) -> Any:
    try:
        if not isinstance(value, str) or "/" not in value:
            raise ValueError("an address and a length are needed")
        return IPv4Network(value)
    except ValueError as error:
        raise PydanticCustomError(
            "form",
            "{value} is no IPv4 network: {reason}",
            {
                "value": repr(value),
                "reason": str(error),
                "remedy": "write its first address and its length, like 10.1.254.0/24",
            },
        ) from None


Text = Annotated[
    str,
    Field(min_length=1, max_length=80),
    AfterValidator(_plain),
    AfterValidator(_one_line),
    AfterValidator(_ascii),
]
Paragraph = Annotated[
    str, Field(min_length=1, max_length=2000), AfterValidator(_plain), AfterValidator(_ascii)
]
Identifier = Annotated[
    str, _matching(r"[a-z][a-z0-9_]{0,39}", "id", "use lower-case letters, digits and underscores")
]
Code = Annotated[
    str,
    _matching(
        r"[a-z][a-z0-9]{1,7}",
        "site code",
        "use two to eight lower-case letters and digits, like fs03",
    ),
]
Label = Annotated[
    str,
    _matching(
        r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?",
        "device or host name",
        "use lower-case letters, digits and inner hyphens (RFC 1123)",
    ),
]
Domain = Annotated[
    str,
    _matching(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{2,63}",
        "domain name",
        "use labels of letters, digits and hyphens",
    ),
]
PortName = Annotated[
    str,
    _matching(
        r"[A-Za-z][A-Za-z-]*[0-9]+(/[0-9]+)*",
        "port name",
        "write the full name, like TenGigabitEthernet1/1/1",
    ),
]
Account = Annotated[
    str,
    _matching(
        r"[a-z][a-z0-9_-]{0,30}",
        "account name",
        "use lower-case letters, digits, hyphens, underscores",
    ),
]
VlanId = Annotated[int, Field(ge=1, le=4094, strict=True)]
Address = Annotated[IPv4Address, BeforeValidator(_address)]
Network = Annotated[IPv4Network, BeforeValidator(_network)]
Count = Annotated[int, Field(ge=0, le=1000, strict=True)]


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
    first: Annotated[int, Field(ge=0, le=255, strict=True)]
    last: Annotated[int, Field(ge=0, le=255, strict=True)]


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
        _matching(
            r"[A-Za-z][A-Za-z0-9_-]{0,31}",
            "VLAN name",
            "use up to 32 letters, digits, hyphens, underscores",
        ),
    ]
    purpose: Text
    zone: Identifier
    dhcp: bool = False
    use: VlanUse = VlanUse.TRAFFIC


class VlansFile(Declared):
    """``standards/vlans.yml``"""

    vlans: tuple[VlanEntry, ...]


class ProfileEntry(Declared):
    code: Annotated[str, _matching(r"[A-Z]{2,6}", "type code", "use two to six capitals")]
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
    reverse_zone: Domain
    ttl: Annotated[int, Field(ge=60, le=604800, strict=True)]
    key: TsigKey


class NtpEntry(Declared):
    address: Address
    prefer: bool = False


class NtpService(Declared):
    servers: Annotated[tuple[NtpEntry, ...], Field(min_length=2)]
    """Two or more sources (CISC-ND-001030)."""


class ServicesFile(Declared):
    """``standards/services.yml``"""

    dns: DnsEntry
    ntp: NtpService


class AccountEntry(Declared):
    name: Account
    password: Identifier
    password_hash: Identifier
    private_key: Identifier


class NetworkDevicesFile(Declared):
    """``standards/network_devices.yml``"""

    banner: Paragraph
    account: AccountEntry
    management_networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    idle_minutes: Annotated[int, Field(ge=1, le=10, strict=True)]
    confirm_seconds: Annotated[int, Field(ge=60, le=7200, strict=True)]


class PortRange(Declared):
    prefix: Annotated[
        str,
        _matching(
            r"[A-Za-z][A-Za-z-]*([0-9]+/)*", "port prefix", "write the name up to the last number"
        ),
    ]
    first: Count
    last: Count


class ModelEntry(Declared):
    platform: Identifier
    access: tuple[PortRange, ...] = ()
    uplink: tuple[PortRange, ...] = ()


class ModelsFile(Declared):
    """``catalog/models.yml``"""

    models: dict[
        Annotated[
            str,
            _matching(
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
    a: Annotated[
        str,
        _matching(
            r"[a-z0-9-]+:[A-Za-z][A-Za-z0-9/.-]*",
            "link end",
            "write device:port, like sw1:TenGigabitEthernet1/1/1",
        ),
    ]
    b: Annotated[
        str,
        _matching(
            r"[a-z0-9-]+:[A-Za-z][A-Za-z0-9/.-]*",
            "link end",
            "write device:port, like sw1:TenGigabitEthernet1/1/1",
        ),
    ]
    medium: Literal["copper", "fiber", "wireless", "lte"]


class HostEntry(Declared):
    kind: HostKind
    profile: Identifier
    os: Identifier
    vlan: VlanId
    host_number: Annotated[int, Field(ge=2, le=250, strict=True)]
    services: tuple[Literal["dns", "ntp"], ...] = ()


class ArchetypeFile(Declared):
    """``archetypes/<id>.yml``"""

    public_safety: bool
    address_range: Identifier
    vlans: tuple[VlanId, ...]
    devices: dict[Label, DeviceEntry]
    links: tuple[LinkEntry, ...] = ()
    hosts: dict[Label, HostEntry] = {}


class WanEntry(Declared):
    device: Label
    port: PortName
    to: Label
    medium: Literal["copper", "fiber", "wireless", "lte"]
    circuit: Text


class SiteFile(Declared):
    """``sites/<id>.yml``"""

    code: Code
    name: Text
    archetype: Identifier
    number: Annotated[int, Field(ge=0, le=255, strict=True)]
    serials: dict[
        Label,
        Annotated[
            str,
            _matching(r"[A-Za-z0-9-]{3,32}", "serial number", "use letters, digits and hyphens"),
        ],
    ]
    wan: tuple[WanEntry, ...] = ()
    uplinks: dict[Label, PortName] = {}
    """Where a switch's own uplink is plugged in, if not where the archetype says."""
