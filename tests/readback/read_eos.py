"""Reads EOS: arista.eos's parsers, hier_config's tree for the rest.

arista.eos reads no phone VLAN, relay, VRRP and passive interface, drops access groups and, without
end, tries to make sense of a localised SNMP user, which is kept from it.
"""

from __future__ import annotations

from typing import Any

from hier_config import HConfig

from readback import access_lists, cisco_like
from readback.facts import Facts, Interface, Port
from readback.read_ios import lags
from readback.resources import resource
from readback.tree import each, first, tree

RESOURCES = (
    "hostname",
    "vlans",
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


def read(text: str) -> Facts:
    """The facts of a configuration. Raises Unreadable."""
    shape = tree("eos", text)
    readable = _readable(text)
    found = {name: resource("arista.eos", name, readable) for name in RESOURCES}
    lists = access_lists.named("arista.eos", readable)
    snmp = found["snmp_server"]
    ospf: dict[str, Any] = next(iter((found["ospfv2"] or {}).get("processes", ())), {})
    return Facts(
        hostname=found["hostname"].get("hostname", ""),
        vlans={str(vlan["vlan_id"]): vlan.get("name", "") for vlan in found["vlans"] or ()},
        ports=_ports(found, shape),
        lags=lags(found["lag_interfaces"]),
        interfaces=_interfaces(found, shape),
        management_acl=access_lists.sources(lists.pop("MANAGEMENT", ())),
        acls={name: access_lists.rules(aces) for name, aces in lists.items() if _extended(aces)},
        ntp=cisco_like.time_servers(found["ntp_global"]),
        ntp_keys=cisco_like.time_keys(found["ntp_global"]),
        syslog=tuple(sorted(str(h["name"]) for h in found["logging_global"].get("hosts", ()))),
        snmp_contact=snmp.get("contact", ""),
        snmp_location=snmp.get("location", ""),
        snmp_hosts=tuple(sorted(str(host["host"]) for host in snmp.get("hosts", ()))),
        router_id=ospf.get("router_id", ""),
        reference_bandwidth=ospf.get("auto_cost", {}).get("reference_bandwidth"),
        default_gateway=cisco_like.gateway(found["static_routes"]),
    )


def _readable(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("snmp-server user ")]
    return "\n".join(lines)


def _extended(aces: Any) -> bool:
    return any("protocol" in ace for ace in aces)


def _ports(found: dict[str, Any], shape: HConfig) -> dict[str, Port]:
    """Members of an aggregation have no switchport lines of their own."""
    ones = cisco_like.by_name(found["interfaces"])
    return {
        name: cisco_like.port(two, ones.get(name, {}), shape.children[f"interface {name}"])
        for name, two in cisco_like.by_name(found["l2_interfaces"]).items()
        if cisco_like.is_port(two) or first(shape.children[f"interface {name}"], MEMBER)
    }


MEMBER = r"channel-group (\d+) mode active"


def _interfaces(found: dict[str, Any], shape: HConfig) -> dict[str, Interface]:
    ones = cisco_like.by_name(found["interfaces"])
    ospf = cisco_like.by_name(found["ospf_interfaces"])
    process = cisco_like.block(shape, "router ospf ")
    active = each(process, r"no passive-interface (\S+)") if process else ()
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
