"""The shapes of the catalogue, of archetypes and of sites."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from muniform.model.parts.kinds import DeviceRole, HostKind, PeripheralKind
from muniform.model.schema.base import Declared
from muniform.model.schema.network import Asn, Medium
from muniform.model.schema.services import ServiceName
from muniform.model.shapes import (
    Address,
    Code,
    Count,
    Day,
    Flag,
    Identifier,
    InterfaceAddress,
    Label,
    LinkEndText,
    Octet,
    PortName,
    Text,
    VlanId,
    matching,
)

Platform = Literal["eos", "frr", "ios", "junos", "procurve"]
"""The platforms that ``render/platforms/`` describes."""

Price = Annotated[int, Field(ge=0, le=10_000_000, strict=True)]

ModelName = Annotated[
    str,
    matching(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", "model name", "use letters, digits and hyphens"),
]


class PortRange(Declared):
    prefix: Annotated[
        str,
        matching(
            r"(([A-Za-z][A-Za-z0-9-]*[A-Za-z-]|[A-Za-z])([0-9]+/)*)?",
            "port prefix",
            "write the name up to the last number",
        ),
    ]
    """Empty where ports are plain numbers."""
    first: Count
    last: Count
    speeds: Annotated[
        tuple[Annotated[int, Field(ge=10, le=800_000, strict=True)], ...], Field(min_length=1)
    ] = (1000,)
    """In Mbit/s."""
    medium: Literal["copper", "fiber", "any"] = "any"
    """``any``: copper or, with another transceiver, fiber."""
    poe_watts: Annotated[int, Field(ge=0, le=90, strict=True)] = 0
    """The most one port can give."""


class ModelEntry(Declared):
    platform: Platform
    roles: Annotated[tuple[DeviceRole, ...], Field(min_length=1)]
    """What the model is used as. Its platform must be able to serve it."""
    access: tuple[PortRange, ...] = ()
    uplink: tuple[PortRange, ...] = ()
    poe_budget_watts: Annotated[int, Field(ge=0, le=20_000, strict=True)] = 0
    end_of_support: Day | None = None
    list_price_usd: Price | None = None
    contract: Text | None = None
    """The line of the purchasing contract."""


class ModelsFile(Declared):
    """``catalog/models.yml``"""

    models: dict[ModelName, ModelEntry]


class PeripheralModelEntry(Declared):
    kind: PeripheralKind
    poe_watts: Annotated[int, Field(ge=0, le=90, strict=True)] = 0
    end_of_support: Day | None = None
    list_price_usd: Price | None = None


class PeripheralsFile(Declared):
    """``catalog/peripherals.yml``"""

    models: dict[ModelName, PeripheralModelEntry]


class DeviceEntry(Declared):
    role: DeviceRole
    model: str
    ports: dict[Identifier, Count] = {}
    """How many ports of each profile."""
    change_class: Identifier | None = None
    """Where it differs from the archetype's."""


class LinkEntry(Declared):
    a: LinkEndText
    b: LinkEndText
    medium: Medium
    routed: Flag = False
    """A layer-3 link with addresses of its own; otherwise a trunk."""
    lag: Annotated[int, Field(ge=1, le=48, strict=True)] | None = None
    """Links between the same two devices with the same number are one link aggregation."""


class HostEntry(Declared):
    kind: HostKind
    profile: Identifier
    os: Identifier
    vlan: VlanId
    host_number: Annotated[int, Field(ge=2, le=1000, strict=True)]
    """In the VLAN's subnet; with ``count`` the first of as many in a row."""
    count: Count | None = None
    """How many. Their names are the label and a number from 1 on. Left out: one, by the label."""
    port: Identifier | None = None
    """The port profile each one is plugged into. Left out: wireless, or not counted."""
    services: tuple[ServiceName, ...] = ()


class PeripheralEntry(Declared):
    kind: PeripheralKind
    model: str
    count: Count
    port: Identifier
    """The port profile each one is plugged into."""


class ArchetypeFile(Declared):
    """``archetypes/<id>.yml``"""

    change_class: Identifier
    address_range: Identifier
    power_tier: Identifier | None = None
    redundancy: Literal["single", "pair"] = "single"
    """``pair``: every device has two ways out, and every site two circuits."""
    vlans: tuple[VlanId, ...]
    devices: dict[Label, DeviceEntry]
    pairs: tuple[tuple[Label, Label], ...] = ()
    """Devices that stand in for each other: never changed in one wave."""
    gateways: tuple[Label, ...] = ()
    """The switches that route the VLANs: one, or a pair. Left out: the router does."""
    links: tuple[LinkEntry, ...] = ()
    hosts: dict[Label, HostEntry] = {}
    peripherals: dict[Label, PeripheralEntry] = {}


class WanEntry(Declared):
    device: Label
    port: PortName
    to: Label
    to_port: PortName | None = None
    """At a router on Linux, left out: a port named after the site."""
    medium: Medium
    circuit: Text
    backup: Flag = False


class TransitEntry(Declared):
    """A circuit to an Internet provider."""

    device: Label
    port: PortName
    provider: Text
    circuit: Text
    address: InterfaceAddress
    neighbor: Address
    asn: Asn
    key: Identifier
    max_prefixes: Annotated[int, Field(ge=1, le=2_000_000, strict=True)]


class SiteFile(Declared):
    """``sites/<id>.yml``"""

    code: Code
    name: Text
    address: Text | None = None
    archetype: Identifier
    number: Octet
    region: Identifier | None = None
    serials: dict[
        Label,
        Annotated[
            str,
            matching(r"[A-Za-z0-9-]{3,32}", "serial number", "use letters, digits and hyphens"),
        ],
    ]
    wan: tuple[WanEntry, ...] = ()
    transit: tuple[TransitEntry, ...] = ()
    uplinks: dict[Label, PortName] = {}
    """Where a switch's own uplink is plugged in, if not where the archetype says."""
    ports: dict[Label, dict[Identifier, Count]] = {}
    """By device: counts of port profiles that differ from the archetype's."""
    hosts: dict[Label, Count] = {}
    """Counts that differ from the archetype's."""
    peripherals: dict[Label, Count] = {}
