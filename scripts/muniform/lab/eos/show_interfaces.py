"""``show`` commands about interfaces and VLANs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniform.lab.eos import interfaces as state
from muniform.lab.eos import names
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.interfaces import Interface
from muniform.lab.eos.replies import Model, Output
from muniform.lab.simulated.language.grammar import Match

_SPEED = 1_000_000_000
_HARDWARE = {
    "Ethernet": "ethernet",
    "Management": "ethernet",
    "Vlan": "vlan",
    "Loopback": "loopback",
    "Port-Channel": "portChannel",
}


def _chosen(context: Context, match: Match) -> list[Interface]:
    found = state.state(context.switch)
    return [i for name, i in found.items() if not match.arguments or name == match.arguments[0]]


def _status(interface: Interface) -> str:
    if not interface.is_enabled:
        return "disabled"
    return "connected" if interface.is_up else "notconnect"


def _bandwidth(interface: Interface) -> int:
    return 0 if names.kind(interface.name) == "Loopback" else _SPEED


def interfaces(context: Context, match: Match) -> Output:
    booted = context.switch.booted_at.timestamp()
    chosen = _chosen(context, match)
    model = {"interfaces": {each.name: _described(each, booted) for each in chosen}}
    return Output([line for each in chosen for line in _paragraph(each)], model)


def _described(interface: Interface, since: float) -> Model:
    kind = names.kind(interface.name)
    told: Model = {
        "name": interface.name,
        "forwardingModel": "routed" if interface.is_routed else "bridged",
        "lineProtocolStatus": "up" if interface.is_up else "down",
        "interfaceStatus": _status(interface),
        "hardware": _HARDWARE[kind],
        "interfaceAddress": [],
        "description": interface.description,
        "bandwidth": _bandwidth(interface),
        "mtu": interface.mtu,
        "l3MtuConfigured": interface.section.value("mtu") is not None,
        "lastStatusChangeTimestamp": since,
    }
    if kind != "Loopback":
        told |= {"physicalAddress": interface.mac, "burnedInAddress": interface.mac}
    if names.is_physical(interface.name):
        told |= {"duplex": "duplexFull", "autoNegotiate": "off", "loopbackMode": "loopbackNone"}
    if interface.address is not None:
        primary = {
            "address": str(interface.address.ip),
            "maskLen": interface.address.network.prefixlen,
        }
        told["interfaceAddress"] = [
            {
                "primaryIp": primary,
                "secondaryIps": {},
                "secondaryIpsOrderedList": [],
                "virtualIp": {"address": "0.0.0.0", "maskLen": 0},  # noqa: S104 - "none"
                "broadcastAddress": "255.255.255.255",
                "dhcp": False,
            }
        ]
    return told


def _paragraph(interface: Interface) -> list[str]:
    line = "up" if interface.is_up else "down"
    lines = [f"{interface.name} is {line}, line protocol is {line} ({_status(interface)})"]
    lines.append(f"  Hardware is {_HARDWARE[names.kind(interface.name)].capitalize()}")
    if interface.description:
        lines.append(f"  Description: {interface.description}")
    if interface.address is not None:
        lines.append(f"  Internet address is {interface.address}")
    return [*lines, f"  IP MTU {interface.mtu} bytes"]


def interfaces_status(context: Context, match: Match) -> Output:
    chosen = [each for each in _chosen(context, match) if _has_plug(each)]
    statuses = {each.name: _short_status(each) for each in chosen}
    lines = ["Port       Name               Status       Vlan     Duplex Speed  Type"]
    for each in chosen:
        vlan = statuses[each.name]["vlanInformation"]
        shown = vlan.get("vlanExplanation") or vlan.get("interfaceMode", "")
        shown = str(vlan["vlanId"]) if "vlanId" in vlan else shown
        name = each.description[:18]
        row = f"{names.short(each.name):<10} {name:<18} {_status(each):<12} {shown:<8} full   1G"
        lines.append(row)
    return Output(lines, {"interfaceStatuses": statuses})


def _has_plug(interface: Interface) -> bool:
    return names.is_physical(interface.name) or names.kind(interface.name) == "Port-Channel"


def _short_status(interface: Interface) -> Model:
    vlan: dict[str, Any] = {"interfaceMode": "bridged", "interfaceForwardingModel": "bridged"}
    group = interface.section.value("channel-group")
    if group is not None:
        vlan = {"interfaceMode": "bridged", "vlanExplanation": f"in Po{group[0]}"}
    elif interface.is_routed:
        vlan = {"interfaceMode": "routed", "interfaceForwardingModel": "routed"}
    elif interface.vlan is None:
        vlan |= {"interfaceMode": "trunk", "vlanExplanation": "trunk"}
    else:
        vlan["vlanId"] = interface.vlan
    return {
        "description": interface.description,
        "linkStatus": _status(interface),
        "lineProtocolStatus": "up" if interface.is_up else "down",
        "vlanInformation": vlan,
        "duplex": "duplexFull",
        "bandwidth": _bandwidth(interface),
        "interfaceType": "simulated",
        "autoNegotiateActive": False,
    }


def interfaces_description(context: Context, match: Match) -> Output:
    chosen = _chosen(context, match)
    model = {
        "interfaceDescriptions": {
            each.name: {
                "interfaceStatus": "up" if each.is_up else "down",
                "lineProtocolStatus": "up" if each.is_up else "down",
                "description": each.description,
            }
            for each in chosen
        }
    }
    lines = ["Interface                      Status         Protocol           Description"]
    for each in chosen:
        state_now = "up" if each.is_up else "down" if each.is_enabled else "admin down"
        line = f"{names.short(each.name):<30} {state_now:<14} "
        lines.append(line + f"{'up' if each.is_up else 'down':<18} {each.description}")
    return Output(lines, model)


def ip_interface(context: Context, match: Match) -> Output:
    chosen = [each for each in _chosen(context, match) if each.address is not None]
    described = {each.name: _with_address(each) for each in chosen}
    lines = ["Interface         IP Address            Status       Protocol            MTU"]
    for each in chosen:
        line = "up" if each.is_up else "down"
        lines.append(f"{each.name:<17} {each.address!s:<21} {line:<12} {line:<16} {each.mtu:>6}")
    return Output(lines, {"interfaces": described})


def _with_address(interface: Interface) -> Model:
    own = interface.address
    primary = {"address": str(own.ip), "maskLen": own.network.prefixlen} if own else {}
    return {
        "name": interface.name,
        "lineProtocolStatus": "up" if interface.is_up else "down",
        "interfaceStatus": _status(interface),
        "mtu": interface.mtu,
        "interfaceAddress": {"primaryIp": primary, "secondaryIps": {}},
        "enabled": interface.is_enabled,
        "description": interface.description,
    }


def ipv6_interface(_context: Context, _match: Match) -> Output:
    """No city gives its devices addresses of IPv6."""
    raise CliError("No IPv6 configured interfaces")


def vlans(context: Context, _: Match) -> Output:
    found = state.state(context.switch)
    config = context.switch.config
    declared = {int(node.words[1]): node for node in config.starting("vlan")}
    told: dict[str, Model] = {}
    for number in sorted({1, *declared}):
        node = declared.get(number)
        name = " ".join((node.value("name") if node else None) or ()) or _default_name(number)
        ports = [i.name for i in found.values() if _carries(i, number)]
        told[str(number)] = {
            "name": name,
            "status": "active" if state.vlan_exists(config, number) else "suspended",
            "dynamic": False,
            "interfaces": {port: {"privatePromoted": False} for port in ports},
        }
    lines = ["VLAN  Name                             Status    Ports", "-" * 75]
    for text, vlan in told.items():
        ports_shown = ", ".join(names.short(port) for port in vlan["interfaces"])
        lines.append(f"{text:<5} {vlan['name']:<32} {vlan['status']:<9} {ports_shown}".rstrip())
    return Output(lines, {"sourceDetail": "", "vlans": told})


def _default_name(number: int) -> str:
    return "default" if number == 1 else f"VLAN{number:04d}"


def _carries(interface: Interface, vlan: int) -> bool:
    is_member = interface.section.value("channel-group") is not None
    return (
        names.can_bridge(interface.name)
        and not is_member
        and state.carries(interface.section, vlan)
    )


COMMANDS: Mapping[str, Command] = named(
    interfaces, interfaces_status, interfaces_description, ip_interface, ipv6_interface, vlans
)
