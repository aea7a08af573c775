"""Access lists of the resource parsers, brought to one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network
from typing import Any

from readback.facts import Ace, in_runs
from readback.resources import entries, resource, sections

PORTS = {
    "bootps": "67",
    "bootpc": "68",
    "domain": "53",
    "ftp": "21",
    "https": "443",
    "ipp": "631",
    "kpasswd": "464",
    "rtsp": "554",
    "ldap": "389",
    "ldaps": "636",
    "lpd": "515",
    "microsoft-ds": "445",
    "msrpc": "135",
    "netbios-ss": "139",
    "ntp": "123",
    "kerberos": "88",
    "radius": "1812",
    "radius-acct": "1813",
    "sip": "5060",
    "sip-tls": "5061",
    "smtp": "25",
    "snmp": "161",
    "snmptrap": "162",
    "ssh": "22",
    "syslog": "514",
    "tacacs": "49",
    "tftp": "69",
    "www": "80",
    "http": "80",
}
"""IANA's numbers of the services that vendors print by name."""

PROTOCOLS = {"112": "vrrp"}
"""IOS has a number for what EOS and Junos have a name for."""


def cidr(text: str) -> str:
    """A network with a mask or a wildcard, in CIDR."""
    return str(IPv4Network(text))


def network(end: Mapping[str, Any]) -> str:
    """One end of a line, in CIDR."""
    if end.get("any"):
        return "any"
    if end.get("host"):
        return f"{end['host']}/32"
    if end.get("subnet_address"):
        return str(IPv4Network(end["subnet_address"]))
    address = str(end.get("address", ""))
    wildcard = end.get("wildcard_bits")
    return str(IPv4Network(f"{address}/{wildcard}" if wildcard else address))


def number_of(word: str) -> str:
    """A port as a number, also where a vendor prints its service (arista.eos: with ``_``)."""
    return PORTS.get(word.replace("_", "-"), word)


def numbers(text: str) -> tuple[str, ...]:
    """The ports of one text: one, or all of a range such as ``1812-1813``."""
    first, dash, last = text.partition("-")
    if dash and first.isdigit() and last.isdigit():
        return tuple(str(port) for port in range(int(first), int(last) + 1))
    return (number_of(text),)


def ports(end: Mapping[str, Any]) -> tuple[str, ...]:
    """Ports of one end, as numbers; one empty text if there are none."""
    found = end.get("port_protocol") or {}
    if "range" in found:
        span = found["range"]
        first, last = (int(number_of(str(span[key]))) for key in ("start", "end"))
        return tuple(str(port) for port in range(first, last + 1))
    listed = str(found.get("eq", "")).replace(",", " ").split()
    return tuple(number_of(word) for word in listed) or ("",)


def protocol(ace: Mapping[str, Any]) -> str:
    """The protocol by its name, also where IOS prints a number."""
    number = (ace.get("protocol_options") or {}).get("protocol_number")
    return PROTOCOLS.get(str(number), str(ace.get("protocol") or number))


def rules(aces: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """An extended list, one rule for each port."""
    return in_runs(
        Ace(
            str(ace.get("grant", "")),
            protocol(ace),
            network(ace.get("destination", {})),
            port,
            bool(ace.get("log")),
            "established" in str(ace.get("protocol_options", "")),
            origin,
        )
        for ace in aces
        if ace.get("grant")
        for port in ports(ace.get("destination", {}))
        for origin in ports(ace.get("source", {}))
    )


def named(collection: str, text: str) -> dict[str, list[Mapping[str, Any]]]:
    """The IPv4 lists by name, as the collection's parser leaves their lines."""
    heads = [part for part in sections(text) if part[0].startswith("ip access-list ")]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for part in heads:
        found.update(_one(collection, "\n".join(part)))
    return found


@lru_cache(maxsize=1024)
def _one(collection: str, block: str) -> dict[str, list[Mapping[str, Any]]]:
    """One list. The parser takes some 20 ms a line, and most devices have the same lists."""
    return {
        acl["name"]: list(acl.get("aces", ()))
        for family in entries(resource(collection, "acls", block))
        if family["afi"] == "ipv4"
        for acl in family.get("acls", ())
    }


def sources(aces: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The networks that a standard list lets in, sorted."""
    return tuple(sorted(network(ace["source"]) for ace in aces if ace.get("grant") == "permit"))
