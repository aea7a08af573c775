"""Whether the controller can reach the switch: the one way in, followed through the configuration.

    controller ─ router ─ wired uplink port ─ VLAN ─ SVI ─ route back ─ vty line ─ account
    controller ─ router ─ wired uplink port or VLAN with OSPF ─ loopback ─ vty line ─ account

Everything here is a pure function of the configuration and of the wiring.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from muniform.lab.ios import aaa, accounts, names, ospf, ports
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.language.vlans import vlan_set
from muniform.lab.simulated.reaching import masked_routes, most_specific, uplink_fault
from muniform.lab.simulated.spec import DeviceSpec, Wiring


def management_path(config: Node, wiring: Wiring, spec: DeviceSpec) -> str | None:
    """Why management is cut, or None if it isn't."""
    interface = _management_interface(config, spec.declared)
    if interface is None:
        return f"no interface carries {spec.declared}"
    return (
        _way_fault(config, wiring, interface)
        or _line_fault(config, wiring.controller)
        or accounts.fault(config)
    )


def _way_fault(config: Node, wiring: Wiring, interface: Node) -> str | None:
    if interface.words[1].startswith("Loopback"):
        return _loopback_fault(config, wiring, interface)
    return _svi_fault(config, wiring, interface) or _route_fault(config, wiring, interface)


def _management_interface(config: Node, declared: IPv4Address) -> Node | None:
    for section in config.starting("interface"):
        address = ports.address(section)
        kind = section.words[1].rstrip("0123456789")
        if address is not None and address.ip == declared and kind in ("Vlan", "Loopback"):
            return section
    return None


def _loopback_fault(config: Node, wiring: Wiring, loopback: Node) -> str | None:
    """A loopback is reached where a neighbour is told of it, and tells the way back."""
    if loopback.has("shutdown"):
        return f"{loopback.words[1]} is shut down"
    if not config.has("ip", "routing"):
        return "the switch does not route"
    if not ospf.covers(config, loopback):
        return f"OSPF does not announce {loopback.words[1]}"
    return uplink_fault(wiring, lambda name: _adjacency_fault(config, name))


def _adjacency_fault(config: Node, name: str) -> str | None:
    """Why no OSPF neighbour can be met over a wired port, or None."""
    port = config.find("interface", name)
    if port is None or port.has("shutdown"):
        return f"{names.short(name)} is shut down"
    if port.has("no", "switchport"):
        speaks = ports.address(port) is not None and ospf.speaks(config, port)
        return None if speaks else f"{names.short(name)} has no OSPF neighbour"
    for section in config.starting("interface"):
        vlan = section.words[1].removeprefix("Vlan")
        is_up = (
            vlan.isdigit() and not section.has("shutdown") and ports.address(section) is not None
        )
        if is_up and ospf.speaks(config, section) and _port_fault(config, name, int(vlan)) is None:
            return None
    return f"{names.short(name)} carries no VLAN with OSPF"


def _svi_fault(config: Node, wiring: Wiring, svi: Node) -> str | None:
    vlan = int(svi.words[1].removeprefix("Vlan"))
    if svi.has("shutdown"):
        return f"{svi.words[1]} is shut down"
    declared = config.find("vlan", str(vlan))
    if vlan != 1 and (declared is None or declared.has("shutdown")):
        return f"VLAN {vlan} is not declared or shut down"
    return uplink_fault(wiring, lambda name: _port_fault(config, name, vlan))


def _port_fault(config: Node, name: str, vlan: int) -> str | None:
    """Why a wired port does not carry a VLAN, or None."""
    port = config.find("interface", name)
    if port is None or port.has("shutdown"):
        return f"{names.short(name)} is shut down"
    if port.has("no", "switchport"):
        return f"{names.short(name)} is a routed port"
    bundle = port.value("channel-group")
    if bundle is not None:
        return _member_fault(config, port, f"Port-channel{bundle[0]}", vlan)
    return _carrying_fault(port, vlan)


def _member_fault(config: Node, port: Node, name: str, vlan: int) -> str | None:
    """A member carries what its bundle carries, and is suspended where the two differ."""
    bundle = config.find("interface", name)
    if bundle is None or bundle.has("shutdown"):
        return f"{name} is shut down"
    if _switching(bundle) != _switching(port):
        return f"{names.short(port.words[1])} is suspended: it is not set like {name}"
    return _carrying_fault(bundle, vlan)


def _switching(section: Node) -> set[str]:
    """What members of a bundle must have in common with it."""
    lines = {node.line for node in section.starting("switchport")}
    return {line for line in lines if not line.startswith("switchport nonegotiate")}


def _carrying_fault(port: Node, vlan: int) -> str | None:
    name = port.words[1]
    if port.value("switchport", "mode") == ("trunk",):
        allowed = port.value("switchport", "trunk", "allowed", "vlan")
        carried = allowed is None or vlan in (vlan_set(allowed[0]) or set())
        return None if carried else f"VLAN {vlan} is not allowed on {names.short(name)}"
    access = port.value("switchport", "access", "vlan") or ("1",)
    return None if access == (str(vlan),) else f"{names.short(name)} does not carry VLAN {vlan}"


def _route_fault(config: Node, wiring: Wiring, svi: Node) -> str | None:
    own = ports.address(svi)
    if own is not None and wiring.controller in own.network:
        return None
    hop = next_hop(config, wiring.controller)
    if hop is not None and hop == wiring.gateway:
        return None
    return f"no route to {wiring.controller} through {wiring.gateway}"


def next_hop(config: Node, target: IPv4Address) -> IPv4Address | None:
    """The most specific static route wins. A switch that does not route, which is the default,
    has only its default gateway; one that does ignores it."""
    if not config.has("ip", "routing"):
        gateway = config.value("ip", "default-gateway")
        return IPv4Address(gateway[0]) if gateway else None
    lines = (route.words for route in config.starting("ip", "route"))
    return most_specific(masked_routes(lines), target)


def _line_fault(config: Node, source: IPv4Address) -> str | None:
    """A session takes the lowest free line, so the line with number 0 decides."""
    line = next((node for node in config.starting("line", "vty") if node.words[2] == "0"), None)
    if line is None:
        return "there is no vty line 0"
    transport = line.value("transport", "input") or ()
    if not {"ssh", "all"} & {word for part in transport for word in part.split()}:
        return "the vty lines take no SSH"
    if line.value("login") != ("local",) and not aaa.is_on(config):
        return "the vty lines do not log in with local accounts"
    restriction = line.value("access-class")
    if restriction and not permits(config, restriction[0], source):
        return f"access list {restriction[0]} does not permit {source}"
    return None


def permits(config: Node, name: str, source: IPv4Address) -> bool:
    """What a list says of a source address. An undefined or empty list permits everything."""
    acl = config.find("ip", "access-list", "standard", name)
    extended = config.find("ip", "access-list", "extended", name)
    chosen = acl or extended
    entries = [e for e in chosen.children if e.words[1] != "remark"] if chosen else []
    if not entries:
        return True
    skip = 2 if acl else 3
    for entry in sorted(entries, key=lambda e: int(e.words[0])):
        if _covers(tuple(entry.line.split()[skip:]), source):
            return entry.words[1] == "permit"
    return False


def _covers(words: tuple[str, ...], source: IPv4Address) -> bool:
    if words[0] == "any":
        return True
    if words[0] == "host":
        return IPv4Address(words[1]) == source
    wildcard = 0
    if len(words) > 1 and words[1].count(".") == 3:
        wildcard = int(IPv4Address(words[1]))
    return (int(source) ^ int(IPv4Address(words[0]))) & ~wildcard & 0xFFFFFFFF == 0
