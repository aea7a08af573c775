"""Reads IOS-XE: cisco.ios's parsers, ttp_templates for VLANs, hier_config's tree for the rest."""

from __future__ import annotations

from typing import Any

from hier_config import HConfig
from ttp_templates import parse_output  # type: ignore[import-untyped]

from readback import access_lists, cisco_like
from readback.facts import Facts, Interface, Port
from readback.resources import entries, resource, sections
from readback.tree import tree


def read(text: str) -> Facts:
    """The facts of a configuration. Raises Unreadable."""
    shape = tree("ios", text)
    found = {name: resource("cisco.ios", name, text) for name in RESOURCES}
    lists = access_lists.named("cisco.ios", text)
    snmp = found["snmp_server"]
    return Facts(
        hostname=found["hostname"].get("hostname", ""),
        vlans=_vlans(text),
        ports=_ports(found, shape),
        lags=lags(found["lag_interfaces"]),
        interfaces=_interfaces(found, shape),
        management_acl=access_lists.sources(lists.pop("MANAGEMENT", ())),
        acls={name: access_lists.rules(aces) for name, aces in lists.items() if extended(aces)},
        ntp=cisco_like.time_servers(found["ntp_global"]),
        ntp_keys=cisco_like.time_keys(found["ntp_global"]),
        syslog=tuple(sorted(str(h["host"]) for h in found["logging_global"].get("hosts", ()))),
        snmp_contact=snmp.get("contact", ""),
        snmp_location=snmp.get("location", ""),
        snmp_hosts=tuple(sorted(str(host["host"]) for host in snmp.get("hosts", ()))),
        router_id=_ospf(found["ospfv2"]).get("router_id", ""),
        reference_bandwidth=_ospf(found["ospfv2"]).get("auto_cost", {}).get("reference_bandwidth"),
        default_gateway=cisco_like.gateway(found["static_routes"]),
    )


RESOURCES = (
    "hostname",
    "l2_interfaces",
    "l3_interfaces",
    "interfaces",
    "lag_interfaces",
    "ntp_global",
    "logging_global",
    "snmp_server",
    "ospfv2",
    "ospf_interfaces",
    "static_routes",
)


def _vlans(text: str) -> dict[str, str]:
    """cisco.ios reads VLANs from ``show vlan`` only; ttp_templates from a configuration."""
    blocks = [part for part in sections(text) if part[0].startswith("vlan ")]
    shown = "\n".join("\n".join(part) + "\n!" for part in blocks)
    found: Any = parse_output(
        data=shown, platform="cisco_ios", command="show running-config | section vlan"
    )
    return {str(vlan["vid"]): str(vlan["name"]) for vlan in found[0]}


def extended(aces: Any) -> bool:
    return any("protocol" in ace for ace in aces)


def lags(found: Any) -> dict[str, tuple[str, ...]]:
    """Members by aggregation, those that speak LACP actively."""
    return {
        item["name"]: tuple(m["member"] for m in item["members"] if m.get("mode") == "active")
        for item in entries(found)
        if item.get("members")
    }


def _ports(found: dict[str, Any], shape: HConfig) -> dict[str, Port]:
    ones = cisco_like.by_name(found["interfaces"])
    return {
        name: cisco_like.port(two, ones.get(name, {}), shape.children[f"interface {name}"])
        for name, two in cisco_like.by_name(found["l2_interfaces"]).items()
        if cisco_like.is_port(two)
    }


def _interfaces(found: dict[str, Any], shape: HConfig) -> dict[str, Interface]:
    ones = cisco_like.by_name(found["interfaces"])
    ospf = cisco_like.by_name(found["ospf_interfaces"])
    active = active_interfaces(_ospf(found["ospfv2"]))
    return {
        name: cisco_like.interface(
            ones.get(name, {}),
            three,
            cisco_like.ospf_of(ospf.get(name, {})),
            shape.children[f"interface {name}"],
            name in active,
        )
        for name, three in cisco_like.by_name(found["l3_interfaces"]).items()
        if three.get("ipv4")
    }


def active_interfaces(process: Any) -> tuple[str, ...]:
    """Interfaces that ``no passive-interface`` names."""
    passive = process.get("passive_interfaces", {}).get("interface", {})
    return tuple(passive.get("name", ())) if passive.get("set_interface") is False else ()


def _ospf(found: Any) -> Any:
    return next(iter((found or {}).get("processes", ())), {})
