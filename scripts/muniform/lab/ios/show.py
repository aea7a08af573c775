"""The ``show`` commands: pure functions from a switch to the lines it prints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Interface

from muniform.lab.ios import names, users
from muniform.lab.ios.device import IosSwitch, date
from muniform.lab.ios.tree import Node, in_order, printed, section_lines, shown

Show = Callable[[IosSwitch, Sequence[str]], list[str]]
_SPEEDS = {"FastEthernet": 100, "GigabitEthernet": 1000, "TenGigabitEthernet": 10000}


def version(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    spec = switch.spec
    release = switch.version
    return [
        f"Cisco IOS XE Software, Version {release}",
        "Cisco IOS Software, Catalyst L3 Switch Software (CAT9K_IOSXE), "
        f"Version {release}, RELEASE SOFTWARE (simulated)",
        "",
        f"{switch.hostname} uptime is {_uptime(switch.clock.now() - switch.booted_at)}",
        "Uptime for this control processor is the same",
        'System image file is "flash:packages.conf"',
        "Last reload reason: Reload Command",
        "",
        f"cisco {spec.model} (X86) processor with 1331521K/6147K bytes of memory.",
        f"Processor board ID {spec.serial}",
        f"{len(spec.ports)} Ethernet interfaces",
        "2048K bytes of non-volatile configuration memory.",
        "",
        f"Model Number                       : {spec.model}",
        f"System Serial Number               : {spec.serial}",
        "",
        "Configuration register is 0x102",
    ]


def _uptime(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    texts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n or unit == "minute"]
    return ", ".join(texts)


def clock(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    now = switch.clock.now()
    return [now.strftime(f"%H:%M:%S.{now.microsecond // 1000:03d} UTC %a %b {now.day} %Y")]


def hosts(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    domain = switch.config.value("ip", "domain", "name")
    lookup = "disabled" if switch.config.has("no", "ip", "domain", "lookup") else "static mappings"
    first = f"Default domain is {domain[0]}" if domain else "Default domain is not set"
    return [first, f"Name/address lookup uses {lookup}"]


def inventory(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    spec = switch.spec
    return [
        f'NAME: "c93xx Stack", DESCR: "{spec.model} (simulated)"',
        f"PID: {spec.model:<18}, VID: V01  , SN: {spec.serial}",
    ]


def _interfaces(switch: IosSwitch) -> list[Node]:
    return [node for node in in_order(switch.config) if node.words[:1] == ("interface",)]


def _link(switch: IosSwitch, section: Node) -> tuple[bool, bool]:
    """(enabled, up): a port is up if it is wired, an SVI if its VLAN is declared."""
    enabled = not section.has("shutdown")
    name = section.words[1]
    if name.startswith("Vlan"):
        number = name.removeprefix("Vlan")
        return enabled, enabled and switch.config.find("vlan", number) is not None
    is_wired = name in switch.spec.wiring.uplinks or name.startswith("Loopback")
    return enabled, enabled and is_wired


def _mac(switch: IosSwitch, name: str) -> str:
    """A stable address out of Cisco's range, different for each interface."""
    tail = hashlib.sha256(f"{switch.spec.serial} {name}".encode()).hexdigest()[:6]
    return f"00a3.d1{tail[:2]}.{tail[2:]}"


def _address(section: Node) -> IPv4Interface | None:
    value = section.value("ip", "address")
    return IPv4Interface(f"{value[0]}/{value[1]}") if value and len(value) == 2 else None


def _description(section: Node) -> str:
    return " ".join(section.value("description") or ())


def interfaces(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    chosen = [s for s in _interfaces(switch) if not arguments or s.words[1] == arguments[0]]
    return [line for section in chosen for line in _interface(switch, section)]


def _interface(switch: IosSwitch, section: Node) -> list[str]:
    name = section.words[1]
    enabled, up = _link(switch, section)
    status = "administratively down" if not enabled else "up" if up else "down"
    kind = (names.split(name) or ("", ""))[0]
    mac = _mac(switch, name)
    lines = [
        f"{name} is {status}, line protocol is {'up' if up else 'down'}",
        f"  Hardware is Ethernet, address is {mac} (bia {mac})",
    ]
    if _description(section):
        lines.append(f"  Description: {_description(section)}")
    address = _address(section)
    if address is not None:
        lines.append(f"  Internet address is {address}")
    speed = _SPEEDS.get(kind, 1000) * 1000
    return [*lines, f"  MTU 1500 bytes, BW {speed} Kbit/sec, DLY 10 usec,"]


def interfaces_status(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["", "Port         Name               Status       Vlan       Duplex  Speed Type"]
    for section in _interfaces(switch):
        name = section.words[1]
        if not names.is_logical(name):
            enabled, up = _link(switch, section)
            status = "disabled" if not enabled else "connected" if up else "notconnect"
            lines.append(
                f"{names.short(name):<12} {_description(section)[:18]:<18} {status:<12} "
                f"{_port_vlan(section):<10}   auto   auto 10/100/1000BaseTX"
            )
    return lines


def _port_vlan(section: Node) -> str:
    if section.has("no", "switchport"):
        return "routed"
    if section.value("switchport", "mode") == ("trunk",):
        return "trunk"
    return (section.value("switchport", "access", "vlan") or ("1",))[0]


def interfaces_description(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["Interface                      Status         Protocol Description"]
    for section in _interfaces(switch):
        enabled, up = _link(switch, section)
        status = "admin down" if not enabled else "up" if up else "down"
        lines.append(
            f"{names.short(section.words[1]):<30} {status:<14} {'up' if up else 'down':<8} "
            f"{_description(section)}".rstrip()
        )
    return lines


def interfaces_trunk(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    trunks = [s for s in _interfaces(switch) if _port_vlan(s) == "trunk" and _link(switch, s)[1]]
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
    for section in _interfaces(switch):
        enabled, up = _link(switch, section)
        address = _address(section)
        shown_address = str(address.ip) if address else "unassigned"
        method = "manual" if address else "unset"
        status = "administratively down" if not enabled else "up" if up else "down"
        lines.append(
            f"{section.words[1]:<22} {shown_address:<15} YES {method:<6} {status:<21} "
            f"{'up' if up else 'down'}"
        )
    return lines


def ip_ssh(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    timeout = (switch.config.value("ip", "ssh", "time-out") or ("120",))[0]
    retries = (switch.config.value("ip", "ssh", "authentication-retries") or ("3",))[0]
    return [
        "SSH Enabled - version 2.0",
        f"Authentication timeout: {timeout} secs; Authentication retries: {retries}",
    ]


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
        ports = ", ".join(_members(switch, number))
        lines.append(f"{number:<4} {name:<32} active    {ports}".rstrip())
    return lines


def _members(switch: IosSwitch, number: int) -> list[str]:
    sections = [s for s in _interfaces(switch) if not names.is_logical(s.words[1])]
    return [names.short(s.words[1]) for s in sections if _port_vlan(s) == str(number)]


def lldp_neighbors(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    """A simulated switch has no data plane, so it never hears a neighbour."""
    if not switch.config.has("lldp", "run"):
        return ["% LLDP is not enabled"]
    return [
        "Capability codes:",
        "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "",
        "Device ID           Local Intf     Hold-time  Capability      Port ID",
        "",
        "Total entries displayed: 0",
    ]


def snmp_user(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    mac = _mac(switch, "engine").replace(".", "").upper()
    return users.listing(switch.config, f"800000090300{mac}")


def running(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    body = printed(switch.config)
    size = sum(len(line) + 1 for line in body)
    lines = ["Building configuration...", "", f"Current configuration : {size} bytes"]
    return lines + switch.head() + shown(body)


def running_interface(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    section = switch.config.find("interface", arguments[0])
    if section is None:
        return [f"% Interface {arguments[0]} does not exist"]
    body = [*section_lines(section), "end"]
    size = sum(len(line) + 1 for line in body)
    return ["Building configuration...", "", f"Current configuration : {size} bytes", "!", *body]


def startup(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not switch.startup.strip():
        return ["startup-config is not present"]
    size = len(switch.startup.encode())
    return [f"Using {size} out of 2097152 bytes", *shown(switch.startup.rstrip("\n").split("\n"))]


def archive(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    return switch.archive.listing(switch.config)


def rollback_timer(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    pending = switch.pending
    if pending is None:
        return ["%No Rollback Confirmed Change pending"]
    return [
        f"Time configured(or reconfigured): {date(pending.since)}",
        "Timer type: absolute timer",
        f"Timer value: {pending.minutes} min",
        f"User: {pending.user}",
    ]


SHOWS: Mapping[str, Show] = {
    "show_version": version,
    "show_clock": clock,
    "show_hosts": hosts,
    "show_inventory": inventory,
    "show_interfaces": interfaces,
    "show_interfaces_status": interfaces_status,
    "show_interfaces_description": interfaces_description,
    "show_interfaces_trunk": interfaces_trunk,
    "show_ip_interface_brief": ip_interface_brief,
    "show_ip_ssh": ip_ssh,
    "show_vlan": vlan,
    "show_lldp_neighbors": lldp_neighbors,
    "show_snmp_user": snmp_user,
    "show_running": running,
    "show_running_interface": running_interface,
    "show_startup": startup,
    "show_archive": archive,
    "show_rollback_timer": rollback_timer,
}
