"""Rules about waivers, the software catalogue, exemptions, and the controls a standard names."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import Finding
from muniform.model.declaration import Declaration, host_names
from muniform.model.rule import Rule, at, choice
from muniform.model.schema.base import Standard
from muniform.model.source import Loc

_SOFTWARE = "catalog/software.yml"
_HOST_PROFILES = "standards/host_profiles.yml"


def _waivers(declared: Declaration) -> Iterator[Finding]:
    targets = _targets(declared) if declared.waivers else set()
    for waiver_id, waiver in (declared.waivers or {}).items():
        file = f"waivers/{waiver_id}.yml"
        if waiver.expires < declared.today:
            problem = f"the waiver expired on {waiver.expires}"
            what = waiver.control or "the standard"
            remedy = f"bring its targets to {what}, or have {waiver.owner} renew it"
            yield at(declared, file, ("expires",), problem, remedy)
        if not (waiver.control or waiver.keep or waiver.without):
            problem = "the waiver says nothing that is waived"
            remedy = "add 'control:' with a control's id, or 'keep:' or 'without:' with lines"
            yield at(declared, file, (), problem, remedy)
        devices = _devices(declared) if waiver.keep or waiver.without else set(waiver.targets)
        for index, target in enumerate(waiver.targets):
            if target in targets and target not in devices:
                problem = f"lines are waived for devices, and {target!r} is none"
                remedy = "name each device: what a line means depends on its platform"
                yield at(declared, file, ("targets", index), problem, remedy)
            if target not in targets:
                problem = f"there is no site, archetype, device or host {target!r}"
                remedy = "list them with: muniform show city"
                yield at(declared, file, ("targets", index), problem, remedy)


def _devices(declared: Declaration) -> set[str]:
    return {
        f"{site.code}-{label}"
        for site in declared.sites.values()
        if site.archetype in declared.archetypes
        for label in declared.archetypes[site.archetype].devices
    }


def _targets(declared: Declaration) -> set[str]:
    names = {*declared.sites, *declared.archetypes}
    for site in declared.sites.values():
        names.add(site.code)
        archetype = declared.archetypes.get(site.archetype)
        if archetype is not None:
            names |= {f"{site.code}-{label}" for label in archetype.devices}
            names |= {
                f"{site.code}-{name}"
                for label, host in archetype.hosts.items()
                for name in host_names(site, label, host)
            }
    return names


def _software(declared: Declaration) -> Iterator[Finding]:
    if declared.software is None:
        return
    systems = declared.software.systems
    for name, package in declared.software.packages.items():
        for index, system in enumerate(package.systems):
            if system not in systems:
                loc: Loc = ("packages", name, "systems", index)
                problem = f"there is no operating system {system!r}"
                yield at(declared, _SOFTWARE, loc, problem, choice(systems))


def _exemptions(declared: Declaration) -> Iterator[Finding]:
    """A profile that does not lock says why: auditors ask (CJIS AC-11)."""
    if declared.host_profiles is None:
        return
    for name, profile in declared.host_profiles.profiles.items():
        if profile.lock_minutes is None and not profile.reason:
            problem = "the profile never locks and gives no reason"
            remedy = "add 'lock_minutes:', or 'reason:' with what exempts it"
            yield at(declared, _HOST_PROFILES, ("profiles", name), problem, remedy)


def _controls(declared: Declaration) -> Iterator[Finding]:
    """A control belongs to a setting that stands in the file."""
    for file, standard in _standards(declared):
        for path in standard.controls:
            source = declared.sources[file]
            first = path.split(".", 1)[0]
            if first not in (source.data or {}) or not source.has(path):
                known = [key for key in source.data or {} if key not in ("controls", "version")]
                problem = f"there is no setting {path!r} in this file"
                yield at(declared, file, ("controls", path), problem, choice(known))


def _standards(declared: Declaration) -> Iterator[tuple[str, Standard]]:
    for name, standard in (
        ("addressing", declared.addressing),
        ("vlans", declared.vlans),
        ("port_profiles", declared.profiles),
        ("services", declared.services),
        ("network_devices", declared.network_devices),
        ("change", declared.change),
        ("routing", declared.routing),
        ("segmentation", declared.segmentation),
        ("qos", declared.qos),
        ("wireless", declared.wireless),
        ("power", declared.power),
        ("host_profiles", declared.host_profiles),
    ):
        file = f"standards/{name}.yml"
        if standard is not None and file in declared.sources:
            yield file, standard


OPERATION_RULES: tuple[Rule, ...] = (_waivers, _software, _exemptions, _controls)
