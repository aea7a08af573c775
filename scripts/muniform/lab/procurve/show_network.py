"""What the ``show`` commands print of ports, VLANs and who is heard on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network

from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.management import address_of
from muniform.lab.procurve.ports import natural
from muniform.lab.procurve.printing import vlan_name

Words = Sequence[str]
_NAME_LENGTH = 32


def show_lldp(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = [
        "",
        " LLDP Remote Devices Information",
        "",
        "  LocalPort | ChassisId                 PortId             PortDescr SysName",
        "  --------- + ------------------------- ------------------ --------- -------------------",
    ]
    for port, heard in switch.neighbours():
        chassis = heard.chassis.replace(":", " ")
        name = heard.device[:20]
        lines.append(f"  {port:<9} | {chassis:<25} {heard.port[:18]:<18} {heard.port:<9} {name}")
    return [*lines, ""]


def show_lldp_detail(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = ["", " LLDP Remote Device Information Detail", ""]
    for port, heard in switch.neighbours():
        lines += [
            f"  Local Port   : {port}",
            "  ChassisType  : mac-address",
            f"  ChassisId    : {heard.chassis.replace(':', ' ')}",
            "  PortType     : interface-name",
            f"  PortId       : {heard.port}",
            f"  SysName      : {heard.device}",
            f"  System Descr : {heard.system}",
            f"  PortDescr    : {heard.port}",
            "  Pvid         :",
            "",
            "  System Capabilities Supported  : bridge, router",
            "  System Capabilities Enabled    : bridge",
            "",
        ]
        if heard.address is not None:
            lines += ["  Remote Management Address", "     Type    : ipv4"]
            lines += [f"     Address : {heard.address}", ""]
        lines.append("------------------------------------------------------------------------")
    return [*lines, ""]


def show_interfaces(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = [
        "",
        " Status and Counters - Port Status",
        "",
        "                          | Intrusion                           MDI  Flow",
        "  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl",
        "  ------------ ---------- + --------- ------- ------ ---------- ---- ----",
    ]
    for port in sorted(switch.spec.ports, key=natural):
        trunk = switch.state.trunk_of(port)
        name = f"{port}-{trunk}" if trunk else port
        enabled = "Yes" if switch.is_up(port) else "No"
        status = "Up" if switch.has_link(port) else "Down"
        lines.append(
            f"  {name:<12} 100/1000T  | No        {enabled:<7} {status:<6} 1000FDx    MDI  off"
        )
    return [*lines, ""]


def show_routes(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = [
        "",
        "                                IP Route Entries",
        "",
        "  Destination        Gateway         VLAN Type      Sub-Type   Metric     Dist.",
        "  ------------------ --------------- ---- --------- ---------- ---------- -----",
    ]
    hop = switch.state.root.value("ip", "default-gateway")
    if hop is not None:
        lines.append(_route("0.0.0.0/0", hop[0], _vlan_of(switch, hop[0]), "static", 1))
    for number, vlan in sorted(switch.state.vlans.items()):
        address = address_of(vlan)
        if address is not None:
            name = vlan_name(number, vlan).strip('"')
            lines.append(_route(str(address.network), name, str(number), "connected", 0))
    return [*lines, ""]


def _route(target: str, hop: str, vlan: str, kind: str, distance: int) -> str:
    return f"  {target:<18} {hop:<15.15} {vlan:<4} {kind:<9} {'':<10} 1          {distance}"


def _vlan_of(switch: ProcurveSwitch, address: str) -> str:
    for number, vlan in switch.state.vlans.items():
        own = address_of(vlan)
        if own is not None and IPv4Network(address).subnet_of(own.network):
            return str(number)
    return ""


def show_arp(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = [
        "",
        " IP ARP table",
        "",
        "  IP Address       MAC Address       Type    Port",
        "  ---------------  ----------------- ------- ----",
    ]
    wiring = switch.spec.wiring
    if wiring.gateway is not None and switch.way_in() is None:
        port = switch.carrier(wiring.uplinks[0])
        lines.append(f"  {wiring.gateway!s:<16} 02004c-4f4f50     dynamic {port}")
    return [*lines, ""]


def show_vlans(switch: ProcurveSwitch, _: Words) -> list[str]:
    state = switch.state
    primary = int((state.root.value("primary-vlan") or ("1",))[0])
    primary_name = vlan_name(primary, state.vlans[primary]).strip('"')
    lines = [
        "",
        " Status and Counters - VLAN Information",
        "",
        "  Maximum VLANs to support : 512",
        f"  Primary VLAN : {primary_name}",
        "  Management VLAN :",
        "",
        "  VLAN ID Name                             | Status     Voice Jumbo",
        "  ------- -------------------------------- + ---------- ----- -----",
    ]
    for number, vlan in sorted(state.vlans.items()):
        name = vlan_name(number, vlan).strip('"')
        voice, jumbo = ("Yes" if vlan.section.has(w) else "No" for w in ("voice", "jumbo"))
        lines.append(
            f"  {number:<7} {name:<{_NAME_LENGTH}} | Port-based {voice:<5} {jumbo}",
        )
    return [*lines, ""]


def show_trunks(switch: ProcurveSwitch, _: Words) -> list[str]:
    lines = [
        "",
        " Load Balancing Method:  L3-based (default)",
        "",
        "  Port | Name                             Type      | Group Type",
        "  ---- + -------------------------------- --------- + ----- --------",
    ]
    for name, trunk in switch.state.trunks.items():
        for port in sorted(trunk.members, key=natural):
            text = (switch.state.interface(port).value("name") or ('""',))[0].strip('"')
            kind = trunk.kind.upper() if trunk.kind == "lacp" else trunk.kind.capitalize()
            lines.append(f"  {port:<4} | {text:<32} 100/1000T | {name:<5} {kind}")
    return [*lines, ""]


NETWORK_SHOWS: Mapping[str, Callable[[ProcurveSwitch, Words], list[str]]] = {
    show.__name__: show
    for show in (
        show_lldp, show_lldp_detail, show_interfaces, show_routes, show_arp, show_vlans,
        show_trunks,
    )
}  # fmt: skip
