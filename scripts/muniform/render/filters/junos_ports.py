"""Filters for the ports of Junos switches: VLANs by name, power, authentication and guards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniform.errors import RenderError
from muniform.model import (
    Device,
    Lag,
    PoePriority,
    Port,
    PortAuthentication,
    PortMode,
    Vlan,
    VlanUse,
)

# Juniper's model numbers: how many ports, M if multigigabit, P if they feed their device.
_POWERED_MODEL = re.compile(r"EX\d{4}(-C)?-(F-)?\d+M?P")
# FPC/PIC/port: the ports of the chassis are PIC 0, those of an uplink module give no power.
_CHASSIS_PORT = re.compile(r"m?ge-\d+/0/\d+")
_PRIORITY = {PoePriority.LOW: "low", PoePriority.HIGH: "high", PoePriority.CRITICAL: "high"}
"""Junos knows no third one."""


@dataclass(frozen=True)
class Bridge:
    """A logical interface that takes part in spanning tree."""

    name: str
    edge: bool = False
    root_guard: bool = False


def junos_vlan(device: Device, vlan: int) -> str:
    """A VLAN's name, by which ports and policies refer to it."""
    for known in device.vlans:
        if known.id == vlan:
            return known.name
    raise RenderError(
        f"{device.name}: VLAN {vlan} is used and not among the device's VLANs",
        "give the site's archetype this VLAN",
    )


def junos_vlans(device: Device, vlans: Iterable[int]) -> list[str]:
    return [junos_vlan(device, vlan) for vlan in vlans]


def junos_lag(lag: Lag) -> str:
    """The aggregated interface of a link aggregation."""
    return f"ae{lag.number}"


def junos_aggregated(lags: Iterable[Lag]) -> int:
    """How many aggregated interfaces the device must have: they are numbered from 0."""
    return max(lag.number for lag in lags) + 1


def junos_access(device: Device) -> list[Port]:
    """Ports of one untagged VLAN that are in use."""
    return [port for port in device.ports if port.mode is PortMode.ACCESS]


def junos_edges(device: Device) -> list[Port]:
    """Ports that lead to an end device, tagged or not."""
    return [port for port in device.ports if port.edge and port.mode is not PortMode.UNUSED]


def junos_bridges(device: Device) -> list[Bridge]:
    """What takes part in spanning tree: ports in use, and link aggregations for their members."""
    ports = [
        Bridge(port.name, port.edge, port.root_guard)
        for port in device.ports
        if port.mode in (PortMode.ACCESS, PortMode.TRUNK) and port.lag is None
    ]
    return [*ports, *(Bridge(junos_lag(lag), root_guard=lag.root_guard) for lag in device.lags)]


def junos_storms(device: Device) -> list[int]:
    """The limits that ports of this device have, each once."""
    limits = {port.profile.storm_percent for port in junos_edges(device) if port.profile}
    return sorted(limit for limit in limits if limit is not None)


def junos_authenticating(device: Device) -> list[Port]:
    """Ports that ask RADIUS who is there. Without servers or timers no port would ever open.

    Raises RenderError for a tagged port: Junos authenticates on access ports only.
    """
    if device.baseline.radius is None or device.baseline.dot1x is None:
        return []
    ports = [
        port
        for port in junos_edges(device)
        if port.profile and port.profile.authentication is not PortAuthentication.NONE
    ]
    for port in ports:
        if port.mode is PortMode.TRUNK:
            raise RenderError(
                f"{device.name}: {port.name} carries tagged VLANs, and Junos authenticates "
                "on access ports only",
                "set the profile's authentication to none, or choose another model",
            )
    return ports


def junos_voices(device: Device) -> list[Port]:
    """Ports of phones: with a voice VLAN beside another, or in a voice VLAN alone."""
    voice = {vlan.id for vlan in device.vlans if vlan.use is VlanUse.VOICE}
    return [
        port
        for port in junos_access(device)
        if port.profile and (port.profile.voice_vlan or port.profile.vlan in voice)
    ]


def junos_powered(device: Device) -> list[Port]:
    """Ports that feed their device; a port that is not named gives no power.

    Raises RenderError if one of them can't.
    """
    ports = [port for port in junos_edges(device) if port.profile and port.profile.poe]
    for port in ports:
        if not (_POWERED_MODEL.match(device.model) and _CHASSIS_PORT.fullmatch(port.name)):
            raise RenderError(
                f"{device.name}: {port.name} of a {device.model} gives no power, and what is "
                "plugged in needs it",
                "choose a model with PoE in the archetype, or another port",
            )
    return ports


def junos_poe_priority(priority: PoePriority) -> str:
    return _PRIORITY[priority]


def junos_snooped(device: Device) -> list[Vlan]:
    """The VLANs whose hosts lease their addresses: what they claim can be checked."""
    return [vlan for vlan in device.vlans if vlan.dhcp]


def carried(port: Port) -> set[int]:
    """The VLANs of an edge port."""
    profile = port.profile
    if profile is None:
        return set()
    if port.mode is PortMode.TRUNK:
        return set(profile.tagged)
    return {profile.vlan, *([profile.voice_vlan] if profile.voice_vlan else [])}


FILTERS: Mapping[str, Callable[..., Any]] = {
    "junos_vlan": junos_vlan,
    "junos_vlans": junos_vlans,
    "junos_lag": junos_lag,
    "junos_aggregated": junos_aggregated,
    "junos_access": junos_access,
    "junos_edges": junos_edges,
    "junos_bridges": junos_bridges,
    "junos_storms": junos_storms,
    "junos_authenticating": junos_authenticating,
    "junos_voices": junos_voices,
    "junos_powered": junos_powered,
    "junos_poe_priority": junos_poe_priority,
    "junos_snooped": junos_snooped,
}
