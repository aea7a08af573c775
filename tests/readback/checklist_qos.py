"""The part of the checklist about classes of traffic."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device, DeviceRole, QosClass

DSCP = {0: "default", 8: "cs1", 24: "cs3", 26: "af31", 34: "af41", 46: "ef"}
"""Code points that IOS prints by name (RFC 2474, 2597 and 3246)."""


def marks(device: Device) -> Iterator[str]:
    """How each class of traffic that is not best effort is recognised."""
    for entry in device.baseline.qos:
        if device.platform == "eos":
            yield from _eos_class(entry)
        if entry.dscp == (0,):
            continue
        if device.platform == "ios":
            names = " ".join(DSCP.get(code, str(code)) for code in entry.dscp)
            name = entry.name.upper().replace("_", "-")
            yield f"class-map match-any {name} / match dscp {names}"
            if entry.priority:
                share = f"priority level 1 percent {entry.bandwidth_percent}"
                yield f"policy-map QOS-OUTPUT / class {name} / {share}"
        for code in entry.dscp:
            if device.platform == "procurve":
                yield f"qos dscp-map {code:06b} priority {entry.cos}"
            if device.platform == "junos" and device.role is not DeviceRole.FIREWALL:
                yield _junos_code(entry, code)


def _eos_class(entry: QosClass) -> Iterator[str]:
    """EOS prints no map that is its own default; there 0 and 1 change places."""
    own = {0: 1, 1: 0}.get(entry.cos, entry.cos)
    queue = f"qos profile MUNIFORM / uc-tx-queue {own}"
    if entry.cos > 1 and entry.dscp[0] != entry.cos * 8:
        yield f"qos map traffic-class {entry.cos} to dscp {entry.dscp[0]}"
    if entry.priority:
        yield f"{queue} / shape rate {entry.bandwidth_percent} percent"
    else:
        yield f"{queue} / bandwidth percent {entry.bandwidth_percent}"
        yield f"{queue} / no priority"


def _junos_code(entry: QosClass, code: int) -> str:
    return (
        f"set class-of-service classifiers dscp BY-CLASS forwarding-class {entry.name} "
        f"loss-priority low code-points {code:06b}"
    )
