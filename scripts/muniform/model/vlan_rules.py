"""Rules about VLANs: declared once, with an id devices accept, and used for what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.parts.kinds import VlanUse
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.schema import ArchetypeFile
from muniform.model.source import Loc

_VLANS = "standards/vlans.yml"
_PROFILES = "standards/port_profiles.yml"
_ADDRESSING = "standards/addressing.yml"


def _declared_once(declared: Declaration) -> Iterator[Finding]:
    claims = [
        Claim(value, f"VLAN {value}", _VLANS, ("vlans", index))
        for index, vlan in enumerate(declared.vlans.vlans)
        for value in (vlan.id, vlan.name.lower())
    ]
    for claim, _ in rivals(claims):
        problem = f"{claim.owner} is declared twice"
        yield at(declared, _VLANS, claim.loc, problem, "give each VLAN an id and a name of its own")
    for use in (VlanUse.MANAGEMENT, VlanUse.PARKED, VlanUse.NATIVE):
        count = sum(1 for vlan in declared.vlans.vlans if vlan.use is use)
        if count != 1:
            remedy = f"declare exactly one VLAN with 'use: {use.value}'"
            yield at(declared, _VLANS, ("vlans",), f"{count} VLANs have use {use.value!r}", remedy)
    if sum(1 for vlan in declared.vlans.vlans if vlan.use is VlanUse.TRANSIT) > 1:
        remedy = "keep one: each site has at most one pair of gateways"
        yield at(declared, _VLANS, ("vlans",), "several VLANs have use 'transit'", remedy)


def _reserved(declared: Declaration) -> Iterator[Finding]:
    for index, vlan in enumerate(declared.vlans.vlans):
        loc: Loc = ("vlans", index, "id")
        if vlan.id == 1:
            remedy = "choose another id: VLAN 1 carries control traffic (CISC-L2-000220)"
            yield at(declared, _VLANS, loc, "VLAN 1 is in use", remedy)
        if 1002 <= vlan.id <= 1005:
            remedy = "choose another id: switches keep 1002 to 1005 for token ring and FDDI"
            yield at(declared, _VLANS, loc, f"VLAN {vlan.id} is reserved", remedy)


def _references(declared: Declaration) -> Iterator[Finding]:
    use = {vlan.id: vlan.use for vlan in declared.vlans.vlans}
    for file, loc, vlan in _uses(declared):
        if vlan not in use:
            remedy = "declare it in standards/vlans.yml or use a declared one"
            yield at(declared, file, loc, f"VLAN {vlan} is not declared", remedy)
        elif use[vlan] in (VlanUse.PARKED, VlanUse.NATIVE):
            problem = f"VLAN {vlan} has use {use[vlan].value!r} and carries no traffic"
            yield at(declared, file, loc, problem, "use a VLAN that carries traffic")
        elif use[vlan] is VlanUse.TRANSIT:
            problem = f"VLAN {vlan} has use 'transit': it is between gateways only"
            yield at(declared, file, loc, problem, "use a VLAN that carries traffic")


def _uses(declared: Declaration) -> Iterator[tuple[str, Loc, int]]:
    """Every place that names a VLAN."""
    for index, subnet in enumerate(declared.addressing.subnets):
        yield _ADDRESSING, ("subnets", index, "vlan"), subnet.vlan
    yield from _port_uses(declared)
    yield from _policy_uses(declared)
    for archetype_id, archetype in declared.archetypes.items():
        for index, vlan in enumerate(archetype.vlans):
            yield f"archetypes/{archetype_id}.yml", ("vlans", index), vlan


def _port_uses(declared: Declaration) -> Iterator[tuple[str, Loc, int]]:
    for name, profile in declared.profiles.profiles.items():
        yield _PROFILES, ("profiles", name, "vlan"), profile.vlan
        if profile.voice_vlan is not None:
            yield _PROFILES, ("profiles", name, "voice_vlan"), profile.voice_vlan
        for index, vlan in enumerate(profile.tagged):
            yield _PROFILES, ("profiles", name, "tagged", index), vlan
    dot1x = declared.profiles.dot1x
    if dot1x is not None:
        yield _PROFILES, ("dot1x", "rejected_vlan"), dot1x.rejected_vlan
        if dot1x.critical_vlan is not None:
            yield _PROFILES, ("dot1x", "critical_vlan"), dot1x.critical_vlan


def _policy_uses(declared: Declaration) -> Iterator[tuple[str, Loc, int]]:
    if declared.wireless is not None:
        for ssid, wireless in declared.wireless.ssids.items():
            yield "standards/wireless.yml", ("ssids", ssid, "vlan"), wireless.vlan
    if declared.qos is not None:
        for name, qos in declared.qos.classes.items():
            for index, vlan in enumerate(qos.vlans):
                yield "standards/qos.yml", ("classes", name, "vlans", index), vlan


def _profiles(declared: Declaration) -> Iterator[Finding]:
    management = {v.id for v in declared.vlans.vlans if v.use is VlanUse.MANAGEMENT}
    for name, profile in declared.profiles.profiles.items():
        for key, vlan in (("vlan", profile.vlan), ("voice_vlan", profile.voice_vlan)):
            if vlan in management:
                problem = f"VLAN {vlan} is the management VLAN"
                remedy = "use another VLAN: from this one devices accept management sessions"
                yield at(declared, _PROFILES, ("profiles", name, key), problem, remedy)
        if profile.vlan == profile.voice_vlan:
            problem = f"data and voice share VLAN {profile.vlan}"
            remedy = "give voice a VLAN of its own, or leave voice_vlan out"
            yield at(declared, _PROFILES, ("profiles", name, "voice_vlan"), problem, remedy)


def _subnets(declared: Declaration) -> Iterator[Finding]:
    claims = [
        Claim(subnet.vlan, f"VLAN {subnet.vlan}", _ADDRESSING, ("subnets", index, "vlan"))
        for index, subnet in enumerate(declared.addressing.subnets)
    ]
    for claim, _ in rivals(claims):
        problem = f"{claim.owner} has two subnets"
        yield at(declared, _ADDRESSING, claim.loc, problem, "keep one of the two")
    management = {v.id for v in declared.vlans.vlans if v.use is VlanUse.MANAGEMENT}
    for vlan in sorted(management - {claim.value for claim in claims}):
        remedy = f"add '- {{vlan: {vlan}, offset: 0.0.254.0/24}}', or another free offset"
        problem = f"the management VLAN {vlan} has no subnet"
        yield at(declared, _ADDRESSING, ("subnets",), problem, remedy)


def _archetypes(declared: Declaration) -> Iterator[Finding]:
    management = {v.id for v in declared.vlans.vlans if v.use is VlanUse.MANAGEMENT}
    for archetype_id, archetype in declared.archetypes.items():
        file = f"archetypes/{archetype_id}.yml"
        claims = [
            Claim(vlan, f"VLAN {vlan}", file, ("vlans", index))
            for index, vlan in enumerate(archetype.vlans)
        ]
        for claim, _ in rivals(claims):
            problem = f"{claim.owner} stands twice in the list"
            yield at(declared, file, claim.loc, problem, "keep one of the two")
        for vlan in sorted(management - set(archetype.vlans)):
            problem = f"the management VLAN {vlan} is missing"
            remedy = f"add {vlan}: without its gateway no switch of the site can be reached"
            yield at(declared, file, ("vlans",), problem, remedy)
        yield from _needed(declared, file, archetype)


def _needed(declared: Declaration, file: str, archetype: ArchetypeFile) -> Iterator[Finding]:
    """Whatever a profile or a host uses must be among the archetype's VLANs and have a subnet."""
    offsets = {subnet.vlan for subnet in declared.addressing.subnets}
    for label, host in archetype.hosts.items():
        if host.vlan not in archetype.vlans or host.vlan not in offsets:
            problem = f"VLAN {host.vlan} is not at this archetype or has no subnet"
            remedy = "add it to 'vlans' and to standards/addressing.yml"
            yield at(declared, file, ("hosts", label, "vlan"), problem, remedy)
    for label, device in archetype.devices.items():
        for name in device.ports:
            profile = declared.profiles.profiles.get(name)
            loc: Loc = ("devices", label, "ports", name)
            # An access point serves what its site has of its tagged VLANs; its own must be there.
            for vlan in (profile.vlan, profile.voice_vlan) if profile else ():
                if vlan is not None and vlan not in archetype.vlans:
                    problem = f"profile {name!r} needs VLAN {vlan}, which this archetype lacks"
                    yield at(declared, file, loc, problem, f"add {vlan} to 'vlans'")
                elif vlan is not None and vlan not in offsets:
                    problem = f"profile {name!r} needs VLAN {vlan}, which has no subnet"
                    remedy = "add its offset to standards/addressing.yml"
                    yield at(declared, file, loc, problem, remedy)


VLAN_RULES: tuple[Rule, ...] = (
    _declared_once,
    _reserved,
    _references,
    _profiles,
    _subnets,
    _archetypes,
)
