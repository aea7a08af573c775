"""Access lists between segments: one policy, each platform's own text.

``standards/segmentation.yml`` says what the hosts of a zone may open. aerleon turns it into
statements, ``segmentation_text`` brings them to the form in which the device prints them back.

A list is bound to what comes in at a gateway, so it also meets what is meant for the router itself.
``PROLOGUE`` lets exactly that through, in front of every zone's own terms: a host's first DHCP
request, which the relay has to see, and what the two gateways of a pair tell each other. OSPF has
no place there: gateways are passive, and a host that speaks OSPF is an intruder. ARP, spanning tree
and 802.1X are no IP packets and never meet a list. A firewall needs no prologue: packets to itself
are no traffic between two of its zones.

Whatever no term names is denied, and each list says so in its last line: the silent denial at a
list's end is never logged (SC-7(5): deny by default; AC-4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from ipaddress import IPv4Network
from types import ModuleType
from typing import Any

from muniform.errors import RenderError
from muniform.model import Acl, AclAction, AclService, AclTerm
from muniform.render.segmentation_text import eos_lines, ios_lines, junos_lines

PROLOGUE = (
    AclTerm(
        name="dhcp-requests",
        action=AclAction.PERMIT,
        destinations=(IPv4Network("255.255.255.255/32"),),
        services=(AclService("udp", (67,)),),
    ),
    # RFC 9568, 5.1.1.3: the group address of VRRP for IPv4. Routers never forward it.
    AclTerm(
        name="gateway-pair",
        action=AclAction.PERMIT,
        destinations=(IPv4Network("224.0.0.18/32"),),
        services=(AclService("vrrp"),),
    ),
)
DEFAULT_DENY = AclTerm(name="everything-else", action=AclAction.DENY, log=True)

_OTHER_SIDE = {"internet": "wan", "wan": "internet"}
"""A firewall's zones: what may be opened from the one may be opened towards the other."""


@dataclass(frozen=True)
class _Target:
    """How one platform is asked for, and how its text is read."""

    generator: str
    """aerleon's name for the platform."""
    options: Callable[[Acl], str]
    lines: Callable[[Acl, str], tuple[str, ...]]
    stateful: bool = False
    """Keeps sessions: replies pass by themselves, and packets to the device meet no list."""


@dataclass(frozen=True)
class _Statement:
    """A term's part for one protocol: a list matches ports of one protocol at a time."""

    name: str
    term: AclTerm
    protocol: str | None
    ports: tuple[int, ...]


@lru_cache(maxsize=512)
def acl_lines(acl: Acl, platform: str) -> tuple[str, ...]:
    """The list as the platform prints it: from its heading on, on Junos from the top level on.

    ``srx`` is Junos on a firewall, where a list becomes the policies between two zones.
    Raises RenderError for a platform or a term that cannot be served.
    """
    target = _TARGETS.get(platform)
    if target is None:
        raise RenderError(
            f"access list {acl.name}: platform {platform} has no access lists between segments",
            f"choose a model that routes with one of: {', '.join(sorted(_TARGETS))}",
        )
    prefix = f"{acl.zone}-" if target.stateful else ""
    terms = effective_terms(acl, stateful=target.stateful)
    statements = [part for term in terms for part in _statements(acl, term, prefix)]
    return target.lines(acl, _generate(acl, target, statements))


def effective_terms(acl: Acl, *, stateful: bool = False) -> tuple[AclTerm, ...]:
    """What is rendered, first match wins: the policy's terms and the fixed ones around them.

    A stateful firewall lets replies pass by itself; as terms there, they would open sessions.
    """
    own = tuple(term for term in acl.terms if not (stateful and term.established))
    first = () if stateful else PROLOGUE
    last = () if own and _matches_all(own[-1]) else (DEFAULT_DENY,)
    return first + own + last


def _matches_all(term: AclTerm) -> bool:
    return not (term.destinations or term.services or term.established)


def _statements(acl: Acl, term: AclTerm, prefix: str) -> Iterator[_Statement]:
    ports: dict[str | None, set[int] | None] = {}
    for service in term.services or _any_service(term):
        if term.established and service.protocol not in ("tcp", "udp"):
            raise RenderError(
                f"access list {acl.name}: term {term.name}: replies of {service.protocol} "
                "cannot be told from requests",
                "name services of tcp or udp, or leave 'established' out",
            )
        known = ports.setdefault(service.protocol or None, set())
        if not service.ports:
            ports[service.protocol or None] = None
        elif known is not None:
            known.update(service.ports)
    for protocol, numbers in ports.items():
        suffix = f"-{protocol}" if len(ports) > 1 else ""
        name = f"{prefix}{term.name}{suffix}"
        yield _Statement(name, term, protocol, tuple(sorted(numbers or ())))


def _any_service(term: AclTerm) -> tuple[AclService, ...]:
    """All protocols; but only TCP has a mark by which any reply is known."""
    return (AclService("tcp" if term.established else ""),)


def _generate(acl: Acl, target: _Target, statements: list[_Statement]) -> str:
    header = {"targets": {target.generator: target.options(acl)}}
    policy = {
        "filename": acl.name,
        "filters": [{"header": header, "terms": [_term(part) for part in statements]}],
    }
    definitions = import_module("aerleon.lib.naming").Naming()
    definitions.ParseDefinitionsObject(_definitions(statements), "")
    try:
        texts = _aerleon().Generate([policy], definitions)
    except Exception as error:  # aerleon's own errors share no base below Exception.
        raise RenderError(
            f"access list {acl.name}: {type(error).__name__}: {error}",
            "correct the zone's terms in standards/segmentation.yml",
        ) from error
    (text,) = texts.values()
    return str(text)


def _term(part: _Statement) -> dict[str, Any]:
    """aerleon's form of a statement. Networks and ports go by the statement's own name."""
    permit = part.term.action is AclAction.PERMIT
    term: dict[str, Any] = {"name": part.name, "action": "accept" if permit else "deny"}
    if part.protocol:
        term["protocol"] = part.protocol
    if part.term.destinations:
        term["destination-address"] = part.name
    if part.ports:
        # A reply comes from the port at which the service was asked.
        side = "source" if part.term.established else "destination"
        term[f"{side}-port"] = part.name
    if part.term.established and part.protocol == "tcp":
        term["option"] = "tcp-established"
    if part.term.log:
        term["logging"] = True
    return term


def _definitions(statements: list[_Statement]) -> dict[str, Any]:
    networks = {
        part.name: {"values": [{"address": str(network)} for network in part.term.destinations]}
        for part in statements
        if part.term.destinations
    }
    services = {
        part.name: [{"protocol": part.protocol, "port": port} for port in part.ports]
        for part in statements
        if part.ports
    }
    return {"networks": networks, "services": services}


def _zones(acl: Acl) -> str:
    other = _OTHER_SIDE.get(acl.zone)
    if other is None:
        raise RenderError(
            f"access list {acl.name}: a firewall has no zone {acl.zone!r}",
            f"its policies stand under 'edge' in standards/segmentation.yml: "
            f"{', '.join(_OTHER_SIDE)}",
        )
    return f"from-zone {acl.zone} to-zone {other} inet"


@cache
def _aerleon() -> ModuleType:
    # Loaded by the first list: importing it takes longer than most commands that need none.
    return import_module("aerleon.api")


_TARGETS = {
    "ios": _Target("cisco", lambda acl: f"{acl.name} extended", ios_lines),
    "eos": _Target("arista", lambda acl: f"{acl.name} extended", eos_lines),
    "junos": _Target("juniper", lambda acl: f"{acl.name} inet not-interface-specific", junos_lines),
    "srx": _Target("srx", _zones, junos_lines, stateful=True),
}
