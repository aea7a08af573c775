"""Whether the controller can reach the switch, followed through the configuration.

    controller ─ router ─ wired uplink port ─ VLAN ─ SVI ─ route back ─ account ─ eAPI or SSH
    controller ─ router ─ wired uplink port or VLAN with OSPF ─ loopback ─ account ─ eAPI or SSH

Everything here is a pure function of the configuration and of the wiring.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from muniform.lab.eos import accounts, acl, names
from muniform.lab.eos.interfaces import address, carries, is_routed, vlan_exists
from muniform.lab.eos.tree import Node, in_order
from muniform.lab.simulated.reaching import most_specific, uplink_fault
from muniform.lab.simulated.spec import DeviceSpec, Wiring


def management_path(config: Node, wiring: Wiring, spec: DeviceSpec) -> str | None:
    """Why no session can reach the device, or None. One service that is left is enough."""
    interface = _management_interface(config, spec.declared)
    if interface is None:
        return f"no interface carries {spec.declared}"
    fault = _way_fault(config, wiring, interface) or accounts.fault(config)
    if fault is not None:
        return fault
    services = [api_fault(config, wiring.controller), ssh_fault(config, wiring.controller)]
    return "; ".join(each for each in services if each) if all(services) else None


def api_fault(config: Node, source: IPv4Address) -> str | None:
    """Why eAPI does not answer ``source``, or None."""
    api = config.find("management", "api", "http-commands")
    if api is None or not api.has("no", "shutdown"):
        return "eAPI is shut down"
    if api.has("no", "protocol", "https"):
        return "eAPI does not speak HTTPS"
    # Without a section of its own the default VRF follows the whole service.
    vrf = api.find("vrf", "default")
    if vrf is None:
        return None if not api.starting("vrf") else "eAPI is not served in the default VRF"
    if not vrf.has("no", "shutdown"):
        return "eAPI is shut down in the default VRF"
    return _list_fault(config, vrf.value("ip", "access-group"), source, "eAPI")


def ssh_fault(config: Node, source: IPv4Address) -> str | None:
    """Why SSH does not answer ``source``, or None."""
    section = config.find("management", "ssh")
    if section is None:
        return None
    if section.has("shutdown"):
        return "SSH is shut down"
    return _list_fault(config, section.value("ip", "access-group"), source, "SSH")


def _list_fault(
    config: Node, group: tuple[str, ...] | None, source: IPv4Address, service: str
) -> str | None:
    if group is None or permits(config, group[0], source):
        return None
    return f"{service}: access list {group[0]} does not permit {source}"


def permits(config: Node, name: str, source: IPv4Address) -> bool:
    """What a list says of a source address. One that does not exist permits everything."""
    found = config.find("ip", "access-list", "standard", name)
    found = found or config.find("ip", "access-list", name)
    if found is None:
        return True
    entries = [node.words for node in in_order(found) if node.words[0].isdigit()]
    return acl.permits(entries, source)


def _management_interface(config: Node, declared: IPv4Address) -> Node | None:
    for section in config.starting("interface"):
        own = address(section)
        is_internal = names.kind(section.words[1]) in ("Vlan", "Loopback")
        if own is not None and own.ip == declared and is_internal:
            return section
    return None


def _way_fault(config: Node, wiring: Wiring, interface: Node) -> str | None:
    if interface.has("shutdown"):
        return f"{interface.words[1]} is shut down"
    if names.kind(interface.words[1]) == "Loopback":
        return _loopback_fault(config, wiring, interface)
    vlan = int(interface.words[1].removeprefix("Vlan"))
    if not vlan_exists(config, vlan):
        return f"VLAN {vlan} is not declared or suspended"
    return (
        uplink_fault(wiring, lambda name: _port_fault(config, name, vlan))
        or _route_fault(config, wiring, interface)
        or _filter_fault(config, wiring, interface)
    )


def _filter_fault(config: Node, wiring: Wiring, interface: Node) -> str | None:
    groups = [node for node in interface.starting("ip", "access-group") if node.words[-1] == "in"]
    if not groups or permits(config, groups[0].words[2], wiring.controller):
        return None
    return f"access list {groups[0].words[2]} does not permit {wiring.controller}"


def _loopback_fault(config: Node, wiring: Wiring, loopback: Node) -> str | None:
    """A loopback is reached where a neighbour is told of it, and tells the way back."""
    if not config.has("ip", "routing"):
        return "the switch does not route"
    if loopback.value("ip", "ospf", "area") is None or not config.starting("router", "ospf"):
        return f"OSPF does not announce {loopback.words[1]}"
    return uplink_fault(wiring, lambda name: _adjacency_fault(config, name))


def _adjacency_fault(config: Node, name: str) -> str | None:
    """Why no OSPF neighbour can be met over a wired port, or None."""
    port = config.find("interface", name)
    if port is None or port.has("shutdown"):
        return f"{names.short(name)} is shut down"
    if port.value("channel-group") is None and is_routed(port):
        return None if _speaks(config, port) else f"{names.short(name)} has no OSPF neighbour"
    for section in config.starting("interface"):
        vlan = section.words[1].removeprefix("Vlan")
        if not vlan.isdigit() or section.has("shutdown") or not _speaks(config, section):
            continue
        if vlan_exists(config, int(vlan)) and _port_fault(config, name, int(vlan)) is None:
            return None
    return f"{names.short(name)} carries no VLAN with OSPF"


def _speaks(config: Node, section: Node) -> bool:
    """Whether OSPF looks for neighbours on an interface."""
    process = next(iter(config.starting("router", "ospf")), None)
    is_inside = address(section) is not None and section.value("ip", "ospf", "area") is not None
    if process is None or not is_inside:
        return False
    name = section.words[1]
    if process.has("passive-interface", "default"):
        return process.has("no", "passive-interface", name)
    return not process.has("passive-interface", name)


def _port_fault(config: Node, name: str, vlan: int) -> str | None:
    """Why a wired port does not carry a VLAN, or None."""
    port = config.find("interface", name)
    if port is None or port.has("shutdown"):
        return f"{names.short(name)} is shut down"
    group = port.value("channel-group")
    if group is None:
        return None if carries(port, vlan) else f"{names.short(name)} does not carry VLAN {vlan}"
    bundle = config.find("interface", f"Port-Channel{group[0]}")
    if bundle is None or bundle.has("shutdown"):
        return f"Po{group[0]} is shut down"
    return None if carries(bundle, vlan) else f"Po{group[0]} does not carry VLAN {vlan}"


def _route_fault(config: Node, wiring: Wiring, svi: Node) -> str | None:
    own = address(svi)
    if own is not None and wiring.controller in own.network:
        return None
    if next_hop(config, wiring.controller) == wiring.gateway and wiring.gateway is not None:
        return None
    return f"no route to {wiring.controller} through {wiring.gateway}"


def next_hop(config: Node, target: IPv4Address) -> IPv4Address | None:
    """The most specific static route wins. It serves the switch itself without ``ip routing``."""
    routes = (route.words[2:4] for route in config.starting("ip", "route"))
    return most_specific(
        ((IPv4Network(net), IPv4Address(hop)) for net, hop in routes if hop.count(".") == 3), target
    )
