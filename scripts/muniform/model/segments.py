"""Access lists between segments, from the city's one policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from muniform.model.parts.filtering import Acl, AclService, AclTerm
from muniform.model.schema import AclTermEntry, SegmentationFile

INTERNET_ZONE = "internet"
WAN_ZONE = "wan"
"""The two sides of a firewall."""


def acl_name(zone: str) -> str:
    """The name of the list for what hosts of a zone open: ``GUEST-IN``."""
    return f"{zone.replace('_', '-').upper()}-IN"


def acls(policy: SegmentationFile | None) -> Mapping[str, Acl]:
    """The access list of each zone, the two sides of a firewall included."""
    if policy is None:
        return {}
    zones = dict(policy.zones)
    if policy.edge:
        zones |= {INTERNET_ZONE: policy.edge.internet, WAN_ZONE: policy.edge.wan}
    return {zone: Acl(acl_name(zone), zone, _terms(policy, terms)) for zone, terms in zones.items()}


def _terms(policy: SegmentationFile, entries: Iterable[AclTermEntry]) -> tuple[AclTerm, ...]:
    return tuple(
        AclTerm(
            name=entry.name,
            action=entry.action,
            destinations=tuple(net for name in entry.to for net in policy.networks[name]),
            services=tuple(
                AclService(service.protocol, service.ports)
                for name in entry.services
                for service in policy.services[name]
            ),
            log=entry.log,
            established=entry.established,
        )
        for entry in entries
    )
