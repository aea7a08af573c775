"""What the configuration and the cables make of each interface."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Protocol

from muniform.lab.eos import names
from muniform.lab.eos.tree import Node
from muniform.lab.simulated.fabric import Fabric
from muniform.lab.simulated.language.vlans import vlan_set
from muniform.lab.simulated.spec import DeviceSpec

_MAC_PREFIX = "44:4c:a8"


class Wired(Protocol):
    """The device, as far as its interfaces are concerned."""

    config: Node
    spec: DeviceSpec
    fabric: Fabric


@dataclass(frozen=True)
class Interface:
    """One interface as it stands now."""

    name: str
    section: Node
    is_enabled: bool
    is_up: bool
    mac: str

    @property
    def description(self) -> str:
        return " ".join(self.section.value("description") or ())

    @property
    def address(self) -> IPv4Interface | None:
        value = address(self.section)
        return value if self.is_routed else None

    @property
    def is_routed(self) -> bool:
        return is_routed(self.section)

    @property
    def mtu(self) -> int:
        value = self.section.value("mtu")
        return int(value[0]) if value else 1500

    @property
    def vlan(self) -> int | None:
        """The VLAN of an access port."""
        if self.is_routed or self.section.value("switchport", "mode") is not None:
            return None
        return int((self.section.value("switchport", "access", "vlan") or ("1",))[0])


def address(section: Node) -> IPv4Interface | None:
    value = section.value("ip", "address")
    return IPv4Interface(value[0]) if value and "/" in value[0] else None


def is_routed(section: Node) -> bool:
    """True for what has an address of its own."""
    name = section.words[1]
    return not names.can_bridge(name) or section.has("no", "switchport")


def mac(device: Wired, index: int) -> str:
    """A hardware address: the same from boot to boot."""
    seed = hashlib.sha256(device.spec.serial.encode()).digest()
    number = (int.from_bytes(seed[:3], "big") + index) % (1 << 24)
    low = number.to_bytes(3, "big")
    return ":".join([_MAC_PREFIX, *(f"{byte:02x}" for byte in low)])


def state(device: Wired) -> dict[str, Interface]:
    """Every interface, in printed order."""
    sections = {node.words[1]: node for node in device.config.starting("interface")}
    ordered = sorted(sections, key=names.sort_key)
    found: dict[str, Interface] = {}
    for index, name in enumerate(ordered):
        section = sections[name]
        is_enabled = not section.has("shutdown")
        hardware = mac(device, index + 1 if names.is_physical(name) else 0)
        is_up = is_enabled and _has_carrier(device, sections, name)
        found[name] = Interface(name, section, is_enabled, is_up, hardware)
    return found


def _has_carrier(device: Wired, sections: dict[str, Node], name: str) -> bool:
    kind = names.kind(name)
    if kind == "Loopback":
        return True
    if kind == "Vlan":
        return _vlan_is_up(device, sections, int(name.removeprefix(kind)))
    if kind == "Port-Channel":
        return any(_is_up(device, member) for member in members(sections, name))
    return _has_link(device, name)


def _has_link(device: Wired, name: str) -> bool:
    return name in device.spec.wiring.uplinks or device.fabric.has_link(device.spec.name, name)


def _is_up(device: Wired, section: Node) -> bool:
    return not section.has("shutdown") and _has_link(device, section.words[1])


def members(sections: dict[str, Node], bundle: str) -> list[Node]:
    """The ports of a port-channel."""
    number = bundle.removeprefix("Port-Channel")
    return [s for s in sections.values() if (s.value("channel-group") or ("",))[0] == number]


def _vlan_is_up(device: Wired, sections: dict[str, Node], vlan: int) -> bool:
    """An SVI is up while a port that is up carries its VLAN."""
    if not vlan_exists(device.config, vlan):
        return False
    for section in sections.values():
        if not names.is_physical(section.words[1]) or not _is_up(device, section):
            continue
        group = section.value("channel-group")
        carrier = sections.get(f"Port-Channel{group[0]}") if group else section
        if carrier is not None and not carrier.has("shutdown") and carries(carrier, vlan):
            return True
    return False


def vlan_exists(config: Node, vlan: int) -> bool:
    declared = config.find("vlan", str(vlan))
    if declared is None:
        return vlan == 1
    return declared.value("state") != ("suspend",)


def carries(section: Node, vlan: int) -> bool:
    """Whether a switched port or a bundle carries a VLAN."""
    if is_routed(section):
        return False
    mode = section.value("switchport", "mode")
    if mode is None:
        return (section.value("switchport", "access", "vlan") or ("1",)) == (str(vlan),)
    if mode == ("trunk", "phone"):
        native = section.value("switchport", "trunk", "native", "vlan") or ("1",)
        phone = section.value("switchport", "phone", "vlan")
        return (str(vlan),) in (native, phone)
    allowed = section.value("switchport", "trunk", "allowed", "vlan")
    return allowed is None or vlan in (vlan_set(allowed[0]) or set())
