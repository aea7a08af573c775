"""LLDP and CDP tables. What a switch hears follows from the lab's cables and both ends' ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from muniform.lab.ios import discovery, names, ports
from muniform.lab.ios.device import IosSwitch, Show
from muniform.lab.simulated.fabric import Announcement

_LLDP_OFF = "% LLDP is not enabled"
_CDP_OFF = "% CDP is not enabled"
_HOLD = 120
_CODES = [
    "Capability codes:",
    "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
    "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
    "",
]


def _heard(switch: IosSwitch) -> Iterator[tuple[str, Announcement]]:
    for section in ports.interfaces(switch.config):
        port = section.words[1]
        if ports.is_physical(section) and discovery.hears_lldp(switch.config, port):
            said = switch.fabric.hears(switch.spec.name, port)
            if said is not None:
                yield port, said


def _dotted(mac: str) -> str:
    digits = mac.replace(":", "").lower()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def lldp(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not discovery.speaks_lldp(switch.config):
        return [_LLDP_OFF]
    every = (switch.config.value("lldp", "timer") or ("30",))[0]
    hold = (switch.config.value("lldp", "holdtime") or (str(_HOLD),))[0]
    return [
        "",
        "Global LLDP Information:",
        "    Status: ACTIVE",
        f"    LLDP advertisements are sent every {every} seconds",
        f"    LLDP hold time advertised is {hold} seconds",
        "    LLDP interface reinitialisation delay is 2 seconds",
    ]


def lldp_neighbors(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not discovery.speaks_lldp(switch.config):
        return [_LLDP_OFF]
    rows = [
        f"{said.device[:20]:<20}{names.short(port):<15}{_HOLD:<11}{'B':<16}{said.port}"
        for port, said in _heard(switch)
    ]
    header = "Device ID           Local Intf     Hold-time  Capability      Port ID"
    return [*_CODES, header, *rows, "", f"Total entries displayed: {len(rows)}", ""]


def lldp_detail(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    if not discovery.speaks_lldp(switch.config):
        return [_LLDP_OFF]
    heard = [pair for pair in _heard(switch) if not arguments or pair[0] == arguments[0]]
    lines = [line for port, said in heard for line in _lldp_entry(port, said)]
    return [*lines, "", f"Total entries displayed: {len(heard)}", ""]


def _lldp_entry(port: str, said: Announcement) -> list[str]:
    where = [f"    IP: {said.address}"] if said.address else ["- not advertised"]
    return [
        "-" * 48,
        f"Local Intf: {names.short(port)}",
        f"Chassis id: {_dotted(said.chassis)}",
        f"Port id: {said.port}",
        f"Port Description: {said.port}",
        f"System Name: {said.device}",
        "",
        "System Description: ",
        said.system,
        "",
        f"Time remaining: {_HOLD - 1} seconds",
        "System Capabilities: B",
        "Enabled Capabilities: B",
        *(
            ["Management Addresses:", *where]
            if said.address
            else [f"Management Addresses {where[0]}"]
        ),
        "Auto Negotiation - not supported",
        "Physical media capabilities - not advertised",
        "Media Attachment Unit type - not advertised",
        "Vlan ID: - not advertised",
        "",
    ]


def _seen_by_cdp(switch: IosSwitch) -> Iterator[tuple[str, IosSwitch, str]]:
    """(own port, neighbour, its port): only Cisco's devices speak CDP."""
    for section in ports.interfaces(switch.config):
        port = section.words[1]
        far = switch.fabric.far_end(switch.spec.name, port)
        other = switch.fabric.devices.get(far.device) if far else None
        if far is None or not isinstance(other, IosSwitch) or section.has("no", "cdp", "enable"):
            continue
        their = other.config.find("interface", far.port)
        is_dumb = their is None or their.has("no", "cdp", "enable")
        is_up = ports.link(switch, section)[1] and other.is_up(far.port)
        if is_up and not is_dumb and discovery.speaks_cdp(other.config):
            yield port, other, far.port


def cdp(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not discovery.speaks_cdp(switch.config):
        return [_CDP_OFF]
    return [
        "Global CDP information:",
        "\tSending CDP packets every 60 seconds",
        "\tSending a holdtime value of 180 seconds",
        "\tSending CDPv2 advertisements is  enabled",
    ]


def cdp_neighbors(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not discovery.speaks_cdp(switch.config):
        return [_CDP_OFF]
    rows = [
        f"{discovery.full_name(other.config)[:16]:<17}{names.short(port):<18}{'180':<13}{'S I':<12}"
        f"{other.spec.model:<10}{names.short(far)}"
        for port, other, far in _seen_by_cdp(switch)
    ]
    return [
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge",
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone",
        "",
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID",
        *rows,
        "",
        f"Total cdp entries displayed : {len(rows)}",
    ]


def cdp_detail(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not discovery.speaks_cdp(switch.config):
        return [_CDP_OFF]
    seen = list(_seen_by_cdp(switch))
    lines: list[str] = []
    for port, other, far in seen:
        lines += [
            "-" * 25,
            f"Device ID: {discovery.full_name(other.config)}",
            "Entry address(es): ",
            f"  IP address: {other.spec.declared}",
            f"Platform: cisco {other.spec.model},  Capabilities: Switch IGMP ",
            f"Interface: {port},  Port ID (outgoing port): {far}",
            "Holdtime : 180 sec",
            "",
            "Version :",
            other.description,
            "",
            "advertisement version: 2",
            "",
        ]
    return [*lines, "", f"Total cdp entries displayed : {len(seen)}"]


SHOWS: Mapping[str, Show] = {
    "show_lldp": lldp,
    "show_lldp_neighbors": lldp_neighbors,
    "show_lldp_detail": lldp_detail,
    "show_cdp": cdp,
    "show_cdp_neighbors": cdp_neighbors,
    "show_cdp_detail": cdp_detail,
}
