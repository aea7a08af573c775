"""Which ports are in which VLAN and which aggregation, and how the two depend on each other."""

from __future__ import annotations

from muniform.lab.procurve.edits import Edit
from muniform.lab.procurve.matching import Refused
from muniform.lab.procurve.state import DEFAULT_VLAN, Trunk

_MOST_MEMBERS = 8
_WAYS = ("authenticator", "mac-based")


def trunk(edit: Edit) -> None:
    """Ports leave all VLANs when they join; the aggregation starts in the default one."""
    state, ports = edit.state, edit.match.elements
    if edit.negative:
        for port in ports:
            _leave(edit, port)
        return
    name, kind = edit.words[2], edit.words[3]
    if any(port.startswith("Trk") for port in ports):
        raise Refused("An aggregation cannot be a member of another.")
    for port in ports:
        if any(state.root.value("aaa", "port-access", way, port) is not None for way in _WAYS):
            raise Refused(f"Port {port} authenticates: it cannot be in a trunk.")
    members = state.trunks[name].members if name in state.trunks else set()
    if len(members | set(ports)) > _MOST_MEMBERS:
        raise Refused(f"{name} cannot have more than {_MOST_MEMBERS} ports.")
    for port in set(ports) - members:
        _leave(edit, port)
        state.expel(port)
    if name not in state.trunks:
        state.trunks[name] = Trunk(kind)
        state.hardware.trunks.add(name)
        state.vlans[DEFAULT_VLAN].untagged.add(name)
    state.trunks[name].kind = kind
    state.trunks[name].members |= set(ports)


def _leave(edit: Edit, port: str) -> None:
    state = edit.state
    name = state.trunk_of(port)
    if name is None:
        return
    state.trunks[name].members.discard(port)
    state.settle(port)
    if not state.trunks[name].members:
        del state.trunks[name]
        state.hardware.trunks.discard(name)
        state.expel(name)
        state.interfaces.pop(name, None)
        state.root.drop_element(name)


def membership(edit: Edit) -> None:
    for port in edit.match.elements:
        _member(edit, port, int(edit.name), edit.words[0])


def _member(edit: Edit, port: str, vlan: int, how: str) -> None:
    state = edit.state
    if state.trunk_of(port) is not None:
        raise Refused(f"Port {port} is in a trunk and cannot be in a VLAN.")
    if not edit.negative:
        (state.join_untagged if how == "untagged" else state.join_tagged)(port, vlan)
        return
    ports = state.vlans[vlan].untagged if how == "untagged" else state.vlans[vlan].tagged
    if vlan == DEFAULT_VLAN and port in ports and not _is_elsewhere(edit, port):
        raise Refused(f"Port {port} must be a member of at least one VLAN.")
    ports.discard(port)
    state.settle(port)


def _is_elsewhere(edit: Edit, port: str) -> bool:
    others = (vlan for number, vlan in edit.state.vlans.items() if number != DEFAULT_VLAN)
    return any(port in vlan.untagged | vlan.tagged for vlan in others)


def port_vlan(edit: Edit) -> None:
    """The same memberships that a VLAN's section lists, from the port's side."""
    numbers = edit.match.elements or edit.words[2:]
    for number in numbers:
        _member(edit, edit.name, edit.declared(number), edit.words[0])
