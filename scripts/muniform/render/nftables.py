"""Access lists between segments as statements of nftables, for routers on Linux.

The same policy as on a switch (``segmentation.effective_terms``), in the kernel's words. aerleon's
own nftables text is not used: it is one list for the whole host, where we need one per gateway, and
it leaves replies to connection tracking alone. A reply may come back through the other router of a
site, which has not seen the request, so they are let through by their TCP flags here as well.

Only forwarded packets meet these lists. The terms that let a switch hear its own hosts (DHCP, VRRP)
have no place in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import collapse_addresses

from muniform.errors import RenderError
from muniform.model import Acl, AclAction, AclService, AclTerm
from muniform.render.segmentation import PROLOGUE, effective_terms

_IPV4_ONLY = "meta nfproto != ipv4 drop"
"""The policy is one of IPv4 addresses: without this a term for any address would let IPv6 pass."""
_REPLIES = "tcp flags & (ack | rst) != 0"
_LOG_LIMIT = "limit rate 10/second burst 20 packets"
"""A host that tries every port must not fill the log."""


def filter_rules(acl: Acl) -> tuple[str, ...]:
    """The rules of one list's chain, first match wins, each a line. Raises RenderError."""
    terms = (term for term in effective_terms(acl) if term not in PROLOGUE)
    return (_IPV4_ONLY, *(rule for term in terms for rule in _rules(acl, term)))


def _rules(acl: Acl, term: AclTerm) -> Iterator[str]:
    verdict = "accept" if term.action is AclAction.PERMIT else "drop"
    for service in term.services or (None,):
        match = [*_destinations(term), *_service(acl, term, service)]
        if term.log:
            yield " ".join([*match, _LOG_LIMIT, f'log prefix "{acl.name} {term.name}: "'])
        yield " ".join([*match, verdict])


def _destinations(term: AclTerm) -> Iterator[str]:
    if term.destinations:
        # nft refuses a set whose members overlap.
        networks = map(str, collapse_addresses(term.destinations))
        yield f"ip daddr {{ {', '.join(networks)} }}"


def _service(acl: Acl, term: AclTerm, service: AclService | None) -> Iterator[str]:
    if service is not None:
        _refuse_what_has_no_mark(acl, term, service)
        yield f"meta l4proto {service.protocol}"
        if service.ports:
            # A reply comes from the port at which the service was asked.
            side = "sport" if term.established else "dport"
            ports = ", ".join(str(port) for port in sorted(set(service.ports)))
            yield f"{service.protocol} {side} {{ {ports} }}"
    if term.established and (service is None or service.protocol == "tcp"):
        yield _REPLIES


def _refuse_what_has_no_mark(acl: Acl, term: AclTerm, service: AclService) -> None:
    if term.established and service.protocol not in ("tcp", "udp"):
        raise RenderError(
            f"access list {acl.name}: term {term.name}: replies of {service.protocol} "
            "cannot be told from requests",
            "name services of tcp or udp, or leave 'established' out",
        )
