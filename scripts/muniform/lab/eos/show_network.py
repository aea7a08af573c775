"""``show`` commands about what the device hears from the network, and ``ping``."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, ip_address
from typing import Any

from muniform.lab.eos import interfaces, names
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.interfaces import Interface
from muniform.lab.eos.management import next_hop
from muniform.lab.eos.replies import Model, Output
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.language.grammar import Match
from muniform.lab.simulated.reaching import answers

_HOLD_SECONDS = 120
_GATEWAY_MAC = "0000.5e00.0101"


def _heard(context: Context, match: Match) -> list[tuple[str, Announcement]]:
    """What arrives on each port that listens."""
    switch = context.switch
    if switch.config.has("no", "lldp", "run"):
        return []
    found: list[tuple[str, Announcement]] = []
    for name, interface in interfaces.state(switch).items():
        is_wanted = not match.arguments or match.arguments[0] == name
        listens = interface.is_enabled and not interface.section.has("no", "lldp", "receive")
        if not is_wanted or not listens or not names.is_physical(name):
            continue
        announcement = switch.fabric.hears(switch.spec.name, name)
        if announcement is not None:
            found.append((name, announcement))
    return found


def lldp_neighbors(context: Context, match: Match) -> Output:
    heard = _heard(context, match)
    told = [
        {
            "port": port,
            "neighborDevice": other.device,
            "neighborPort": other.port,
            "ttl": _HOLD_SECONDS,
        }
        for port, other in heard
    ]
    counts = dict.fromkeys(("tablesAgeOuts", "tablesDeletes", "tablesDrops"), 0)
    model: Model = {"tablesInserts": len(told), **counts, "lldpNeighbors": told}
    lines = [
        "Last table change time   : 0:00:10 ago",
        f"Number of table inserts  : {len(told)}",
        "Number of table deletes  : 0",
        "Number of table drops    : 0",
        "Number of table age-outs : 0",
        "",
        "Port          Neighbor Device ID       Neighbor Port ID    TTL",
        "---------- ------------------------ ---------------------- ---",
    ]
    for port, other in heard:
        row = f"{names.short(port):<10} {other.device:<24} {other.port:<22} {_HOLD_SECONDS}"
        lines.append(row)
    return Output(lines, model)


def lldp_detail(context: Context, match: Match) -> Output:
    heard = _heard(context, match)
    told: dict[str, Any] = {}
    lines: list[str] = []
    for port, other in heard:
        told[port] = {"lldpNeighborInfo": [_neighbour(other)]}
        lines += [f"Interface {port} detected 1 LLDP neighbors:", ""]
        lines += [f"  - Chassis ID     : {other.chassis}", f'    Port ID        : "{other.port}"']
        lines += [
            f'  - System Name: "{other.device}"',
            f'  - System Description: "{other.system}"',
            "",
        ]
    return Output(lines, {"lldpNeighbors": told})


def _neighbour(other: Announcement) -> Model:
    port = {"interfaceIdType": "interfaceName", "interfaceId": f'"{other.port}"'}
    address = [] if other.address is None else [str(other.address)]
    return {
        "chassisIdType": "macAddress",
        "chassisId": other.chassis,
        "systemName": other.device,
        "systemDescription": other.system,
        "systemCapabilities": {"bridge": True},
        "neighborInterfaceInfo": {**port, "interfaceDescription": ""},
        "managementAddresses": [{"addressType": "ipv4", "address": each} for each in address],
        "ttl": _HOLD_SECONDS,
    }


def lldp(context: Context, _: Match) -> Output:
    if context.switch.config.has("no", "lldp", "run"):
        return Output(["% LLDP is not enabled"], {"lldpEnabled": False})
    return Output([f"LLDP hold time: {_HOLD_SECONDS}"], {"lldpEnabled": True})


# Routes


def _connected(switch: EosSwitch) -> list[Interface]:
    found = interfaces.state(switch).values()
    return [each for each in found if each.is_up and each.address is not None]


def ip_route(context: Context, _: Match) -> Output:
    switch = context.switch
    routes: dict[str, Any] = {}
    lines = ["", "VRF: default", ""]
    for node in switch.config.starting("ip", "route"):
        network, hop = node.words[2], node.words[3]
        exit_interface = _towards(switch, hop)
        via = {"nexthopAddr": hop, "interface": exit_interface}
        if exit_interface:
            routes[network] = _route("static", [via], 1)
            lines.append(f" S        {network} [1/0]\n           via {hop}, {exit_interface}")
    for each in _connected(switch):
        network = str(each.address.network) if each.address else ""
        routes[network] = _route("connected", [{"interface": each.name}], 0)
        lines.append(f" C        {network}\n           directly connected, {each.name}")
    is_off = not switch.config.has("ip", "routing")
    table: Model = {
        "routes": routes,
        "allRoutesProgrammedHardware": True,
        "allRoutesProgrammedKernel": True,
        "routingDisabled": is_off,
        "defaultRouteState": "reachable" if "0.0.0.0/0" in routes else "notSet",
    }
    head = ["! IP routing not enabled"] if is_off else []
    return Output([*head, *"\n".join(lines).split("\n")], {"vrfs": {"default": table}})


def _route(kind: str, vias: list[dict[str, str]], preference: int) -> Model:
    return {
        "routeType": kind,
        "hardwareProgrammed": True,
        "kernelProgrammed": True,
        "routeAction": "forward",
        "directlyConnected": kind == "connected",
        "preference": preference,
        "metric": 0,
        "vias": vias,
    }


def _towards(switch: EosSwitch, hop: str) -> str:
    """The interface behind which an address is, or ""."""
    if hop.count(".") != 3:
        return ""
    found = [i.name for i in _connected(switch) if i.address and _ip(hop) in i.address.network]
    return found[0] if found else ""


def _ip(text: str) -> IPv4Address:
    return IPv4Address(text)


def _neighbours(switch: EosSwitch) -> list[Model]:
    """The gateway is the only host that the lab gives a place beside the switch."""
    gateway = switch.spec.wiring.gateway
    interface = _towards(switch, str(gateway)) if gateway is not None else ""
    if not interface:
        return []
    entry = {"address": str(gateway), "hwAddress": _GATEWAY_MAC, "interface": interface, "age": 60}
    return [entry]


def ip_arp(context: Context, _: Match) -> Output:
    table = _arp(context.switch)
    return Output(_arp_lines(table), table)


def arp(context: Context, _: Match) -> Output:
    table = _arp(context.switch)
    return Output(_arp_lines(table), {"vrfs": {"default": table}})


def _arp(switch: EosSwitch) -> Model:
    found = _neighbours(switch)
    counts = {"dynamicEntries": len(found), "staticEntries": 0, "notLearnedEntries": 0}
    return {"ipV4Neighbors": found, "totalEntries": len(found), **counts}


def _arp_lines(table: Model) -> list[str]:
    lines = ["Address         Age (sec)  Hardware Addr   Interface"]
    for each in table["ipV4Neighbors"]:
        row = f"{each['address']:<15} {each['age']:>9}  {each['hwAddress']:<15} {each['interface']}"
        lines.append(row)
    return lines


def vrf(context: Context, _: Match) -> Output:
    state = "up" if context.switch.config.has("ip", "routing") else "down"
    found = [each.name for each in _connected(context.switch)]
    protocols = {"ipv4": {"supported": True, "protocolState": state, "routingState": state}}
    told = {"routeDistinguisher": "", "vrfState": "up", "protocols": protocols, "interfaces": found}
    lines = ["   VRF         Protocols       State         Interfaces"]
    lines.append(f"   default     IPv4            {state:<13} {', '.join(found)}")
    return Output(lines, {"vrfs": {"default": told}})


def ping(context: Context, match: Match) -> Output:
    """What answers is what the wiring says is there: the gateway, and what is behind it."""
    switch, words = context.switch, list(match.words)
    target = words[1]
    count = int(words[words.index("repeat") + 1]) if "repeat" in words else 5
    size = int(words[words.index("size") + 1]) if "size" in words else 72
    replies = count if _answers(switch, target) else 0
    lines = [f"PING {target} ({target}) {size}({size + 28}) bytes of data."]
    for number in range(replies):
        lines.append(f"{size + 8} bytes from {target}: icmp_seq={number + 1} ttl=64 time=0.512 ms")
    lost = 100 * (count - replies) // count
    lines += ["", f"--- {target} ping statistics ---"]
    totals = f"{count} packets transmitted, {replies} received, {lost}% packet loss, time 1ms"
    lines.append(totals)
    if replies:
        lines.append("rtt min/avg/max/mdev = 0.512/0.512/0.512/0.000 ms")
    return Output(lines, {"messages": ["\n".join(lines)]})


def _answers(switch: EosSwitch, target: str) -> bool:
    try:
        address = ip_address(target)
    except ValueError:
        return False
    if not isinstance(address, IPv4Address):
        return False
    own = [each.address.ip for each in _connected(switch) if each.address]
    is_routed = bool(_towards(switch, target)) or next_hop(switch.config, address) is not None
    return answers(switch, address, own, is_routed)


COMMANDS: Mapping[str, Command] = named(
    lldp_neighbors, lldp_detail, lldp, ip_route, ip_arp, arp, vrf, ping
)
