"""Whether the controller can reach the device: the one way in, followed through the configuration.

    controller - router - wired port - VLAN - irb - route back - filters - service - account
    controller - router - wired port with OSPF - loopback - filters - service - account

A firewall also wants each of these interfaces in a zone that lets SSH or NETCONF in. Everything
here is a pure function of the configuration and of the wiring.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from muniform.lab.junos import filters, interfaces
from muniform.lab.junos.tree import Node
from muniform.lab.simulated.reaching import most_specific, uplink_fault
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring

NETCONF = 830
_SERVICES = {
    SSH: (("ssh",), "SSH", "ssh"),
    NETCONF: (("netconf", "ssh"), "NETCONF over SSH", "netconf"),
}
"""By a service's port: where it stands in the configuration, its name, its name in a zone."""


def management_path(config: Node, wiring: Wiring, spec: DeviceSpec) -> str | None:
    """Why no session can reach the device, or None. One service that is left is enough."""
    found = _management_interface(config, spec.declared)
    if found is None:
        return f"no interface carries {spec.declared}"
    name, unit = found
    fault = _way_fault(config, wiring, name, unit) or _account_fault(config)
    if fault is not None:
        return fault
    closed = closed_services(config, wiring, spec)
    return "; ".join(dict.fromkeys(closed.values())) if len(closed) == len(_SERVICES) else None


def closed_services(config: Node, wiring: Wiring, spec: DeviceSpec) -> dict[int, str]:
    """The ports that do not answer the controller, and why."""
    found = _management_interface(config, spec.declared)
    if found is None:
        return {}
    return {
        port: fault
        for port in _SERVICES
        if (
            fault := _service_fault(config, port)
            or _filter_fault(config, wiring, spec, found[0], port)
        )
    }


def _management_interface(config: Node, declared: IPv4Address) -> tuple[str, Node] | None:
    for name, unit in interfaces.logical(config):
        if any(address.ip == declared for address in interfaces.addresses(unit)):
            return name, unit
    return None


def _way_fault(config: Node, wiring: Wiring, name: str, unit: Node) -> str | None:
    if unit.has("disable") or not interfaces.is_enabled(config, name.partition(".")[0]):
        return f"{name} is disabled"
    if name.startswith("lo0"):
        return _loopback_fault(config, wiring, name)
    return _irb_fault(config, wiring, name) or _route_fault(config, wiring, unit)


# A loopback, behind OSPF


def _loopback_fault(config: Node, wiring: Wiring, name: str) -> str | None:
    """A loopback is reached where a neighbour is told of it, and tells the way back."""
    if name not in ospf_interfaces(config):
        return f"OSPF does not announce {name}"
    return uplink_fault(wiring, lambda port: _adjacency_fault(config, port))


def _adjacency_fault(config: Node, port: str) -> str | None:
    """Why no OSPF neighbour can be met over a wired port, or None."""
    if not interfaces.is_enabled(config, port):
        return f"{port} is disabled"
    speaking = [name for name, passive in ospf_interfaces(config).items() if not passive]
    for name in speaking:
        unit = interfaces.unit(config, name)
        if unit is None or unit.has("disable") or not any(interfaces.addresses(unit)):
            continue
        if name.partition(".")[0] == port:
            return _zone_fault(config, name, "ospf")
        vlan = _irb_vlan(config, name)
        if vlan is not None and port_fault(config, port, vlan) is None:
            return None
    return f"{port} has no OSPF neighbour"


def ospf_interfaces(config: Node) -> dict[str, bool]:
    """The interfaces in OSPF, and whether each is passive."""
    found: dict[str, bool] = {}
    ospf = config.find("protocols", "ospf")
    for area in ospf.each("area") if ospf else ():
        for interface in area.each("interface"):
            if not interface.has("disable"):
                found[interface.keys[0]] = interface.has("passive")
    return found


# An irb, in a VLAN


def _irb_fault(config: Node, wiring: Wiring, name: str) -> str | None:
    vlan = _irb_vlan(config, name)
    if vlan is None:
        return f"no VLAN has {name} as its interface"
    return uplink_fault(wiring, lambda port: port_fault(config, port, vlan))


def _irb_vlan(config: Node, name: str) -> int | None:
    vlans = config.find("vlans")
    for vlan in vlans.each("vlan") if vlans else ():
        if vlan.value("l3-interface") == name:
            return interfaces.vlan_id(config, vlan.keys[0])
    return None


def port_fault(config: Node, port: str, vlan: int) -> str | None:
    """Why a wired port does not carry a VLAN, or None."""
    if not interfaces.is_enabled(config, port):
        return f"{port} is disabled"
    bundle = interfaces.bundle(config, port)
    carrier = bundle or port
    if bundle is not None and not _has_device(config, bundle):
        return f"the chassis has no aggregated device {bundle}"
    if not interfaces.is_enabled(config, carrier):
        return f"{carrier} is disabled"
    unit = interfaces.unit(config, f"{carrier}.0")
    if unit is None or unit.has("disable"):
        return f"{carrier}.0 is not there or disabled"
    if vlan in interfaces.carried(config, carrier):
        return None
    return f"{carrier} does not carry VLAN {vlan}"


def _has_device(config: Node, bundle: str) -> bool:
    """Aggregated devices are made by their count."""
    count = config.value("chassis", "aggregated-devices", "ethernet", "device-count")
    number = bundle.removeprefix("ae")
    return number.isdigit() and int(number) < int(count or 0)


def _route_fault(config: Node, wiring: Wiring, unit: Node) -> str | None:
    if any(wiring.controller in address.network for address in interfaces.addresses(unit)):
        return None
    if wiring.gateway is not None and wiring.gateway in next_hops(config, wiring.controller):
        return None
    if wiring.gateway is None and any(not silent for silent in ospf_interfaces(config).values()):
        return None
    return f"no route to {wiring.controller} through {wiring.gateway}"


def next_hops(config: Node, target: IPv4Address) -> list[IPv4Address]:
    """Where the most specific static route leads."""
    static = config.find("routing-options", "static")
    listed = static.each("route") if static else ()
    routes = ((IPv4Network(route.keys[0]), _hops(route)) for route in listed)
    return most_specific(routes, target) or []


def _hops(route: Node) -> list[IPv4Address]:
    hops = route.find("next-hop")
    return [IPv4Address(hop) for hop in hops.values if _is_address(hop)] if hops else []


def _is_address(text: str) -> bool:
    return text.replace(".", "").isdigit()


# Services, filters, zones, accounts


def _service_fault(config: Node, port: int) -> str | None:
    path, name, _ = _SERVICES[port]
    services = config.find("system", "services")
    return None if services is not None and services.has(*path) else f"{name} is not a service"


def _filter_fault(
    config: Node, wiring: Wiring, spec: DeviceSpec, name: str, port: int
) -> str | None:
    """What comes for the device itself passes the filters of its own interface and of lo0."""
    packet = filters.Packet(wiring.controller, spec.declared, port)
    for logical in dict.fromkeys((name, "lo0.0")):
        chosen = filters.input_filter(config, logical)
        if chosen and not filters.accepts(config, chosen, packet):
            return f"filter {chosen} on {logical} does not accept port {port}"
    wanted = _SERVICES[port][2]
    if name.startswith("lo0"):
        # Sessions to the loopback arrive on an interface of a zone that lets them in.
        return uplink_fault(wiring, lambda uplink: _zone_fault(config, f"{uplink}.0", wanted))
    return _zone_fault(config, name, wanted)


def _zone_fault(config: Node, name: str, wanted: str) -> str | None:
    """Why a firewall's zones refuse a service or a protocol on an interface, or None."""
    zones = config.find("security", "zones")
    if zones is None:
        return None
    for zone in zones.each("security-zone"):
        member = zone.find("interfaces", ("", name))
        if member is not None:
            inbound = [member.find("host-inbound-traffic"), zone.find("host-inbound-traffic")]
            chosen = next((each for each in inbound if each is not None), None)
            allowed = _allowed(chosen) if chosen else set()
            fits = wanted in allowed or "all" in allowed or "any-service" in allowed
            return None if fits else f"{name} lets no {wanted} in"
    return f"{name} is in no security zone"


def _allowed(inbound: Node) -> set[str]:
    return {
        entry.keys[0]
        for kind in ("system-services", "protocols")
        if (group := inbound.find(kind)) is not None
        for entry in group.children.values()
        if not entry.is_inactive
    }


def _account_fault(config: Node) -> str | None:
    login = config.find("system", "login")
    if login is None or not any(
        user.has("authentication", "encrypted-password") for user in login.each("user")
    ):
        return "there is no local account with a password"
    return None
