"""Filters for quality of service on Junos switches (class of service).

Between switches markings are trusted (a classifier) and kept clean (a rewrite rule). A port of an
end device has a filter instead: the classes that its VLANs may use, everything else best effort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniform.errors import RenderError
from muniform.model import Device, Port, PortMode, QosClass
from muniform.render.filters.junos_ports import carried, junos_edges, junos_lag

BEST_EFFORT = "best-effort"
NETWORK_CONTROL = "network-control"
"""Junos' own class for routing and spanning tree: without a share they would starve."""
_CONTROL_CODES = (48, 56)
_CONTROL_PERCENT = 5
_DEFAULT_CODE = 0
# Junos' own classes hold the first and the last of the eight queues.
_QUEUES = range(1, 7)


@dataclass(frozen=True)
class Queue:
    """A forwarding class as Junos has it: its markings, its queue and its share of a port."""

    name: str
    number: int
    codes: tuple[str, ...]
    percent: int
    priority: bool = False


@dataclass(frozen=True)
class Trust:
    """A class that an edge port may use, and in which of its VLANs."""

    name: str
    dscp: tuple[int, ...]
    vlans: tuple[int, ...]


def junos_class(entry: QosClass) -> str:
    return entry.name.replace("_", "-")


def junos_queues(device: Device) -> list[Queue]:
    """Every forwarding class, by name: the city's, and Junos' own two with what is left.

    Raises RenderError if the classes don't fit into a port's queues.
    """
    named = [entry for entry in device.baseline.qos if _has_queue(entry)]
    left = 100 - _CONTROL_PERCENT - sum(entry.bandwidth_percent for entry in named)
    numbers = [entry.cos for entry in named]
    if left < 1 or len(set(numbers)) < len(numbers) or not set(numbers) <= set(_QUEUES):
        raise RenderError(
            f"{device.name}: the QoS classes do not fit: each needs a priority (cos) of its own "
            f"from 1 to 6, and together at most {99 - _CONTROL_PERCENT} percent",
            "correct the classes in the city's standards",
        )
    claimed = {code for entry in named for code in entry.dscp}
    control = [code for code in _CONTROL_CODES if code not in claimed]
    queues = [
        Queue(BEST_EFFORT, 0, _codes([_DEFAULT_CODE]), left),
        Queue(NETWORK_CONTROL, 7, _codes(control), _CONTROL_PERCENT),
        *(
            Queue(junos_class(e), e.cos, _codes(e.dscp), e.bandwidth_percent, e.priority)
            for e in named
        ),
    ]
    return sorted(queues, key=lambda queue: queue.name)


def junos_queued_ports(device: Device) -> list[tuple[str, bool]]:
    """What sends by class, and whether the markings that come in there are trusted."""
    ports = [
        (port.name, not port.edge)
        for port in device.ports
        if port.mode is not PortMode.UNUSED and port.lag is None
    ]
    return [*ports, *((junos_lag(lag), True) for lag in device.lags)]


def junos_trusts(device: Device, port: Port) -> list[Trust]:
    """The classes whose marking an edge port may use."""
    own = carried(port)
    return [
        Trust(junos_class(entry), tuple(sorted(entry.dscp)), tuple(sorted(own & set(entry.vlans))))
        for entry in device.baseline.qos
        if _has_queue(entry) and own & set(entry.vlans)
    ]


def junos_qos_filter(device: Device, port: Port) -> str:
    """The name of the filter for what comes in at an edge port: what it trusts, and where."""
    names = [
        "-".join([trust.name, *(str(vlan) for vlan in trust.vlans)])
        for trust in junos_trusts(device, port)
    ]
    return "-".join(["QOS-INPUT", *names]).upper()


def junos_qos_filters(device: Device) -> list[tuple[str, list[Trust]]]:
    """Every filter that this device's edge ports need, each once, by name."""
    found = {
        junos_qos_filter(device, port): junos_trusts(device, port) for port in junos_edges(device)
    }
    return sorted(found.items())


def junos_voice_class(device: Device, vlan: int) -> str | None:
    """The class that phones are told to use for speech: the one with priority in their VLAN."""
    names = (junos_class(e) for e in device.baseline.qos if e.priority and vlan in e.vlans)
    return next(names, None)


def _has_queue(entry: QosClass) -> bool:
    return bool(entry.dscp) and _DEFAULT_CODE not in entry.dscp


def _codes(points: Iterable[int]) -> tuple[str, ...]:
    """Code points as six bits, which is how Junos writes those without a name."""
    return tuple(f"{point:06b}" for point in sorted(points))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "junos_queues": junos_queues,
    "junos_queued_ports": junos_queued_ports,
    "junos_trusts": junos_trusts,
    "junos_qos_filter": junos_qos_filter,
    "junos_qos_filters": junos_qos_filters,
    "junos_voice_class": junos_voice_class,
}
