"""What a firewall filter says of a TCP packet to the device itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from muniform.lab.junos import interfaces
from muniform.lab.junos.tree import Node

_NAMES = {"ssh": 22, "telnet": 23, "http": 80, "https": 443, "snmp": 161, "netconf-ssh": 830}


@dataclass(frozen=True)
class Packet:
    """The first packet of a TCP session."""

    source: IPv4Address
    destination: IPv4Address
    port: int


def input_filter(config: Node, logical: str) -> str | None:
    """The filter on what comes in on a logical interface."""
    unit = interfaces.unit(config, logical)
    return unit.value("family", "inet", "filter", "input", "filter-name") if unit else None


def accepts(config: Node, name: str, packet: Packet) -> bool:
    """The first term that matches decides; after the last one everything is discarded."""
    chosen = config.find("firewall", "family", "inet", ("filter", name))
    for term in chosen.each("term") if chosen else ():
        conditions = term.find("from")
        if conditions is not None and not _matches(config, conditions, packet):
            continue
        then = term.find("then")
        if then is None or then.has("accept"):
            return True
        if then.has("discard") or then.has("reject"):
            return False
        if not then.has("next"):
            # A term whose actions neither end nor continue accepts.
            return True
    return False


def _matches(config: Node, conditions: Node, packet: Packet) -> bool:
    return all(
        _condition(config, condition, packet)
        for condition in conditions.children.values()
        if not condition.is_inactive
    )


def _condition(config: Node, condition: Node, packet: Packet) -> bool:
    keyword = condition.rule.keyword
    if keyword == "protocol":
        return bool({"tcp", "6"} & set(condition.values))
    if keyword in ("destination-port", "port"):
        return any(_covers(value, packet.port) for value in condition.values)
    if keyword in ("source-address", "destination-address", "address"):
        return _among(_networks(condition), _ends(keyword, packet))
    if keyword in ("source-prefix-list", "destination-prefix-list", "prefix-list"):
        listed = [n for entry in condition.children.values() for n in prefix_list(config, entry)]
        return _among(listed, _ends(keyword, packet))
    # A new session has no other mark that a filter could match.
    return keyword in ("tcp-initial",)


def _ends(keyword: str, packet: Packet) -> tuple[IPv4Address, ...]:
    if keyword.startswith("source"):
        return (packet.source,)
    if keyword.startswith("destination"):
        return (packet.destination,)
    return packet.source, packet.destination


def _covers(value: str, port: int) -> bool:
    low, _, high = value.partition("-") if value[0].isdigit() else (value, "", "")
    first = int(low) if low.isdigit() else _NAMES.get(low, -1)
    return first <= port <= (int(high) if high else first)


def _networks(condition: Node) -> list[tuple[IPv4Network, bool]]:
    """Addresses, and whether each is an exception."""
    return [
        (IPv4Network(entry.keys[0]), entry.has("except"))
        for entry in condition.children.values()
        if not entry.is_inactive
    ]


def prefix_list(config: Node, entry: Node) -> list[tuple[IPv4Network, bool]]:
    """The members of the list that an entry names."""
    found = config.find("policy-options", ("prefix-list", entry.keys[0]))
    members = found.children.values() if found else ()
    return [(IPv4Network(each.keys[0]), entry.has("except")) for each in members]


def _among(networks: Iterable[tuple[IPv4Network, bool]], ends: tuple[IPv4Address, ...]) -> bool:
    """The longest network that holds an address decides."""
    listed = list(networks)
    for end in ends:
        holding = [(net.prefixlen, excepted) for net, excepted in listed if end in net]
        if holding and not max(holding)[1]:
            return True
    return False
