"""Reads IOS, EOS and FRR: their collections' parsers share one vocabulary of resources.

What the parsers leave out is taken from hier_config's tree; the docstrings say which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hier_config import HConfig
from hier_config.child import HConfigChild

from readback.facts import Interface, NtpServer, Port
from readback.resources import entries
from readback.tree import each, first, number, vlan_numbers

VRRP_DEFAULT = "100"
"""RFC 9568, 6.1; not printed."""


def by_name(found: Any) -> dict[str, Mapping[str, Any]]:
    """A resource's entries by their name."""
    return {str(entry["name"]): entry for entry in entries(found)}


def port(two: Mapping[str, Any], one: Mapping[str, Any], tree: HConfigChild) -> Port:
    """A switched port from l2_interfaces and interfaces; EOS's voice VLAN from the tree."""
    trunk = two.get("trunk") or {}
    tagged = trunk.get("allowed_vlans") or trunk.get("trunk_allowed_vlans") or ()
    access = (two.get("access") or {}).get("vlan")
    voice = (two.get("voice") or {}).get("vlan") or first(tree, r"switchport phone vlan (\d+)")
    if voice and trunk.get("native_vlan") and not tagged:
        # EOS sets a port with a phone as a trunk of two: untagged for the computer, tagged for it.
        access, trunk = trunk["native_vlan"], {}
    return Port(
        description=one.get("description", ""),
        enabled=bool(one.get("enabled", True)),
        mode="access" if access else two.get("mode", ""),
        access_vlan=number(str(access or "")),
        voice_vlan=number(str(voice or "")),
        native_vlan=number(str(trunk.get("native_vlan") or "")),
        tagged=vlan_numbers(str(part) for part in tagged),
    )


def is_port(two: Mapping[str, Any]) -> bool:
    return bool(two.get("access") or two.get("trunk") or two.get("mode"))


def ospf_of(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """An interface's OSPF for IPv4, from ospf_interfaces."""
    return next((item for item in found.get("address_family", ()) if item["afi"] == "ipv4"), {})


def area(found: Mapping[str, Any]) -> int | None:
    """The area, which vendors write as a number or like an address."""
    text = (found.get("process") or found.get("area") or {}).get("area_id")
    if text is None:
        return None
    value = 0
    for part in str(text).split("."):
        value = value * 256 + int(part)
    return value


def interface(
    one: Mapping[str, Any],
    three: Mapping[str, Any],
    ospf: Mapping[str, Any],
    tree: HConfigChild,
    active: bool,
) -> Interface:
    """A layer-3 interface; access group, relays, OSPF's key and VRRP from the tree."""
    addresses = [item["address"] for item in three.get("ipv4", ()) if "address" in item]
    group = first(tree, r"vrrp (\d+) (?:address-family ipv4|ipv4 .*)")
    block = tree.get_child(startswith="vrrp ")
    return Interface(
        description=one.get("description", ""),
        enabled=bool(one.get("enabled", True)),
        address=str(addresses[0]) if addresses else "",
        acl_in=first(tree, r"ip access-group (\S+) in"),
        relay=each(tree, r"ip helper-address (\S+)"),
        ospf_area=area(ospf),
        ospf_active=active,
        ospf_cost=_cost(ospf),
        ospf_key=first(tree, r"ip ospf message-digest-key 1 md5 (?:7 )?(\S+)"),
        vrrp_group=number(group),
        vrrp_address=first(block, r"address (\S+) primary") or first(tree, r"vrrp \d+ ipv4 (\S+)"),
        vrrp_priority=number(
            first(block, r"priority (\d+)")
            or first(tree, r"vrrp \d+ priority-level (\d+)")
            or (VRRP_DEFAULT if group else "")
        ),
    )


def _cost(ospf: Mapping[str, Any]) -> int | None:
    cost = ospf.get("cost")
    return cost.get("interface_cost") if isinstance(cost, Mapping) else cost


def time_servers(ntp: Mapping[str, Any]) -> dict[str, NtpServer]:
    return {
        str(item["server"]): NtpServer(item.get("key_id"), bool(item.get("prefer")))
        for item in ntp.get("servers", ())
    }


def time_keys(ntp: Mapping[str, Any]) -> dict[str, str]:
    return {str(item["id"]): str(item["key"]) for item in ntp.get("authentication_keys", ())}


def gateway(found: Any) -> str:
    """The default route's next hop, from static_routes."""
    for item in entries(found):
        for family in item.get("address_families", ()):
            for route in family.get("routes", ()):
                if route.get("dest") == "0.0.0.0/0":
                    hop = route["next_hops"][0]
                    return str(hop.get("forward_router_address") or hop.get("interface"))
    return ""


def block(tree: HConfig, start: str) -> HConfigChild | None:
    return tree.get_child(startswith=start)
