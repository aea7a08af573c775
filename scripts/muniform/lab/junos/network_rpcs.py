"""The RPCs that tell of the network: interfaces, neighbours, VLANs, ARP, routes, and ping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface
from xml.etree.ElementTree import Element, SubElement

from muniform.lab.junos import interfaces
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.interface_state import Port, ports
from muniform.lab.junos.reading_rpcs import child, child_text
from muniform.lab.junos.replies import RpcError, made
from muniform.lab.junos.routes import reaches, routes
from muniform.lab.junos.tree import Node
from muniform.lab.junos.xml_tree import local
from muniform.lab.simulated.fabric import Announcement

# Interfaces


def _interface_information(device: JunosDevice, rpc: Element) -> Element:
    wanted = child_text(rpc, "interface-name")
    found = Element("interface-information", {"junos:style": "normal"})
    chosen = [port for port in ports(device) if wanted in (None, "", port.name)]
    if wanted and not chosen and "." in wanted:
        chosen = [port for port in ports(device) if port.name == wanted.partition(".")[0]]
    if wanted and not chosen and not wanted.startswith("["):
        raise RpcError(f"device {wanted} not found")
    for port in chosen or ports(device):
        found.append(_physical(device, port, child(rpc, "terse") is not None))
    return found


def _physical(device: JunosDevice, port: Port, is_terse: bool) -> Element:
    element = made("physical-interface", {"name": port.name})
    element.append(
        made(
            "admin-status",
            "up" if port.is_enabled else "down",
            junos__format="Enabled" if port.is_enabled else "Disabled",
        )
    )
    for tag, value in (
        ("oper-status", "up" if port.is_up else "down"),
        ("description", port.description),
        ("if-type", port.kind),
        ("mtu", str(port.mtu)),
        ("speed", port.speed),
        ("current-physical-address", port.mac),
        ("hardware-physical-address", port.mac),
    ):
        if value:
            element.append(made(tag, value))
    element.append(made("interface-flapped", "Never", junos__seconds=str(device.uptime())))
    for name, unit in interfaces.logical(device.config):
        if name.partition(".")[0] == port.name:
            element.append(_logical(name, unit, is_terse))
    return element


def _logical(name: str, unit: Node, is_terse: bool) -> Element:
    element = made("logical-interface", {"name": name, "description": unit.value("description")})
    flags = Element("if-config-flags")
    SubElement(flags, "iff-down" if unit.has("disable") else "iff-up")
    element.append(flags)
    family = unit.find("family")
    for each in family.children.values() if family else ():
        name_of = {"ethernet-switching": "eth-switch"}.get(each.rule.keyword, each.rule.keyword)
        part = made("address-family", {"address-family-name": name_of})
        if each.rule.keyword == "inet":
            for address in interfaces.addresses(unit):
                part.append(_address(address, is_terse))
        element.append(part)
    return element


def _address(address: IPv4Interface, is_terse: bool) -> Element:
    """In short, the address with its mask; else beside the network."""
    if is_terse:
        return made("interface-address", {"ifa-local": str(address)})
    content = {"ifa-destination": str(address.network), "ifa-local": str(address.ip)}
    return made("interface-address", content)


# Neighbours


def _heard(device: JunosDevice) -> Iterator[tuple[str, Announcement]]:
    for port in ports(device):
        if port.is_up and interfaces.speaks_lldp(device.config, port.name):
            heard = device.fabric.hears(device.spec.name, port.name)
            if heard is not None:
                yield port.name, heard


def _neighbors(device: JunosDevice, rpc: Element) -> Element:
    """All neighbours in short, or those of one port in full."""
    wanted = child_text(rpc, "interface-device") or child_text(rpc, "interface-name")
    found = Element("lldp-neighbors-information", {"junos:style": "brief"})
    for port, heard in _heard(device):
        if wanted and wanted != port:
            continue
        content: dict[str, object] = {
            "lldp-local-port-id": port,
            "lldp-local-parent-interface-name": interfaces.bundle(device.config, port) or "-",
            "lldp-remote-chassis-id-subtype": "Mac address",
            "lldp-remote-chassis-id": heard.chassis,
            "lldp-remote-port-id-subtype": "Interface name",
            "lldp-remote-port-id": heard.port,
            "lldp-remote-system-name": heard.device,
        }
        element = made("lldp-neighbor-information", content)
        if wanted or local(rpc) == "get-lldp-interface-neighbors":
            element.append(
                made("lldp-system-description", {"lldp-remote-system-description": heard.system})
            )
            element.append(made("lldp-remote-management-address", str(heard.address or "")))
        found.append(element)
    return found


# Forwarding


def _vlans(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("l2ng-l2ald-vlan-instance-information", {"junos:style": "brief"})
    listed = device.config.find("vlans")
    for vlan in listed.each("vlan") if listed else ():
        number = interfaces.vlan_id(device.config, vlan.keys[0])
        content = {
            "l2ng-l2rtb-vlan-name": vlan.keys[0],
            "l2ng-l2rtb-vlan-tag": number,
        }
        element = made("l2ng-l2ald-vlan-instance-group", content)
        for port in ports(device):
            if number in interfaces.carried(device.config, port.name):
                star = "*" if port.is_up else ""
                name = f"{port.name}.0{star}"
                element.append(
                    made("l2ng-l2rtb-vlan-member", {"l2ng-l2rtb-vlan-member-interface": name})
                )
        found.append(element)
    return found


def _arp(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("arp-table-information", {"junos:style": "normal"})
    for route in routes(device):
        if route.hop is not None and route.interface:
            content = {
                "mac-address": "00:00:5e:00:01:01",
                "ip-address": str(route.hop),
                "interface-name": route.interface,
            }
            found.append(made("arp-table-entry", content))
    return found


def _routes(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("route-information")
    table = made("route-table", {"table-name": "inet.0"})
    for route in routes(device):
        element = made("rt", {"rt-destination": str(route.network)})
        entry = made("rt-entry", {"active-tag": "*", "protocol-name": route.protocol})
        hop = {"to": str(route.hop) if route.hop else None, "via": route.interface or None}
        entry.append(made("nh", hop))
        element.append(entry)
        table.append(element)
    found.append(table)
    return found


def _ping(device: JunosDevice, rpc: Element) -> Element:
    host = child_text(rpc, "host") or ""
    try:
        target = IPv4Address(host)
    except AddressValueError:
        raise RpcError(f"cannot resolve {host}: Host name lookup failure") from None
    count = int(child_text(rpc, "count") or "5")
    is_there = reaches(device, target)
    found = made("ping-results", {"target-host": host, "target-ip": host})
    found.append(
        made(
            "probe-results-summary",
            {
                "probes-sent": count,
                "responses-received": count if is_there else 0,
                "packet-loss": 0 if is_there else 100,
            },
        )
    )
    SubElement(found, "ping-success" if is_there else "ping-failure")
    return found


NETWORK_STATES: Mapping[str, Callable[[JunosDevice, Element], Element]] = {
    "get-interface-information": _interface_information,
    "get-lldp-neighbors-information": _neighbors,
    "get-lldp-interface-neighbors": _neighbors,
    "get-lldp-interface-neighbors-information": _neighbors,
    "get-vlan-information": _vlans,
    "get-arp-table-information": _arp,
    "get-route-information": _routes,
    "ping": _ping,
}
