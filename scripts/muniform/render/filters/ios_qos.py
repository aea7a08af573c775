"""Filters for quality of service on Cisco IOS-XE switches (modular QoS).

A Catalyst 9000 trusts what is marked unless told otherwise. So an edge port lets through the
markings of the classes that its VLANs may use, and clears every other; each port that is up sends
by class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from muniform.errors import RenderError
from muniform.model import PortProfile, QosClass

BEST_EFFORT = 0
"""The code point of traffic that asks for nothing: what no class claims is sent the same way."""
_LONGEST_NAME = 40
_QUEUES, _PRIORITY_QUEUES = 8, 2
_NAMES = {
    BEST_EFFORT: "default",
    46: "ef",
    **{8 * number: f"cs{number}" for number in range(1, 8)},
    **{8 * row + 2 * drop: f"af{row}{drop}" for row in range(1, 5) for drop in range(1, 4)},
}
"""Code points that IOS prints by name."""


def ios_dscp(code_points: Iterable[int]) -> str:
    """Code points as IOS prints them: by name, two blanks between them."""
    return "  ".join(_NAMES.get(point, str(point)) for point in sorted(code_points))


def ios_class_name(entry: QosClass) -> str:
    return entry.name.upper().replace("_", "-")


def ios_queued(classes: Iterable[QosClass]) -> list[QosClass]:
    """The classes with a queue of their own. Best effort is the queue of everything else."""
    return [entry for entry in classes if entry.dscp and BEST_EFFORT not in entry.dscp]


def ios_shares(classes: Iterable[QosClass]) -> list[tuple[str, str]]:
    """Each queue and its share, best effort last.

    A priority queue is served first, up to its share of the port; the others divide what is left,
    so their shares are parts of that. Raises RenderError for more than the hardware has.
    """
    queued = ios_queued(classes)
    urgent = [entry for entry in queued if entry.priority]
    others = [entry for entry in queued if not entry.priority]
    left = 100 - sum(entry.bandwidth_percent for entry in urgent)
    shares = [max(entry.bandwidth_percent * 100 // max(left, 1), 1) for entry in others]
    rest = 100 - sum(shares)
    if len(urgent) > _PRIORITY_QUEUES or len(queued) >= _QUEUES or left < 1 or rest < 1:
        raise RenderError(
            f"a Catalyst has {_QUEUES} queues per port, {_PRIORITY_QUEUES} of them served first, "
            f"and best effort needs a share",
            "use fewer classes, or smaller shares, in standards/qos.yml",
        )
    return [
        *(
            (ios_class_name(entry), f"priority level {level} percent {entry.bandwidth_percent}")
            for level, entry in enumerate(urgent, start=1)
        ),
        *(
            (ios_class_name(entry), f"bandwidth remaining percent {share}")
            for entry, share in zip(others, shares, strict=True)
        ),
        ("class-default", f"bandwidth remaining percent {rest}"),
    ]


def ios_trusted(classes: Iterable[QosClass], profile: PortProfile) -> list[QosClass]:
    """The classes whose marking a port of this profile may use."""
    carried = {profile.vlan, profile.voice_vlan, *profile.tagged}
    return [entry for entry in ios_queued(classes) if carried & set(entry.vlans)]


def ios_input_policy(classes: Iterable[QosClass], profile: PortProfile) -> str:
    """The name of the policy for what comes in at a port of this profile: what it trusts.

    Raises RenderError if the name gets longer than IOS takes.
    """
    names = [ios_class_name(entry) for entry in ios_trusted(classes, profile)]
    policy = "-".join(["TRUST", *(names or ["NOTHING"])])
    if len(policy) > _LONGEST_NAME:
        raise RenderError(
            f"a QoS policy for {profile.name} would be called {policy}: IOS takes "
            f"{_LONGEST_NAME} characters",
            "give the classes in standards/qos.yml shorter names",
        )
    return policy


def ios_input_policies(
    classes: Iterable[QosClass], profiles: Iterable[PortProfile]
) -> list[tuple[str, list[QosClass]]]:
    """Every policy that edge ports of these profiles need, each once, sorted by name."""
    known = list(classes)
    found = {ios_input_policy(known, profile): ios_trusted(known, profile) for profile in profiles}
    return sorted(found.items())


FILTERS: Mapping[str, Callable[..., Any]] = {
    "ios_dscp": ios_dscp,
    "ios_class_name": ios_class_name,
    "ios_queued": ios_queued,
    "ios_shares": ios_shares,
    "ios_input_policy": ios_input_policy,
    "ios_input_policies": ios_input_policies,
}
