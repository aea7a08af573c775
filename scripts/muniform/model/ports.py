"""What each port of a switch is: a link, a profile's port, or unused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from muniform.model.city import Link, LinkEnd
from muniform.model.declaration import model_ports
from muniform.model.parts.kinds import PortMode
from muniform.model.parts.switching import Lag, Port, PortProfile
from muniform.model.schema import ModelEntry, ProfileEntry


@dataclass(frozen=True)
class SwitchPorts:
    ports: tuple[Port, ...]
    lags: tuple[Lag, ...]


def profile(name: str, entry: ProfileEntry) -> PortProfile:
    """A declared profile, resolved. An access point's own VLAN is tagged like the others."""
    return PortProfile(
        name=name,
        code=entry.code,
        vlan=entry.vlan,
        voice_vlan=entry.voice_vlan,
        tagged=tuple(sorted({entry.vlan, *entry.tagged})) if entry.tagged else (),
        authentication=entry.authentication,
        poe=entry.poe,
        poe_watts=entry.poe_watts,
        max_addresses=entry.max_addresses,
        storm_percent=entry.storm_percent,
        dhcp_rate=entry.dhcp_rate,
    )


def switch_ports(
    name: str,
    code: str,
    model: ModelEntry,
    counts: Mapping[PortProfile, int],
    links: tuple[Link, ...],
    hops: Mapping[str, int],
    vlans: tuple[int, ...],
    beside: Mapping[str, int],
) -> SwitchPorts:
    """Every port of a switch, in the model's order: links first take theirs, profiles follow.

    ``vlans`` are on every trunk, those of ``beside`` on the trunk to the device that they name.
    """
    names, speeds = model_port_names(model), port_speeds(model)
    linked = _linked(name, links, hops, vlans, beside, speeds)
    dealt = _dealt(name, code, model, counts, linked, speeds, vlans)
    ports = tuple(
        linked.get(port) or dealt.get(port) or _unused(port, speeds[port]) for port in names
    )
    return SwitchPorts(ports, _lags(ports))


@cache
def _unused(name: str, speed_mbps: int) -> Port:
    """One for all switches that have such a port: most ports of a city are unused."""
    return Port(name, PortMode.UNUSED, "UNUSED", speed_mbps=speed_mbps)


@cache
def model_port_names(model: ModelEntry) -> tuple[str, ...]:
    return (*model_ports(model, "access"), *model_ports(model, "uplink"))


@cache
def port_speeds(model: ModelEntry) -> Mapping[str, int]:
    """The fastest that each port of a model can do, in Mbit/s."""
    return {
        f"{r.prefix}{number}": max(r.speeds)
        for r in (*model.access, *model.uplink)
        for number in range(r.first, r.last + 1)
    }


def _dealt(
    name: str,
    code: str,
    model: ModelEntry,
    counts: Mapping[PortProfile, int],
    linked: Mapping[str, Port],
    speeds: Mapping[str, int],
    vlans: tuple[int, ...],
) -> dict[str, Port]:
    """Profiles, dealt out over the access ports that no link takes.

    An access point serves those of its profile's VLANs that its site has.
    """
    free = [port for port in model_ports(model, "access") if port not in linked]
    dealt: dict[str, Port] = {}
    for declared, count in counts.items():
        found = replace(declared, tagged=tuple(v for v in declared.tagged if v in vlans))
        # Naming convention of the port standard: type, building, room, jack.
        label = f"{found.code}-{code}-{name.removeprefix(f'{code}-')}".upper()
        mode = PortMode.TRUNK if found.tagged else PortMode.ACCESS
        for _ in range(count):
            port = free[len(dealt)]
            dealt[port] = Port(
                port,
                mode,
                f"{label}-{len(dealt) + 1:02}",
                found,
                vlans=found.tagged,
                speed_mbps=speeds[port],
            )
    return dealt


def _linked(
    name: str,
    links: tuple[Link, ...],
    hops: Mapping[str, int],
    vlans: tuple[int, ...],
    beside: Mapping[str, int],
    speeds: Mapping[str, int],
) -> dict[str, Port]:
    ports = {}
    for link in links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if here.device == name:
                more = (beside[there.device],) if there.device in beside else ()
                carried = tuple(sorted((*vlans, *more)))
                ports[here.port] = _link_port(link, here, there, hops, carried, speeds)
    return ports


def _link_port(
    link: Link,
    here: LinkEnd,
    there: LinkEnd,
    hops: Mapping[str, int],
    vlans: tuple[int, ...],
    speeds: Mapping[str, int],
) -> Port:
    speed = speeds.get(here.port, 0)
    if link.network is not None:
        return Port(here.port, PortMode.ROUTED, routed_description(link, there), speed_mbps=speed)
    return Port(
        here.port,
        PortMode.TRUNK,
        _trunk_description(here, there, hops),
        vlans=vlans,
        # The source wants root guard on uplinks, where it would cut the switch off from its root.
        # Between equals either side may have to become the way to the root.
        root_guard=hops[there.device] > hops[here.device],
        lag=link.lag,
        speed_mbps=speed,
    )


def routed_description(link: Link, there: LinkEnd) -> str:
    """What a routed port and the interface on it are called: where they lead."""
    return f"{'WAN' if link.circuit else 'Link'} {there.device}"


def _trunk_description(here: LinkEnd, there: LinkEnd, hops: Mapping[str, int]) -> str:
    own_uplink = hops[there.device] < hops[here.device]
    return f"{'UPLINK' if own_uplink else 'ISL'}-{there.device.upper()}"


def _lags(ports: tuple[Port, ...]) -> tuple[Lag, ...]:
    """A link aggregation is set like its members: they all are alike."""
    members: dict[int, list[Port]] = {}
    for port in ports:
        if port.lag is not None:
            members.setdefault(port.lag, []).append(port)
    return tuple(
        Lag(
            number,
            found[0].description,
            found[0].vlans,
            tuple(port.name for port in found),
            found[0].root_guard,
        )
        for number, found in sorted(members.items())
    )
