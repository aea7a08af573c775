"""LLDP and CDP: what a switch says of itself on a port, and whether it does."""

from __future__ import annotations

from ipaddress import IPv4Address

from muniform.lab.ios import names, ports
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.language.tree import Node


def speaks_lldp(config: Node) -> bool:
    return config.has("lldp", "run")


def speaks_cdp(config: Node) -> bool:
    """On by default."""
    return not config.has("no", "cdp", "run")


def full_name(config: Node) -> str:
    """The host name, with the domain if one is configured."""
    host = (config.value("hostname") or ("Switch",))[0]
    domain = config.value("ip", "domain", "name")
    return f"{host}.{domain[0]}" if domain else host


def hears_lldp(config: Node, port: str) -> bool:
    """Whether what arrives on a port is taken in."""
    section = config.find("interface", port)
    is_deaf = section is None or section.has("no", "lldp", "receive") or section.has("shutdown")
    return speaks_lldp(config) and not is_deaf


def announcement(switch: ports.Chassis, port: str, system: str) -> Announcement | None:
    """What it says on a port; None where LLDP is off or the port is down."""
    section = switch.config.find("interface", port)
    is_dumb = section is None or section.has("no", "lldp", "transmit")
    if not speaks_lldp(switch.config) or is_dumb or not switch.is_up(port):
        return None
    chassis = ports.mac(switch.spec, "chassis").replace(".", "")
    return Announcement(
        device=full_name(switch.config),
        port=names.short(port),
        chassis=":".join(chassis[i : i + 2] for i in range(0, 12, 2)),
        system=system,
        address=_management(switch),
    )


def _management(switch: ports.Chassis) -> IPv4Address | None:
    declared = switch.spec.declared
    return declared if declared in ports.own_addresses(switch) else None
