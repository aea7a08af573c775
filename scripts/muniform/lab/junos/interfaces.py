"""What a configuration says of interfaces: which are on, what they carry. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface

from muniform.lab.junos.tree import Node


def physical(config: Node, name: str) -> Node | None:
    """The statements of a physical interface."""
    return config.find("interfaces", ("interface", name))


def unit(config: Node, logical: str) -> Node | None:
    """The statements of a logical interface such as ``irb.20``."""
    name, _, number = logical.partition(".")
    return config.find("interfaces", ("interface", name), ("unit", number or "0"))


def is_enabled(config: Node, name: str) -> bool:
    """Junos interfaces are up unless they are disabled."""
    found = physical(config, name)
    return found is None or not found.has("disable")


def bundle(config: Node, port: str) -> str | None:
    """The aggregated interface that a port belongs to."""
    found = physical(config, port)
    return found.value("ether-options", "802.3ad", "bundle") if found else None


def members(config: Node, name: str) -> list[str]:
    """The ports of an aggregated interface."""
    return [port for port in names(config) if bundle(config, port) == name]


def names(config: Node) -> list[str]:
    """Every configured physical interface, as it is printed."""
    found = config.find("interfaces")
    return [node.keys[0] for node in found.in_order()] if found else []


def addresses(unit_node: Node) -> Iterator[IPv4Interface]:
    """The addresses of a logical interface."""
    inet = unit_node.find("family", "inet")
    for address in inet.each("address") if inet else ():
        yield IPv4Interface(address.keys[0])


def logical(config: Node) -> Iterator[tuple[str, Node]]:
    """Every logical interface that is configured, by its name."""
    found = config.find("interfaces")
    for interface in found.each("interface") if found else ():
        for each in interface.each("unit"):
            yield f"{interface.keys[0]}.{each.keys[0]}", each


def vlan_id(config: Node, name: str) -> int | None:
    """The number of a VLAN by its name, or a number itself."""
    if name.isdigit():
        return int(name)
    number = config.value("vlans", ("vlan", name), "vlan-id")
    return int(number) if number else None


def carried(config: Node, port: str) -> set[int]:
    """The VLANs that a switched port carries, by number."""
    found = unit(config, f"{port}.0")
    switching = found.find("family", "ethernet-switching") if found else None
    if switching is None:
        return set()
    listed = switching.find("vlan", "members")
    wanted = listed.values if listed else []
    if "all" in wanted:
        vlans = config.find("vlans")
        wanted = [vlan.keys[0] for vlan in vlans.each("vlan")] if vlans else []
    numbers = {vlan_id(config, name) for name in wanted}
    return {number for number in numbers if number is not None}


def speaks_lldp(config: Node, port: str) -> bool:
    """Whether LLDP is on for a port: by its own name, its bundle's, or for all."""
    lldp = config.find("protocols", "lldp")
    if lldp is None or lldp.has("disable"):
        return False
    for name in (port, f"{port}.0", "all"):
        entry = lldp.find(("interface", name))
        if entry is not None:
            return not entry.has("disable")
    return False
