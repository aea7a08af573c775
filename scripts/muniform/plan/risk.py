"""Why somebody should look twice at a change: facts of the model and of the diff. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from muniform.model import City, Device, PortMode
from muniform.plan.plan import Kind, TargetPlan, Verdict

# How platforms begin the lines that let somebody log in, in the words of all of them.
_LOGIN = re.compile(
    r"(no )?(username|user|aaa|line vty|ip ssh|ssh|management (api|ssh)|tacacs|password|login|"
    r"transport input|access-class|netconf)\b"
)
_DEFAULT_ROUTE = re.compile(r"\b0\.0\.0\.0(/0| 0\.0\.0\.0)|default-gateway\b")


def with_risk(city: City, target: TargetPlan) -> TargetPlan:
    """The target's part of a plan with what speaks for care. Hosts have none of it yet."""
    if target.kind is not Kind.DEVICE or target.verdict is not Verdict.CHANGE:
        return target
    device = city.device(target.name)
    return replace(target, risk=(*_standing(city, device), *_touches(device, target.diff)))


def _standing(city: City, device: Device) -> Iterator[str]:
    """What is so whatever changes on it."""
    change_class = city.change_class(device.change_class)
    if change_class.public_safety:
        yield "public safety depends on it"
    if not change_class.automatic:
        yield "never changed unless it is named"


def _touches(device: Device, diff: tuple[str, ...]) -> Iterator[str]:
    """What of the diff can cut the device off: each reason once, with its first line."""
    words = [line[1:].strip() for line in diff]
    words = [line for line in words if not line.startswith("[order] ")]
    links = {p.name for p in device.ports if p.mode is not PortMode.UNUSED and p.profile is None}
    for what, found in (
        ("how it is logged into", [w for w in words if _LOGIN.match(w)]),
        ("its way back", [w for w in words if _DEFAULT_ROUTE.search(w)]),
        ("its management address", [w for w in words if _manages(device, w)]),
        ("a link to another device", [w for w in words if links & set(w.split())]),
    ):
        if found:
            yield f"touches {what}: {found[0]}"


# Lines that name the management interface as the source of what the device sends.
_SOURCE = re.compile(r"\bsource(-interface|-address)?\b")


def _manages(device: Device, line: str) -> bool:
    management = device.management
    if _SOURCE.search(line):
        return False
    names = [str(management.address.ip)]
    if management.vlan is not None:
        names += [f"{begin}{management.vlan}" for begin in ("Vlan", "irb.", "vlan ", "vlan-id ")]
    return any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", line) for name in names)
