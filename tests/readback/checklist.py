"""What the city's standards ask of every device, as statements that its configuration must hold.

An auditor's list, written from the controls and the vendors' command references, filled in from
the model: for the global settings that no parser of others reads. A statement stands below those
it belongs to, joined by `` / `` (see ``references.paths``); Junos's are written as ``set`` lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from muniform.model import Device
from readback.checklist_aruba import procurve
from readback.checklist_eos import eos
from readback.checklist_ios import ios
from readback.checklist_junos import junos
from readback.checklist_ports import origins, unused, uplinks
from readback.checklist_qos import marks
from readback.junos_tree import set_lines
from readback.references import paths


def missing(device: Device, text: str) -> list[str]:
    """The statements that a device's configuration lacks."""
    if device.platform not in LISTS:
        return []
    held = set(set_lines(text) if device.platform == "junos" else paths(text))
    parts = (LISTS[device.platform], marks, uplinks, origins, unused)
    wanted = [line for part in parts for line in part(device)]
    return [f"missing: {line}" for line in wanted if line not in held]


def frr(device: Device) -> Iterator[str]:
    """The rest of a router's settings belongs to the roles of its host."""
    yield "frr version 8.4.4"
    yield from ("frr defaults traditional", "service integrated-vtysh-config")
    yield "log syslog informational"
    if device.routing:
        yield "router ospf / passive-interface default"
        for entry in device.interfaces:
            if entry.ospf_active and device.routing.key:
                yield f"interface {entry.name} / ip ospf authentication message-digest"
        if device.routing.default_route:
            yield "router ospf / default-information originate"


LISTS: Mapping[str, Callable[[Device], Iterator[str]]] = {
    "ios": ios,
    "eos": eos,
    "procurve": procurve,
    "junos": junos,
    "frr": frr,
}
