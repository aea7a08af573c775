"""The order of a rollout: a canary, then site by site, public safety last. Pure.

The two halves of a redundant pair are never in one wave. Inside a site, devices farther from the
controller go first: a device that is lost never hides one that still has to be changed. Hosts
follow the network that carries them.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniform.model import City, Device, Site
from muniform.plan import Kind, Plan, TargetPlan, Verdict


@dataclass(frozen=True)
class Wave:
    """Targets that may be changed before anyone looks again."""

    name: str
    targets: tuple[TargetPlan, ...]


def waves(city: City, plan: Plan) -> tuple[Wave, ...]:
    """The waves of a plan. Only targets that change are in them."""
    changing = {target.name: target for target in plan.having(Verdict.CHANGE)}
    sites = site_order(city)
    canaries = _canaries(city, sites, changing)
    found = [Wave("canary", tuple(canaries))] if canaries else []
    taken = {target.name for target in canaries}
    for site in sites:
        hosts = [t for t in changing.values() if t.kind is Kind.HOST and t.site == site.id]
        devices = [
            changing[name] for name in _devices(site) if name in changing and name not in taken
        ]
        second = _second_halves(site, devices)
        first = [target for target in devices if target not in second]
        rest = [target for target in hosts if target.name not in taken]
        if second:
            found.append(Wave(site.id, tuple(first)))
            found.append(Wave(f"{site.id}, second halves", (*second, *rest)))
        elif first or rest:
            found.append(Wave(site.id, (*first, *rest)))
    return tuple(found)


def _second_halves(site: Site, devices: list[TargetPlan]) -> list[TargetPlan]:
    """Of each redundant pair the half that comes later: it waits for a wave of its own."""
    partner = {device.name: device.partner for device in site.devices}
    seen: set[str | None] = set()
    second = []
    for target in devices:
        if partner[target.name] in seen:
            second.append(target)
        seen.add(target.name)
    return second


def site_order(city: City) -> tuple[Site, ...]:
    """Branches first, then the site the controller stands in; public safety after all others."""

    def rank(site: Site) -> tuple[bool, bool, int]:
        return (site.public_safety, city.controller in site.block, site.number)

    return tuple(sorted(city.sites, key=rank))


def _devices(site: Site) -> list[str]:
    devices: list[Device] = sorted(site.devices, key=lambda device: (-device.hops, device.name))
    return [device.name for device in devices]


def _canaries(
    city: City, sites: tuple[Site, ...], changing: dict[str, TargetPlan]
) -> list[TargetPlan]:
    """The first changing device of each platform, never one of public safety."""
    platforms = {device.name: device.platform for device in city.devices}
    found: dict[str, TargetPlan] = {}
    for site in sites:
        for name in _devices(site):
            target = changing.get(name)
            if target is None or site.public_safety:
                continue
            found.setdefault(platforms[name], target)
    return list(found.values())
