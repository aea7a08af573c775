"""Rules about segmentation, port authentication, QoS and wireless networks."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.parts.kinds import PortAuthentication
from muniform.model.rule import Rule, at, choice
from muniform.model.schema import AclTermEntry, SegmentationFile
from muniform.model.segments import INTERNET_ZONE, WAN_ZONE
from muniform.model.source import Loc

_SEGMENTATION = "standards/segmentation.yml"
_PROFILES = "standards/port_profiles.yml"
_QOS = "standards/qos.yml"


def _segmentation(declared: Declaration) -> Iterator[Finding]:
    policy = declared.segmentation
    if policy is None:
        return
    yield from _listless(declared, policy)
    zones = sorted({vlan.zone for vlan in declared.vlans.vlans})
    for zone, terms in policy.zones.items():
        if zone not in zones or zone in (INTERNET_ZONE, WAN_ZONE):
            problem = f"no VLAN is in zone {zone!r}"
            yield at(declared, _SEGMENTATION, ("zones", zone), problem, choice(zones))
        yield from _terms(declared, policy, ("zones", zone), terms)
    if policy.edge is not None:
        for side in (INTERNET_ZONE, WAN_ZONE):
            yield from _terms(declared, policy, ("edge", side), getattr(policy.edge, side))


def _listless(declared: Declaration, policy: SegmentationFile) -> Iterator[Finding]:
    """Every VLAN that is routed is filtered; a misspelt zone must not open one."""
    routed = {subnet.vlan for subnet in declared.addressing.subnets}
    for index, vlan in enumerate(declared.vlans.vlans):
        loc: Loc = ("vlans", index, "zone")
        if vlan.zone in (INTERNET_ZONE, WAN_ZONE):
            problem = f"the zone {vlan.zone!r} is a side of the firewalls"
            yield at(declared, "standards/vlans.yml", loc, problem, "name the zone otherwise")
        elif vlan.id in routed and vlan.zone not in policy.zones:
            problem = f"the zone {vlan.zone!r} has no list in standards/segmentation.yml"
            yield at(declared, "standards/vlans.yml", loc, problem, choice(policy.zones))


def _terms(
    declared: Declaration, policy: SegmentationFile, here: Loc, terms: tuple[AclTermEntry, ...]
) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, term in enumerate(terms):
        loc = (*here, index)
        if term.name in seen:
            problem = f"two terms are named {term.name!r}"
            yield at(declared, _SEGMENTATION, (*loc, "name"), problem, "name each differently")
        seen.add(term.name)
        for key, names, known in (
            ("to", term.to, policy.networks),
            ("services", term.services, policy.services),
        ):
            for place, name in enumerate(names):
                if name not in known:
                    problem = f"{name!r} is not declared under {_declared_under(key)!r}"
                    yield at(declared, _SEGMENTATION, (*loc, key, place), problem, choice(known))
        protocols = {s.protocol for name in term.services for s in policy.services.get(name, ())}
        if term.established and "icmp" in protocols:
            problem = "replies of ICMP can't be told from requests"
            yield at(declared, _SEGMENTATION, loc, problem, "remove 'established'")


def _declared_under(key: str) -> str:
    return "networks" if key == "to" else "services"


def _translation(declared: Declaration) -> Iterator[Finding]:
    """Providers send back only what the city announces to them."""
    routing = declared.routing
    pool = routing.nat_pool
    if pool is not None and not any(pool.subnet_of(network) for network in routing.announced):
        remedy = "use a part of a network under 'announced', or announce it"
        problem = f"{pool} is in no network that the city announces"
        yield at(declared, "standards/routing.yml", ("nat_pool",), problem, remedy)
    for index, network in enumerate(routing.announced):
        if network.prefixlen < 8 or network.overlaps(declared.addressing.supernet):
            problem = f"{network} is no network of the city on the Internet"
            remedy = "announce only what was assigned to the city"
            loc: Loc = ("announced", index)
            yield at(declared, "standards/routing.yml", loc, problem, remedy)


def _authentication(declared: Declaration) -> Iterator[Finding]:
    """A port that asks a RADIUS server needs one, and somewhere to put who is refused."""
    for name, profile in declared.profiles.profiles.items():
        loc: Loc = ("profiles", name, "authentication")
        if profile.authentication is PortAuthentication.NONE:
            continue
        if declared.services.radius is None:
            remedy = "add 'radius:' to standards/services.yml"
            yield at(declared, _PROFILES, loc, "no RADIUS server is declared", remedy)
        if declared.profiles.dot1x is None:
            remedy = "add 'dot1x:' with its timers and VLANs to this file"
            yield at(declared, _PROFILES, loc, "nothing says how to authenticate", remedy)
        if profile.tagged:
            problem = "a port with tagged VLANs can't authenticate single devices"
            yield at(declared, _PROFILES, loc, problem, "use 'none', or remove 'tagged'")


def _qos(declared: Declaration) -> Iterator[Finding]:
    if declared.qos is None:
        return
    total = sum(entry.bandwidth_percent for entry in declared.qos.classes.values())
    if total > 100:
        problem = f"the classes ask for {total} percent of the bandwidth"
        yield at(declared, _QOS, ("classes",), problem, "lower them to 100 percent at most")
    owners: dict[int, str] = {}
    for name, entry in declared.qos.classes.items():
        for place, dscp in enumerate(entry.dscp):
            holder = owners.setdefault(dscp, name)
            if holder != name:
                problem = f"DSCP {dscp} is already class {holder!r}"
                loc: Loc = ("classes", name, "dscp", place)
                yield at(declared, _QOS, loc, problem, "give each value to one class")


POLICY_RULES: tuple[Rule, ...] = (_segmentation, _translation, _authentication, _qos)
