"""Filters for ArubaOS-Switch templates (release 16.10 and later).

On this platform a VLAN lists its ports, and a setting of many ports is printed with a list of
them: what the model says per port is gathered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from muniform.model import (
    Device,
    Port,
    PortAuthentication,
    PortMode,
    QosClass,
    SecretRef,
    Vlan,
    VlanUse,
)

_QUEUES = (1, 2, 0, 3, 4, 5, 6, 7)
"""The 802.1p priority that each of the eight output queues serves, lowest queue first."""
_MOST_CLIENTS = 32
"""Clients that the switch can authenticate on one port."""


@dataclass(frozen=True)
class Members:
    """A VLAN's ports. An empty text means that there are none."""

    untagged: str
    tagged: str


def aoss_list(names: Iterable[str]) -> str:
    """Port names as the switch lists them: ``1-8,12,Trk1``, and ``1/1-1/8`` in a stack."""
    return ",".join(_ranges(names))


def aoss_ids(numbers: Iterable[int]) -> str:
    """VLAN ids as the switch lists them, with spaces between: ``20 30-32``."""
    return " ".join(_ranges(str(number) for number in numbers))


def aoss_members(device: Device, vlan: Vlan) -> Members:
    """The ports of a VLAN: untagged on access and parked ports, and where it is the native one."""
    untagged = [p.name for p in device.ports if p.lag is None and _untagged(p, vlan)]
    tagged = [p.name for p in device.ports if p.lag is None and vlan.id in aoss_tagged(p)]
    for lag in device.lags:
        if vlan.use is VlanUse.NATIVE:
            untagged.append(aoss_lag(lag.number))
        if vlan.id in lag.vlans:
            tagged.append(aoss_lag(lag.number))
    return Members(aoss_list(untagged), aoss_list(tagged))


def aoss_uplink_members(device: Device, vlan: Vlan) -> Members:
    """As ``aoss_members``, of the links to other devices alone: what a first boot needs."""
    links = tuple(port for port in device.ports if port.mode is PortMode.TRUNK and not port.edge)
    return aoss_members(replace(device, ports=links), vlan)


def aoss_all(device: Device) -> str:
    """Every port and link aggregation: what has left the default VLAN."""
    return aoss_list(_carriers(port) for port in device.ports)


def aoss_tagged(port: Port) -> tuple[int, ...]:
    """The tagged VLANs of a port: a trunk's, an access point's, the voice VLAN of a desk."""
    if port.mode is PortMode.TRUNK:
        return port.profile.tagged if port.profile is not None else port.vlans
    if port.profile is not None and port.profile.voice_vlan is not None:
        return (port.profile.voice_vlan,)
    return ()


def aoss_lag(number: int) -> str:
    """A link aggregation as other sections name it; its own line says ``trk1``."""
    return f"Trk{number}"


def aoss_links(device: Device) -> list[str]:
    """What leads to other switches and routers, aggregations first by their number."""
    names = {_carriers(p) for p in device.ports if p.mode is PortMode.TRUNK and not p.edge}
    return sorted(names, key=lambda name: _reading_order(_split(name)))


def aoss_rooted(device: Device) -> set[str]:
    """The links behind which no better root bridge may appear."""
    single = {port.name for port in device.ports if port.root_guard and port.lag is None}
    return single | {aoss_lag(lag.number) for lag in device.lags if lag.root_guard}


def aoss_edge(device: Device) -> list[Port]:
    """The ports that end devices are plugged into."""
    return [port for port in device.ports if port.edge]


def aoss_dot1x(device: Device) -> list[Port]:
    """Ports on which devices may prove themselves with 802.1X."""
    return [
        p
        for p in aoss_edge(device)
        if p.profile is not None and p.profile.authentication is PortAuthentication.DOT1X
    ]


def aoss_mab(device: Device) -> list[Port]:
    """Ports on which a MAC address is enough: as the fallback of 802.1X, or alone."""
    return [
        p
        for p in aoss_edge(device)
        if p.profile is not None and p.profile.authentication is not PortAuthentication.NONE
    ]


def aoss_limited(device: Device) -> list[Port]:
    """Ports with port security. Authentication excludes it, and counts the devices itself."""
    return [
        p
        for p in aoss_edge(device)
        if p.profile is not None
        and p.profile.max_addresses is not None
        and p.profile.authentication is PortAuthentication.NONE
    ]


def aoss_clients(port: Port) -> int:
    """How many devices may authenticate on a port."""
    limit = port.profile.max_addresses if port.profile is not None else None
    return _MOST_CLIENTS if limit is None else min(limit, _MOST_CLIENTS)


def aoss_guarded(device: Device) -> list[Port]:
    """Ports whose devices all get their address from DHCP, so that a source can be checked."""
    leased = {vlan.id for vlan in device.vlans if vlan.dhcp}
    return [
        p
        for p in aoss_edge(device)
        if p.mode is PortMode.ACCESS
        and p.profile is not None
        and {p.profile.vlan, *aoss_tagged(p)} <= leased
    ]


def aoss_untrusted(device: Device) -> set[int]:
    """VLANs whose marking counts nothing: no class of traffic names them."""
    named = {vlan for each in device.baseline.qos for vlan in each.vlans}
    return {v.id for v in device.vlans if v.use is VlanUse.TRAFFIC} - named if named else set()


def aoss_bandwidth(classes: Iterable[QosClass]) -> str:
    """The guaranteed share of each output queue, in percent, lowest queue first."""
    shares = dict.fromkeys(_QUEUES, 0)
    for each in classes:
        shares[each.cos] += each.bandwidth_percent
    return " ".join(str(shares[priority]) for priority in _QUEUES)


def aoss_engine_id(engine_id: str) -> str:
    """An SNMP engine's id with a colon between its bytes."""
    return ":".join(engine_id[at : at + 2] for at in range(0, len(engine_id), 2))


def aoss_manager(network: IPv4Network) -> str:
    """A network of ``ip authorized-managers``."""
    return f"{network.network_address} {network.netmask}"


def aoss_address(address: IPv4Address) -> str:
    """A name for a server that has none but its address; names hold no dot."""
    return str(address).replace(".", "-")


def aoss_quoted(text: str) -> str:
    """A text in quotation marks; a line break within it is printed as ``\\n``."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def aoss_secret(ref: SecretRef, form: str, salt: str = "") -> str:
    """The reference to a secret in a form that the switch stores."""
    return str(SecretRef(ref.name, form, salt))


def _ranges(names: Iterable[str]) -> list[str]:
    """Two or more in a row make a range. Aggregations are listed one by one."""
    runs: list[list[tuple[str, int]]] = []
    for prefix, number in sorted({_split(name) for name in names}, key=_reading_order):
        if runs and runs[-1][-1] == (prefix, number - 1) and prefix != "Trk":
            runs[-1].append((prefix, number))
        else:
            runs.append([(prefix, number)])
    ends = [[f"{prefix}{number}" for prefix, number in (run[0], run[-1])] for run in runs]
    return [first if first == last else f"{first}-{last}" for first, last in ends]


def _untagged(port: Port, vlan: Vlan) -> bool:
    if port.mode is PortMode.TRUNK:
        return vlan.use is VlanUse.NATIVE
    if port.mode is PortMode.UNUSED or port.profile is None:
        return vlan.use is VlanUse.PARKED
    return port.profile.vlan == vlan.id


def _carriers(port: Port) -> str:
    return port.name if port.lag is None else aoss_lag(port.lag)


def _split(name: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?)(\d+)", name)
    return (found[1], int(found[2])) if found else (name, 0)


def _reading_order(name: tuple[str, int]) -> tuple[bool, str, int]:
    return (name[0] == "Trk", *name)


FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        aoss_list, aoss_ids, aoss_members, aoss_uplink_members, aoss_all, aoss_lag, aoss_links,
        aoss_rooted, aoss_edge, aoss_dot1x, aoss_mab, aoss_limited, aoss_clients, aoss_guarded,
        aoss_untrusted, aoss_bandwidth, aoss_engine_id, aoss_manager, aoss_address, aoss_quoted,
        aoss_secret,
    )
}  # fmt: skip
