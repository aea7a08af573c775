"""Reads access lists as a device would: which packets does this text let through?

Written against the vendors' descriptions of their own syntax, and on purpose without a line of the
code that renders: names of ports are typed again, for instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from muniform.model import Acl, AclAction, AclService, AclTerm

ANY = IPv4Network("0.0.0.0/0")

# Name of a port on IOS or EOS, by protocol where the two differ.
PORT_NAMES = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "tacacs": 49, "domain": 53,
    "bootps": 67, "bootpc": 68, "tftp": 69, "www": 80, "kerberos": 88, "ntp": 123, "snmp": 161,
    "msrpc": 135, "snmptrap": 162, "bgp": 179, "ldap": 389,
    "https": 443, "microsoft-ds": 445, "kpasswd": 464,
    "isakmp": 500, "syslog": 514, "cmd": 514, "lpd": 515, "rtsp": 554, "ipp": 631, "ldaps": 636,
    "radius": 1812, "radius-acct": 1813, "non500-isakmp": 4500,
}  # fmt: skip


@dataclass(frozen=True)
class Packet:
    protocol: str
    to: IPv4Address
    source_port: int = 40000
    port: int = 40001
    reply: bool = False
    """A TCP segment with ACK or RST."""


@dataclass(frozen=True)
class Verdict:
    permit: bool
    log: bool


@dataclass(frozen=True)
class Rule:
    """One rule as it was read. What is None or empty matches everything."""

    permit: bool
    log: bool = False
    protocol: str | None = None
    to: tuple[IPv4Network, ...] = ()
    source_ports: tuple[range, ...] = ()
    ports: tuple[range, ...] = ()
    reply: bool = False

    def matches(self, packet: Packet) -> bool:
        return (
            self.protocol in (None, packet.protocol)
            and (not self.to or any(packet.to in network for network in self.to))
            and (not self.source_ports or any(packet.source_port in r for r in self.source_ports))
            and (not self.ports or any(packet.port in r for r in self.ports))
            and (packet.reply or not self.reply)
        )


def judge(rules: Sequence[Rule], packet: Packet) -> Verdict:
    """First match wins; what nothing matches is dropped in silence."""
    for rule in rules:
        if rule.matches(packet):
            return Verdict(rule.permit, rule.log)
    return Verdict(permit=False, log=False)


def intended(acl: Acl, packet: Packet, *, stateful: bool = False) -> Verdict:
    """What the policy itself says, term by term."""
    local = (packet.protocol, str(packet.to)) == ("vrrp", "224.0.0.18") or (
        (packet.protocol, str(packet.to), packet.port) == ("udp", "255.255.255.255", 67)
    )
    if local and not stateful:
        return Verdict(permit=True, log=False)
    for term in acl.terms:
        if not (stateful and term.established) and _term_matches(term, packet):
            return Verdict(term.action is AclAction.PERMIT, term.log)
    return Verdict(permit=False, log=True)


def _term_matches(term: AclTerm, packet: Packet) -> bool:
    if term.destinations and not any(packet.to in network for network in term.destinations):
        return False
    if not term.established:
        return not term.services or any(_serves(s, packet, packet.port) for s in term.services)
    if packet.protocol == "tcp" and not packet.reply:
        return False
    if not term.services:
        return packet.protocol == "tcp"
    return any(_serves(service, packet, packet.source_port) for service in term.services)


def _serves(service: AclService, packet: Packet, port: int) -> bool:
    return service.protocol == packet.protocol and (not service.ports or port in service.ports)


def read_list(lines: Sequence[str]) -> tuple[Rule, ...]:
    """IOS-XE's extended list, or EOS' list."""
    heading, *entries = lines
    assert re.fullmatch(r"ip access-list (extended )?[A-Z-]+", heading)
    numbers = [int(entry.split()[0]) for entry in entries]
    assert numbers == [10 * (place + 1) for place in range(len(entries))]
    bodies = (entry.split()[1:] for entry in entries)
    return tuple(_entry(words) for words in bodies if words[0] != "remark")


def _entry(words: list[str]) -> Rule:
    action, protocol, *rest = words
    assert action in ("permit", "deny")
    source = _address(rest)
    assert source == ANY
    source_ports = _ports(rest)
    to = _address(rest)
    ports = _ports(rest)
    assert set(rest) <= {"established", "log"}
    return Rule(
        permit=action == "permit",
        log="log" in rest,
        protocol={"ip": None, "112": "vrrp"}.get(protocol, protocol),
        to=() if to == ANY else (to,),
        source_ports=source_ports,
        ports=ports,
        reply="established" in rest,
    )


def _address(words: list[str]) -> IPv4Network:
    first = words.pop(0)
    if first == "any":
        return ANY
    if first == "host":
        return IPv4Network(words.pop(0))
    return IPv4Network(first) if "/" in first else IPv4Network(f"{first}/{words.pop(0)}")


def _ports(words: list[str]) -> tuple[range, ...]:
    if not words or words[0] not in ("eq", "range"):
        return ()
    count = 1 if words.pop(0) == "eq" else 2
    ports = [_port(words.pop(0)) for _ in range(count)]
    return (range(ports[0], ports[-1] + 1),)


def _port(word: str) -> int:
    return int(word) if word.isdigit() else PORT_NAMES[word]


Tree = dict[str, "Tree"]
"""Junos' configuration: a statement and what its braces hold."""


def junos_tree(lines: Sequence[str]) -> Tree:
    root: Tree = {}
    open_now = [root]
    for line in lines:
        assert line.startswith("    " * (len(open_now) - 1 - (line.strip() == "}"))), line
        text = line.strip()
        if text == "}":
            open_now.pop()
        elif text.endswith(" {"):
            open_now.append(open_now[-1].setdefault(text[:-2], {}))
        else:
            assert text.endswith(";"), text
            assert text not in open_now[-1]
            open_now[-1][text[:-1]] = {}
    assert open_now == [root]
    return root


def read_filter(lines: Sequence[str], name: str) -> tuple[Rule, ...]:
    """Junos' firewall filter."""
    terms = junos_tree(lines)["firewall"]["family inet"][f"filter {name}"]
    return tuple(_filter_rule(term) for term in terms.values())


def _filter_rule(term: Tree) -> Rule:
    actions = set(term.get("then", {})) | {key[5:] for key in term if key.startswith("then ")}
    assert actions in ({"accept"}, {"discard"}, {"syslog", "discard"}, {"syslog", "accept"})
    match = term.get("from", {})
    return Rule(
        permit="accept" in actions,
        log="syslog" in actions,
        protocol=next(_values(match, "protocol"), None),
        to=tuple(map(IPv4Network, match.get("destination-address", {}))),
        source_ports=tuple(map(_range, _values(match, "source-port"))),
        ports=tuple(map(_range, _values(match, "destination-port"))),
        reply="tcp-established" in match,
    )


def read_policies(lines: Sequence[str], source: str, target: str) -> tuple[Rule, ...]:
    """Junos' policies between two zones of a firewall, with the names that they use resolved."""
    tree = junos_tree(lines)
    book = tree["security"]["address-book"]["global"] if "address-book" in tree["security"] else {}
    policies = tree["security"]["policies"][f"from-zone {source} to-zone {target}"]
    applications = tree.get("applications", {})
    return tuple(
        rule for policy in policies.values() for rule in _policy_rules(policy, book, applications)
    )


def _policy_rules(policy: Tree, book: Tree, applications: Tree) -> Iterator[Rule]:
    match, then = policy["match"], policy["then"]
    assert "source-address any" in match
    assert ("permit" in then) != ("deny" in then)
    (address,) = _values(match, "destination-address")
    (application,) = _values(match, "application")
    base = Rule(permit="permit" in then, log="log" in then, to=_book(book, address))
    if application == "any":
        yield base
        return
    members = applications[f"application-set {application}"]
    for member in members:
        (statement,) = applications[member]
        words = statement.split()
        protocol = words[words.index("protocol") + 1]
        ports = words[words.index("destination-port") + 1 :] if "destination-port" in words else []
        yield Rule(
            base.permit, base.log, protocol, base.to, (), tuple(_range(port) for port in ports)
        )


def _book(book: Tree, name: str) -> tuple[IPv4Network, ...]:
    if name == "any":
        return ()
    addresses = dict(key.split()[1:] for key in book if key.startswith("address "))
    members = (key.split()[1] for key in book[f"address-set {name}"])
    return tuple(IPv4Network(addresses[member]) for member in members)


def _values(tree: Tree, keyword: str) -> Iterator[str]:
    for key in tree:
        word, _, value = key.partition(" ")
        if word == keyword:
            yield from value.strip("[] ").split()


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
