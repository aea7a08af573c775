"""Access lists between segments, as meaning: no platform's syntax. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network


class AclAction(StrEnum):
    PERMIT = "permit"
    DENY = "deny"


@dataclass(frozen=True)
class AclService:
    """A protocol and its destination ports, such as tcp 443. No port: all of them."""

    protocol: str
    """``tcp``, ``udp`` or ``icmp``."""
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class AclTerm:
    """One line of the segmentation policy. Empty networks mean any, no service any protocol."""

    name: str
    action: AclAction
    destinations: tuple[IPv4Network, ...] = ()
    services: tuple[AclService, ...] = ()
    log: bool = False
    established: bool = False
    """Only replies, of sessions that were opened from the other side: known by their TCP flags and,
    where services are named, by coming from their ports. UDP has only the ports."""


@dataclass(frozen=True)
class Acl:
    """What hosts of a zone may open, first match wins; what no term names is denied."""

    name: str
    zone: str
    terms: tuple[AclTerm, ...]
