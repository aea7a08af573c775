"""What a configuration says, in words that no vendor owns: what is read back and what is meant.

Two sources build these facts: ``expected`` from the model, the readers from rendered text through
parsers of others. Both are flattened to (path, value) pairs, so that a difference names its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import groupby


@dataclass(frozen=True)
class Port:
    """A switched port, or a link aggregation, which is set like one."""

    description: str = ""
    enabled: bool = True
    mode: str = ""
    """``access`` or ``trunk``."""
    access_vlan: int | None = None
    voice_vlan: int | None = None
    native_vlan: int | None = None
    tagged: tuple[int, ...] = ()


@dataclass(frozen=True)
class Interface:
    """A layer-3 interface. Access lists and relays are what is applied, not what they hold."""

    description: str = ""
    enabled: bool = True
    address: str = ""
    acl_in: str = ""
    zone: str = ""
    """On a firewall: it filters between zones."""
    relay: tuple[str, ...] = ()
    ospf_area: int | None = None
    ospf_active: bool = False
    ospf_cost: int | None = None
    ospf_key: str = ""
    vrrp_group: int | None = None
    vrrp_address: str = ""
    vrrp_priority: int | None = None


@dataclass(frozen=True)
class Ace:
    """One line of an access list: networks in CIDR, ``any`` for everything, ports as numbers."""

    action: str
    protocol: str
    destination: str
    port: str = ""
    log: bool = False
    established: bool = False
    source_port: str = ""
    """Of replies: where they come from."""

    def __str__(self) -> str:
        origin = f"from {self.source_port}" if self.source_port else ""
        marks = (origin, "established" * self.established, "log" * self.log)
        words = (self.action, self.protocol, self.destination, self.port, *marks)
        return " ".join(word for word in words if word)


def in_runs(aces: Iterable[Ace]) -> tuple[str, ...]:
    """An access list's rules; those in a row with one action sorted, since their order is free."""
    runs = groupby(aces, key=lambda ace: ace.action)
    return tuple(text for _, run in runs for text in sorted({str(ace) for ace in run}))


@dataclass(frozen=True)
class NtpServer:
    key: int | None = None
    prefer: bool = False


@dataclass(frozen=True)
class Neighbor:
    """A BGP neighbour and the filters towards it."""

    asn: int
    description: str = ""
    key: str = ""
    max_prefixes: int | None = None


@dataclass(frozen=True)
class Facts:
    hostname: str = ""
    vlans: Mapping[str, str] = field(default_factory=dict)
    """Name by id."""
    ports: Mapping[str, Port] = field(default_factory=dict)
    lags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Members by the aggregation's name."""
    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    management_acl: tuple[str, ...] = ()
    """Networks that may open a management session."""
    acls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ntp: Mapping[str, NtpServer] = field(default_factory=dict)
    ntp_keys: Mapping[str, str] = field(default_factory=dict)
    """The secret's reference by key id."""
    syslog: tuple[str, ...] = ()
    snmp_contact: str = ""
    snmp_location: str = ""
    snmp_hosts: tuple[str, ...] = ()
    router_id: str = ""
    reference_bandwidth: int | None = None
    default_gateway: str = ""
    bgp_asn: int | None = None
    bgp_networks: tuple[str, ...] = ()
    bgp_neighbors: Mapping[str, Neighbor] = field(default_factory=dict)
    bogons: tuple[str, ...] = ()
    """What no provider may announce to the city."""


def flat(facts: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every fact with its path, without what is not set."""
    if is_dataclass(facts):
        for item in fields(facts):
            yield from flat(getattr(facts, item.name), (*path, item.name))
    elif isinstance(facts, Mapping):
        for key, value in facts.items():
            if is_dataclass(value):
                yield (*path, str(key)), "declared"
            yield from flat(value, (*path, str(key)))
    elif facts is not None and facts is not False and facts not in ("", ()):
        yield path, facts


def differences(meant: Facts, read: Facts, unread: frozenset[str] = frozenset()) -> list[str]:
    """What was read back otherwise than it is meant, except the ``unread`` kinds of facts.

    A kind is a field of Facts, or that and the field of its entries: ``ports.voice_vlan``.
    """
    left, right = dict(flat(meant)), dict(flat(read))
    paths = sorted(left.keys() | right.keys())
    return [
        f"{'.'.join(path)}: meant {left.get(path)!r}, read back {right.get(path)!r}"
        for path in paths
        if left.get(path) != right.get(path) and kind(path) not in unread
        if path[0] not in unread
    ]


def kind(path: tuple[str, ...]) -> str:
    """The kind of a fact: ``ports.voice_vlan`` for the path of one port's voice VLAN."""
    return f"{path[0]}.{path[2]}" if len(path) > 2 else path[0]
