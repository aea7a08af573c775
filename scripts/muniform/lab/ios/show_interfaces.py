"""The ``show`` commands of interfaces and VLANs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muniform.lab.ios import names, ports
from muniform.lab.ios.device import IosSwitch, Show
from muniform.lab.simulated.language.tree import Node

_SPEEDS = {
    "FastEthernet": 100, "TenGigabitEthernet": 10_000, "TwentyFiveGigE": 25_000,
    "FortyGigabitEthernet": 40_000, "HundredGigE": 100_000,
}  # fmt: skip
"""In Mbit/s; 1000 for the others."""


def interfaces(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    chosen = [
        s for s in ports.interfaces(switch.config) if not arguments or s.words[1] == arguments[0]
    ]
    return [line for section in chosen for line in _interface(switch, section)]


def _interface(switch: IosSwitch, section: Node) -> list[str]:
    name = section.words[1]
    enabled, up = ports.link(switch, section)
    status = "administratively down" if not enabled else "up" if up else "down"
    kind = (names.split(name) or ("", ""))[0]
    mac = ports.mac(switch.spec, name)
    lines = [
        f"{name} is {status}, line protocol is {'up' if up else 'down'}",
        f"  Hardware is Ethernet, address is {mac} (bia {mac})",
    ]
    if ports.description(section):
        lines.append(f"  Description: {ports.description(section)}")
    address = ports.address(section)
    if address is not None:
        lines.append(f"  Internet address is {address}")
    speed = _SPEEDS.get(kind, 1000) * 1000
    return [*lines, f"  MTU 1500 bytes, BW {speed} Kbit/sec, DLY 10 usec,"]


def interfaces_status(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["", "Port         Name               Status       Vlan       Duplex  Speed Type"]
    for section in ports.interfaces(switch.config):
        name = section.words[1]
        if ports.is_physical(section):
            enabled, up = ports.link(switch, section)
            status = "disabled" if not enabled else "connected" if up else "notconnect"
            lines.append(
                f"{names.short(name):<12} {ports.description(section)[:18]:<18} {status:<12} "
                f"{ports.vlan_of(section):<10}   auto   auto 10/100/1000BaseTX"
            )
    return lines


def interfaces_description(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["Interface                      Status         Protocol Description"]
    for section in ports.interfaces(switch.config):
        enabled, up = ports.link(switch, section)
        status = "admin down" if not enabled else "up" if up else "down"
        lines.append(
            f"{names.short(section.words[1]):<30} {status:<14} {'up' if up else 'down':<8} "
            f"{ports.description(section)}".rstrip()
        )
    return lines


def interfaces_trunk(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    trunks = [
        s
        for s in ports.interfaces(switch.config)
        if ports.vlan_of(s) == "trunk" and ports.link(switch, s)[1]
    ]
    lines = ["", "Port        Mode             Encapsulation  Status        Native vlan"]
    for section in trunks:
        native = (section.value("switchport", "trunk", "native", "vlan") or ("1",))[0]
        short = names.short(section.words[1])
        lines.append(f"{short:<11} on               802.1q         trunking      {native}")
    lines += ["", "Port        Vlans allowed on trunk"]
    for section in trunks:
        allowed = (section.value("switchport", "trunk", "allowed", "vlan") or ("1-4094",))[0]
        lines.append(f"{names.short(section.words[1]):<11} {allowed}")
    return lines


def ip_interface_brief(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for section in ports.interfaces(switch.config):
        enabled, up = ports.link(switch, section)
        address = ports.address(section)
        shown_address = str(address.ip) if address else "unassigned"
        method = "manual" if address else "unset"
        status = "administratively down" if not enabled else "up" if up else "down"
        lines.append(
            f"{section.words[1]:<22} {shown_address:<15} YES {method:<6} {status:<21} "
            f"{'up' if up else 'down'}"
        )
    return lines


def vlan(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    known: dict[int, str] = {1: "default"}
    for node in switch.config.starting("vlan"):
        if node.words[1].isdigit():
            number = int(node.words[1])
            known[number] = " ".join(node.value("name") or (f"VLAN{number:04d}",))
    for number, name in sorted(known.items()):
        ports = ", ".join(_ports_in(switch, number))
        lines.append(f"{number:<4} {name:<32} active    {ports}".rstrip())
    return lines


def _ports_in(switch: IosSwitch, number: int) -> list[str]:
    sections = [s for s in ports.interfaces(switch.config) if ports.is_physical(s)]
    return [names.short(s.words[1]) for s in sections if ports.vlan_of(s) == str(number)]


def ip_interface(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for section in ports.interfaces(switch.config):
        lines.append(_interface(switch, section)[0])
        own = ports.address(section)
        if own is None:
            lines.append("  Internet protocol processing disabled")
            continue
        inbound = (section.value("ip", "access-group") or ("not set",))[0]
        lines += [
            f"  Internet address is {own}",
            "  Broadcast address is 255.255.255.255",
            "  Address determined by non-volatile memory",
            "  MTU is 1500 bytes",
            f"  Inbound  access list is {inbound}",
        ]
    return lines


def ipv6_interface(_switch: IosSwitch, _: Sequence[str]) -> list[str]:
    """No interface speaks IPv6 here."""
    return []


SHOWS: Mapping[str, Show] = {
    "show_interfaces": interfaces,
    "show_interfaces_status": interfaces_status,
    "show_interfaces_description": interfaces_description,
    "show_interfaces_trunk": interfaces_trunk,
    "show_ip_interface": ip_interface,
    "show_ip_interface_brief": ip_interface_brief,
    "show_ipv6_interface": ipv6_interface,
    "show_vlan": vlan,
}
