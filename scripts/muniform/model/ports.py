"""What each port of a switch is: a link, a profile's port, or unused."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.model.city import Link, LinkEnd, Port, PortMode, PortProfile
from muniform.model.declaration import Declaration, model_ports
from muniform.model.schema import DeviceEntry


def switch_ports(
    name: str,
    code: str,
    entry: DeviceEntry,
    declared: Declaration,
    links: tuple[Link, ...],
    hops: Mapping[str, int],
    vlans: tuple[int, ...],
) -> tuple[Port, ...]:
    """Every port of a switch, in the model's order: links first take theirs, profiles follow."""
    model = declared.models.models[entry.model]
    linked = _linked(name, links, hops, vlans)
    free = [port for port in model_ports(model, "access") if port not in linked]
    dealt: dict[str, Port] = {}
    for profile_name, count in entry.ports.items():
        profile = declared.profiles.profiles[profile_name]
        resolved = PortProfile(profile_name, profile.code, profile.vlan, profile.voice_vlan)
        for _ in range(count):
            port = free[len(dealt)]
            # Naming convention of the port standard: type, building, room, jack.
            label = f"{profile.code}-{code}-{name.removeprefix(f'{code}-')}".upper()
            dealt[port] = Port(port, PortMode.ACCESS, f"{label}-{len(dealt) + 1:02}", resolved)
    return tuple(
        linked.get(port) or dealt.get(port) or Port(port, PortMode.UNUSED, "UNUSED")
        for port in [*model_ports(model, "access"), *model_ports(model, "uplink")]
    )


def _linked(
    name: str, links: tuple[Link, ...], hops: Mapping[str, int], vlans: tuple[int, ...]
) -> dict[str, Port]:
    ports = {}
    for link in links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if here.device == name:
                ports[here.port] = _trunk(here, there, hops, vlans)
    return ports


def _trunk(here: LinkEnd, there: LinkEnd, hops: Mapping[str, int], vlans: tuple[int, ...]) -> Port:
    own_uplink = hops[there.device] < hops[here.device]
    kind = "UPLINK" if own_uplink else "ISL"
    return Port(
        here.port,
        PortMode.TRUNK,
        f"{kind}-{there.device.upper()}",
        vlans=vlans,
        # The source wants root guard on uplinks, where it would cut the switch off from its root.
        # Between equals either side may have to become the way to the root.
        root_guard=hops[there.device] > hops[here.device],
    )
