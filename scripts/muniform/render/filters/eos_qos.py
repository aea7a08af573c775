"""Classes of traffic in EOS terms: traffic classes, transmit queues, and whose marking counts.

EOS trusts the marking of a port, not of a VLAN on it. So a port's profile decides: a phone's own
port is trusted by DSCP; on a phone's port with a computer behind it the tag tells them apart, and
that is the default (a switched port trusts the tag, and what has none is best effort); whatever
comes from any other end device is put into its VLAN's class, or into best effort.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muniform.model import PortProfile, QosClass

_DSCP_PER_CLASS = 8


@dataclass(frozen=True)
class Queue:
    """A transmit queue. EOS serves the traffic class of the same number there."""

    number: int
    percent: int
    priority: bool


def queues(classes: Iterable[QosClass]) -> list[Queue]:
    """The queues in ascending order; classes that share one add up their shares."""
    found: dict[int, Queue] = {}
    for entry in classes:
        number = _traffic_class(entry.cos)
        known = found.get(number, Queue(number, 0, entry.priority))
        found[number] = Queue(
            number, known.percent + entry.bandwidth_percent, known.priority or entry.priority
        )
    return [found[number] for number in sorted(found)]


def dscp_maps(classes: Iterable[QosClass]) -> list[tuple[int, int]]:
    """DSCP and traffic class, where EOS would pick another one by itself."""
    wanted: dict[int, int] = {}
    for entry in classes:
        for dscp in entry.dscp:
            wanted.setdefault(dscp, _traffic_class(entry.cos))
    return [(dscp, wanted[dscp]) for dscp in sorted(wanted) if wanted[dscp] != _class_of(dscp)]


def class_maps(classes: Iterable[QosClass]) -> list[tuple[int, int]]:
    """Traffic class and the DSCP it is sent with, where EOS would write another one."""
    wanted: dict[int, int] = {}
    for entry in classes:
        if entry.dscp:
            wanted.setdefault(_traffic_class(entry.cos), entry.dscp[0])
    return [
        (number, wanted[number]) for number in sorted(wanted) if wanted[number] != _dscp_of(number)
    ]


def trust(profile: PortProfile, classes: Sequence[QosClass]) -> list[str]:
    """The lines that say whether an end device's marking counts. No classes, no lines."""
    if not classes or profile.voice_vlan is not None:
        return []
    if profile.tagged:
        return ["no qos trust"]
    own = [entry for entry in classes if profile.vlan in entry.vlans]
    if any(entry.priority for entry in own):
        return ["qos trust dscp"]
    cos = own[0].cos if own else 0
    return ["no qos trust", *([f"qos cos {cos}"] if cos else [])]


def _traffic_class(cos: int) -> int:
    """EOS's own map: 0 and 1 change places, so that unmarked traffic beats the background."""
    return {0: 1, 1: 0}.get(cos, cos)


def _class_of(dscp: int) -> int:
    """Where EOS puts a DSCP by itself."""
    return _traffic_class(dscp // _DSCP_PER_CLASS)


def _dscp_of(traffic_class: int) -> int:
    """What EOS writes for a traffic class by itself."""
    return _traffic_class(traffic_class) * _DSCP_PER_CLASS
