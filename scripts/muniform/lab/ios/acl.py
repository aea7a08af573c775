"""Extended access list entries: from what was typed to what IOS prints. Pure.

IOS prints well-known ports by name, a single host as ``host A`` and every address as ``any``,
and clears the address bits that the wildcard covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address

_ALL_BITS = 0xFFFFFFFF
_HIGHEST_PROTOCOL = 255
_PROTOCOLS = {
    "ip", "icmp", "igmp", "tcp", "udp", "gre", "esp", "ahp", "ospf", "pim", "eigrp", "nos",
    "ipinip",
}  # fmt: skip
_PROTOCOL_NAMES = {
    "1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "51": "ahp",
    "88": "eigrp", "89": "ospf", "103": "pim",
}  # fmt: skip
_TCP = {
    7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp", 23: "telnet",
    25: "smtp", 37: "time", 43: "whois", 49: "tacacs", 53: "domain", 70: "gopher", 79: "finger",
    80: "www", 101: "hostname", 109: "pop2", 110: "pop3", 111: "sunrpc", 113: "ident", 119: "nntp",
    135: "msrpc", 179: "bgp", 194: "irc", 496: "pim-auto-rp", 512: "exec", 513: "login", 514: "cmd",
    515: "lpd", 517: "talk", 540: "uucp", 543: "klogin", 544: "kshell", 3949: "drip",
}  # fmt: skip
_UDP = {
    7: "echo", 9: "discard", 37: "time", 42: "nameserver", 49: "tacacs", 53: "domain",
    67: "bootps", 68: "bootpc", 69: "tftp", 111: "sunrpc", 123: "ntp", 137: "netbios-ns",
    138: "netbios-dgm", 139: "netbios-ss", 161: "snmp", 162: "snmptrap", 177: "xdmcp",
    195: "dnsix", 434: "mobile-ip", 496: "pim-auto-rp", 500: "isakmp", 512: "biff", 513: "who",
    514: "syslog", 517: "talk", 520: "rip", 4500: "non500-isakmp",
}  # fmt: skip
_PORTS = {"tcp": _TCP, "udp": _UDP}
_ICMP = {
    "echo", "echo-reply", "unreachable", "ttl-exceeded", "packet-too-big", "redirect",
    "time-exceeded", "parameter-problem", "port-unreachable", "host-unreachable",
    "administratively-prohibited", "traceroute", "source-quench",
}  # fmt: skip
_TCP_OPTIONS = {"established", "ack", "syn", "fin", "rst", "psh", "urg"}
_OPTIONS = {"log", "log-input", "fragments"}


class Misread(Exception):
    """The word at ``index`` fits nothing; with None the entry ends too early."""

    def __init__(self, index: int | None) -> None:
        super().__init__(index)
        self.index = index


class _Words:
    """Words that are taken from the front."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self.at = 0

    @property
    def left(self) -> bool:
        return self.at < len(self._words)

    def peek(self) -> str:
        return self._words[self.at].lower() if self.left else ""

    def take(self) -> str:
        if not self.left:
            raise Misread(None)
        self.at += 1
        return self._words[self.at - 1].lower()

    def refuse(self) -> Misread:
        """The word that was taken last does not fit."""
        return Misread(self.at - 1)


def canonical(words: Sequence[str]) -> str:
    """An entry without its number and its verb, as IOS prints it. Raises Misread."""
    rest = _Words(words)
    protocol = rest.take()
    protocol = _PROTOCOL_NAMES.get(protocol, protocol)
    is_number = protocol.isdigit() and int(protocol) <= _HIGHEST_PROTOCOL
    if protocol not in _PROTOCOLS and not is_number:
        raise rest.refuse()
    parts = [protocol]
    for _ in ("source", "destination"):
        parts += _address(rest)
        parts += _ports(rest, protocol)
    parts += _options(rest, protocol)
    return " ".join(parts)


def _address(rest: _Words) -> list[str]:
    word = rest.take()
    if word == "any":
        return ["any"]
    if word == "host":
        return ["host", str(_ipv4(rest, rest.take()))]
    address = _ipv4(rest, word)
    wildcard = int(_ipv4(rest, rest.take()))
    if wildcard == _ALL_BITS:
        return ["any"]
    if wildcard == 0:
        return ["host", str(address)]
    return [str(IPv4Address(int(address) & ~wildcard & _ALL_BITS)), str(IPv4Address(wildcard))]


def _ipv4(rest: _Words, word: str) -> IPv4Address:
    try:
        return IPv4Address(word)
    except AddressValueError:
        raise rest.refuse() from None


def _ports(rest: _Words, protocol: str) -> list[str]:
    names = _PORTS.get(protocol)
    if names is None or rest.peek() not in ("eq", "neq", "gt", "lt", "range"):
        return []
    operator = rest.take()
    count = 2 if operator == "range" else 1
    found = [_port(rest, names) for _ in range(count)]
    # Up to ten ports may follow eq and neq.
    while operator in ("eq", "neq") and len(found) < 10 and _is_port(rest.peek(), names):
        found.append(_port(rest, names))
    return [operator, *found]


def _is_port(word: str, names: dict[int, str]) -> bool:
    return word in names.values() or (word.isdigit() and int(word) <= 65535)


def _port(rest: _Words, names: dict[int, str]) -> str:
    word = rest.take()
    if not _is_port(word, names):
        raise rest.refuse()
    return names.get(int(word), word) if word.isdigit() else word


def _options(rest: _Words, protocol: str) -> list[str]:
    allowed = set(_OPTIONS)
    if protocol == "tcp":
        allowed |= _TCP_OPTIONS
    if protocol == "icmp":
        allowed |= _ICMP
    found: list[str] = []
    while rest.left:
        word = rest.take()
        if word not in allowed or word in found:
            raise rest.refuse()
        found.append(word)
    return found
