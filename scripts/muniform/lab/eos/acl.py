"""Entries of access lists: how EOS writes them, and which sources they let pass."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

_BOTH = {53: "domain", 88: "kerberos", 464: "kpasswd", 49: "tacacs", 514: ""}
_TCP = {
    20: "ftp-data",
    21: "ftp",
    22: "ssh",
    23: "telnet",
    25: "smtp",
    80: "www",
    110: "pop3",
    179: "bgp",
    389: "ldap",
    443: "https",
    445: "microsoft-ds",
    554: "rtsp",
    631: "ipp",
    636: "ldaps",
}
_UDP = {
    67: "bootps",
    68: "bootpc",
    69: "tftp",
    123: "ntp",
    161: "snmp",
    162: "snmptrap",
    1812: "radius",
    1813: "radius-acct",
}
_NAMES = {"tcp": {**_BOTH, **_TCP}, "udp": {**_BOTH, **_UDP, 514: "syslog"}}
_PROTOCOLS = ("ip", "tcp", "udp", "icmp", "vrrp", "ospf", "igmp", "pim", "ahp", "gre", "esp")
_COMPARISONS = {"eq": 10, "neq": 10, "gt": 1, "lt": 1, "range": 2}
"""How many ports may follow."""
_FLAGS = {"tcp": {"established", "syn", "ack", "fin", "rst", "psh", "urg"}}
_ICMP = {"echo", "echo-reply", "unreachable", "time-exceeded", "port-unreachable", "redirect"}


def standard(words: Sequence[str]) -> str | None:
    """The rest of a standard list's entry after its verb, or None if it is none."""
    taken = _address(words)
    if taken is None:
        return None
    text, count = taken
    rest = [word.lower() for word in words[count:]]
    return " ".join([text, *rest]) if rest in ([], ["log"]) else None


def extended(words: Sequence[str]) -> str | None:
    """The rest of an extended list's entry after its verb, or None if it is none."""
    protocol = words[0].lower()
    if protocol not in _PROTOCOLS and not (protocol.isdigit() and int(protocol) < 256):
        return None
    text, position = [protocol], 1
    for _ in ("source", "destination"):
        taken = _address(words[position:])
        if taken is None:
            return None
        text.append(taken[0])
        position += taken[1]
        ports = _ports(words[position:], protocol)
        if ports is None:
            return None
        text += ports
        position += len(ports)
    rest = [word.lower() for word in words[position:]]
    allowed = _FLAGS.get(protocol, set()) | {"log", "fragments"}
    allowed |= _ICMP if protocol == "icmp" else set()
    return " ".join([*text, *rest]) if all(word in allowed for word in rest) else None


def _address(words: Sequence[str]) -> tuple[str, int] | None:
    """``any``, ``host A``, ``A/len``, or ``A wildcard``; the canonical text, and words taken."""
    try:
        if words and words[0].lower() == "any":
            return "any", 1
        if len(words) > 1 and words[0].lower() == "host":
            return f"host {IPv4Address(words[1])}", 2
        if words and "/" in words[0]:
            return _written(IPv4Network(words[0], strict=False)), 1
        if len(words) > 1 and words[1].count(".") == 3:
            return _written(IPv4Network(f"{words[0]}/{words[1]}", strict=False)), 2
        return (f"host {IPv4Address(words[0])}", 1) if words else None
    except ValueError:
        return None


def _written(network: IPv4Network) -> str:
    if network.prefixlen == 0:
        return "any"
    return f"host {network.network_address}" if network.prefixlen == 32 else str(network)


def _ports(words: Sequence[str], protocol: str) -> list[str] | None:
    """The canonical comparison of ports that ``words`` begins with; [] if there is none."""
    verb = words[0].lower() if words else ""
    if verb not in _COMPARISONS or protocol not in _NAMES:
        return []
    ports: list[str] = []
    for word in words[1 : 1 + _COMPARISONS[verb]]:
        port = _port(word.lower(), protocol)
        if port is None:
            break
        ports.append(port)
    enough = len(ports) == 2 if verb == "range" else bool(ports)
    return [verb, *ports] if enough else None


def _port(word: str, protocol: str) -> str | None:
    known = _NAMES[protocol]
    if word.isdigit() and int(word) < 65536:
        return known.get(int(word)) or str(int(word))
    return word if word and word in known.values() else None


def permits(entries: Sequence[tuple[str, ...]], source: IPv4Address) -> bool:
    """What the entries of a list, in order, say of a TCP session from ``source``.

    Whatever an entry says of destinations is taken as fitting. An empty list permits everything,
    as one that does not exist does.
    """
    judged = [words[1:] for words in entries if words[1] != "remark"]
    for verb, *rest in judged:
        is_extended = rest[0] in _PROTOCOLS
        if is_extended and rest[0] not in ("ip", "tcp"):
            continue
        if _covers(rest[1:] if is_extended else rest, source):
            return verb == "permit"
    return not judged


def _covers(words: Sequence[str], source: IPv4Address) -> bool:
    if words[0] == "any":
        return True
    if words[0] == "host":
        return IPv4Address(words[1]) == source
    return source in IPv4Network(words[0])
