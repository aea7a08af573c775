"""A campus of the generated city: two switches that route, and access switches below both."""

from __future__ import annotations

from dataclasses import dataclass, field

from base import Base, Map, management_vlan, pattern_host

ROUTING_SWITCHES = ("core_switch", "distribution_switch")
FIRST_HOST = 10
"""Below it stand gateways and network services (standards/addressing.yml)."""


@dataclass
class Ports:
    """The ports of one model that are still free, with their catalogue entry."""

    free: list[tuple[str, Map]] = field(default_factory=list)

    @classmethod
    def of(cls, model: Map, *kinds: str) -> Ports:
        return cls(
            [
                (f"{entry['prefix']}{number}", entry)
                for kind in kinds
                for entry in model.get(kind, ())
                for number in range(entry["first"], entry["last"] + 1)
            ]
        )

    def take(self) -> str:
        return self.free.pop(0)[0]

    def drop(self, port: str) -> None:
        self.free = [entry for entry in self.free if entry[0] != port]

    def from_the_end(self) -> Ports:
        return Ports(self.free[::-1])


@dataclass(frozen=True)
class Campus:
    """An archetype to come: which platform its access switches are of, and how many."""

    platform: str
    switches: int

    @property
    def id(self) -> str:
        return f"campus_{self.platform}_{self.switches}"


def platforms(base: Base) -> list[str]:
    """Every platform that has an access switch in the catalogue."""
    known = sorted({model["platform"] for model in base.models.values()})
    return [name for name in known if model_for(base, name, "access_switch")]


def model_for(base: Base, platform: str, *roles: str) -> str | None:
    """The model for a role on a platform: an access switch with most power, else most ports."""
    fitting = [
        name
        for name, model in base.models.items()
        if model["platform"] == platform and set(roles) & set(model["roles"])
    ]
    if "access_switch" in roles:
        # Only what gives power hangs in a wiring closet.
        fitting.sort(key=lambda name: -int(base.models[name].get("poe_budget_watts", 0)))
        return next(iter(fitting), None)
    return max(fitting, key=lambda name: len(ports_of(base, name).free), default=None)


def ports_of(base: Base, model: str) -> Ports:
    return Ports.of(base.models[model], "access", "uplink")


def routing_model(base: Base, platform: str) -> str:
    """What routes for a campus: the platform's own model, else any other's."""
    others = sorted({model["platform"] for model in base.models.values()})
    found = [model_for(base, p, *ROUTING_SWITCHES) for p in (platform, *others)]
    return next(name for name in found if name)


def profiles_in_use(base: Base) -> Map:
    """The port profiles whose VLANs have subnets, those with most power first."""
    subnets = {entry["vlan"] for entry in base.file("standards/addressing.yml")["subnets"]}
    profiles = base.file("standards/port_profiles.yml")["profiles"]
    fitting = {
        name: entry
        for name, entry in profiles.items()
        if {entry["vlan"], entry.get("voice_vlan", entry["vlan"])} <= subnets
    }
    return dict(sorted(fitting.items(), key=lambda item: -item[1].get("poe_watts", 0)))


def dealt_ports(profiles: Map, model: Map) -> dict[str, int]:
    """Counts of profiles that fill nine ports of ten, as far as the power goes."""
    free = Ports.of(model, "access").free
    room, budget = len(free) * 9 // 10, model.get("poe_budget_watts", 0)
    weight = {"workstation": 12, "phone": 2, "access_point": 2}
    total = sum(weight.get(name, 1) for name in profiles)
    counts: dict[str, int] = {}
    used = 0
    for name, entry in profiles.items():
        watts = entry.get("poe_watts", 0)
        count = max(1, room * weight.get(name, 1) // total)
        while count and (
            watts * count > budget
            or used + count > room
            or any(watts > port.get("poe_watts", 0) for _, port in free[used : used + count])
        ):
            count -= 1
        if count:
            counts[name] = count
            used += count
            budget -= watts * count
    return counts


def joined(a: Ports, b: Ports) -> tuple[str, str, str]:
    """A free port of each side that run a common speed over a common medium, and the medium."""
    for one in a.free:
        for other in b.free:
            media = {one[1].get("medium", "any"), other[1].get("medium", "any")} - {"any"}
            speeds = set(one[1].get("speeds", (1000,))) & set(other[1].get("speeds", (1000,)))
            if speeds and len(media) < 2:
                a.free.remove(one)
                b.free.remove(other)
                return one[0], other[0], media.pop() if media else "fiber"
    raise SystemExit("two models of the catalogue have no ports left that fit each other")


def archetype(base: Base, campus: Campus, address_range: str) -> tuple[Map, list[str]]:
    """A campus, and the two ports that are left for its circuits."""
    access = model_for(base, campus.platform, "access_switch") or ""
    routing = routing_model(base, campus.platform)
    counts = dealt_ports(profiles_in_use(base), base.models[access])
    devices, links, circuits = wired(base, campus, routing, access, counts)
    pair = list(devices)[:2]
    host = pattern_host(base)
    return {
        "change_class": next(iter(base.file("standards/change.yml")["classes"])),
        "address_range": address_range,
        "redundancy": "pair",
        "vlans": sorted(vlans_of(base, counts) | {host["vlan"], management_vlan(base)}),
        "devices": devices,
        "pairs": [pair],
        "gateways": pair,
        "links": links,
        "hosts": {"pc": {**host, "host_number": FIRST_HOST, "count": 1}},
    }, circuits


def wired(
    base: Base, campus: Campus, routing: str, access: str, counts: dict[str, int]
) -> tuple[Map, list[Map], list[str]]:
    """The devices of a campus, the cables between them, and a port of each half for a circuit."""
    role = next(r for r in base.models[routing]["roles"] if r in ROUTING_SWITCHES)
    kind = "core" if role == "core_switch" else "dist"
    pair = [f"{kind}1", f"{kind}2"]
    devices: Map = {label: {"role": role, "model": routing} for label in pair}
    left = {label: ports_of(base, routing) for label in pair}
    links = [aggregated(pair, left) for _ in range(2)]
    circuits = [left[label].take() for label in pair]
    for number in range(1, campus.switches + 1):
        label = f"sw{number}"
        devices[label] = {"role": "access_switch", "model": access, "ports": counts}
        own = Ports.of(base.models[access], "uplink")
        for up in pair:
            there, here, medium = joined(left[up], own)
            links.append({"a": f"{up}:{there}", "b": f"{label}:{here}", "medium": medium})
    return devices, links, circuits


def aggregated(pair: list[str], left: dict[str, Ports]) -> Map:
    """A cable between the two halves, in their last ports: the fastest ones, which no access
    switch has."""
    one, other, medium = joined(left[pair[0]].from_the_end(), left[pair[1]].from_the_end())
    left[pair[0]].drop(one)
    left[pair[1]].drop(other)
    return {"a": f"{pair[0]}:{one}", "b": f"{pair[1]}:{other}", "medium": medium, "lag": 1}


def vlans_of(base: Base, counts: dict[str, int]) -> set[int]:
    """Every VLAN that the profiles of some ports carry."""
    used = [profiles_in_use(base)[name] for name in counts]
    vlans = {entry["vlan"] for entry in used}
    vlans |= {entry["voice_vlan"] for entry in used if "voice_vlan" in entry}
    return vlans | {vlan for entry in used for vlan in entry.get("tagged", ())}
