"""Whether the controller can reach the switch: the one way in, followed through the configuration.

    controller - router - wired uplink port or aggregation - VLAN with the address - gateway back
    - SSH - list of managers - account

Pure functions of the configuration and of the wiring.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.lab.procurve import accounts
from muniform.lab.procurve.state import Section, State, Vlan
from muniform.lab.simulated.reaching import masked_routes, most_specific, uplink_fault
from muniform.lab.simulated.spec import DeviceSpec, Wiring


def management_path(state: State, wiring: Wiring, spec: DeviceSpec) -> str | None:
    """Why management is cut, or None if it isn't."""
    number = _management_vlan(state, spec.declared)
    if number is None:
        return f"no VLAN carries {spec.declared}"
    return (
        _vlan_fault(state, wiring, number)
        or _route_fault(state, wiring, number)
        or _service_fault(state.root, wiring.controller)
        or accounts.fault(state.root)
    )


def _management_vlan(state: State, declared: IPv4Address) -> int | None:
    for number, vlan in state.vlans.items():
        address = address_of(vlan)
        if address is not None and address.ip == declared:
            return number
    return None


def address_of(vlan: Vlan) -> IPv4Interface | None:
    """A VLAN's address; nothing gives a lease here."""
    value = vlan.section.value("ip", "address") or ()
    return IPv4Interface("/".join(value)) if len(value) == 2 else None


def _vlan_fault(state: State, wiring: Wiring, number: int) -> str | None:
    secure = state.root.value("management-vlan")
    if secure is not None and secure != (str(number),):
        return f"management is restricted to VLAN {secure[0]}"
    return uplink_fault(wiring, lambda port: _port_fault(state, port, number))


def _port_fault(state: State, port: str, number: int) -> str | None:
    """Why a wired port does not carry a VLAN with its tag, or None."""
    carrier = state.trunk_of(port) or port
    for name in (port, carrier):
        if state.interface(name).has("disable"):
            return f"port {name} is disabled"
    if _awaits_authentication(state.root, port):
        return f"port {port} waits for 802.1X"
    if carrier not in state.vlans[number].tagged:
        return f"port {carrier} does not carry VLAN {number} with its tag"
    return None


def _awaits_authentication(root: Section, port: str) -> bool:
    active = root.has("aaa", "port-access", "authenticator", "active")
    return active and root.value("aaa", "port-access", "authenticator", port) is not None


def _route_fault(state: State, wiring: Wiring, number: int) -> str | None:
    own = address_of(state.vlans[number])
    if own is not None and wiring.controller in own.network:
        return None
    hop = next_hop(state.root, wiring.controller)
    if hop is None or hop != wiring.gateway or own is None or hop not in own.network:
        return f"no route to {wiring.controller} through {wiring.gateway}"
    return None


def next_hop(root: Section, target: IPv4Address) -> IPv4Address | None:
    """A switch that routes goes by its routes, any other has only its default gateway."""
    if not root.has("ip", "routing"):
        gateway = root.value("ip", "default-gateway")
        return IPv4Address(gateway[0]) if gateway else None
    lines = (setting.words for setting in root.starting("ip", "route"))
    return most_specific(masked_routes(lines), target)


def _service_fault(root: Section, controller: IPv4Address) -> str | None:
    if root.is_off("ip", "ssh"):
        return "SSH is off"
    if root.value("ip", "ssh", "port") is not None:
        return "SSH listens on another port"
    managers = root.starting("ip", "authorized-managers")
    if managers and not any(_admits(each.words, controller) for each in managers):
        return f"no list of managers permits {controller}"
    return None


def _admits(words: tuple[str, ...], controller: IPv4Address) -> bool:
    network = IPv4Network("/".join(words[2:4]), strict=False)
    by_ssh = "access-method" not in words or words[-1] == "ssh"
    return by_ssh and words[5] == "manager" and controller in network
