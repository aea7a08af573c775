"""Interfaces of a switch: whether they are up, what address they have, what VLAN they carry.

Links follow from the lab's wiring and from the configuration at both ends; there is no data plane.
"""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Address, IPv4Interface
from typing import Protocol

from muniform.lab.ios import names
from muniform.lab.ios.tree import in_order
from muniform.lab.simulated.fabric import Fabric
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.spec import DeviceSpec


class Chassis(Protocol):
    """What is asked of a switch here."""

    config: Node
    spec: DeviceSpec
    fabric: Fabric

    def is_up(self, port: str) -> bool:
        """Whether a port is administratively up and the switch runs."""


def interfaces(config: Node) -> list[Node]:
    """All interface sections, in the order in which they are printed."""
    return [node for node in in_order(config) if node.words[:1] == ("interface",)]


def link(switch: Chassis, section: Node) -> tuple[bool, bool]:
    """(enabled, up): a port is up if its cable's far end is, an SVI if its VLAN is declared, a
    bundle if one of its members is."""
    enabled, name = not section.has("shutdown"), section.words[1]
    return enabled, enabled and _has_carrier(switch, name)


def _has_carrier(switch: Chassis, name: str) -> bool:
    if name.startswith("Loopback"):
        return True
    if name.startswith("Vlan"):
        number = name.removeprefix("Vlan")
        return number == "1" or switch.config.find("vlan", number) is not None
    if name.startswith("Port-channel"):
        bundle = members(switch.config, name.removeprefix("Port-channel"))
        return any(link(switch, port)[1] for port in bundle)
    if switch.fabric.far_end(switch.spec.name, name) is None:
        # What the controller's side is plugged into need not be played by this lab.
        return name in switch.spec.wiring.uplinks
    return switch.fabric.has_link(switch.spec.name, name)


def members(config: Node, number: str) -> list[Node]:
    """The ports of a bundle."""
    sections = config.starting("interface")
    return [each for each in sections if (each.value("channel-group") or ("",))[0] == number]


def mac(spec: DeviceSpec, name: str) -> str:
    """A stable address out of Cisco's range, different for each interface: ``00a3.d1xx.xxxx``."""
    tail = hashlib.sha256(f"{spec.serial} {name}".encode()).hexdigest()[:6]
    return f"00a3.d1{tail[:2]}.{tail[2:]}"


def address(section: Node) -> IPv4Interface | None:
    value = section.value("ip", "address")
    return IPv4Interface(f"{value[0]}/{value[1]}") if value and len(value) == 2 else None


def addresses(switch: Chassis) -> dict[str, IPv4Interface]:
    """The address of each interface that is up."""
    found = {s.words[1]: address(s) for s in interfaces(switch.config) if link(switch, s)[1]}
    return {name: value for name, value in found.items() if value is not None}


def own_addresses(switch: Chassis) -> set[IPv4Address]:
    return {value.ip for value in addresses(switch).values()}


def description(section: Node) -> str:
    return " ".join(section.value("description") or ())


def vlan_of(section: Node) -> str:
    """The VLAN of an access port, ``trunk``, or ``routed``."""
    if section.has("no", "switchport"):
        return "routed"
    if section.value("switchport", "mode") == ("trunk",):
        return "trunk"
    return (section.value("switchport", "access", "vlan") or ("1",))[0]


def is_physical(section: Node) -> bool:
    return not names.is_logical(section.words[1])
