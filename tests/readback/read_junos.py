"""Reads Junos: junoscfg's tree, and junipernetworks.junos's parsers on it as XML.

The collection's parsers read VLANs, ports, aggregations, time and logging. They lose parts of
addresses, filters, OSPF and BGP, which are taken from junoscfg's tree.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from readback import srx
from readback.access_lists import numbers
from readback.cisco_like import VRRP_DEFAULT, by_name, time_keys, time_servers
from readback.facts import Ace, Facts, Interface, Neighbor, Port, in_runs
from readback.junos_tree import items, parse, text_at, xml
from readback.resources import entries, resource
from readback.tree import number

PROTECTION = "MANAGEMENT"
"""The filter that guards the device itself: its networks are read, its terms are no segment's."""
COLLECTION = "junipernetworks.junos"
ACTIONS = {"accept": "permit", "discard": "deny", "reject": "deny"}
RESOURCES = (
    "hostname",
    "vlans",
    "l2_interfaces",
    "interfaces",
    "lag_interfaces",
    "ntp_global",
    "logging_global",
)


def read(text: str) -> Facts:
    """The facts of a configuration. Raises Unreadable."""
    tree = parse(text)
    shown = xml(tree)
    with warnings.catch_warnings():
        # The collection asks an lxml element whether it is true.
        warnings.simplefilter("ignore", FutureWarning)
        found = {name: resource(COLLECTION, name, "", shown) for name in RESOURCES}
    ids = {vlan["name"]: int(vlan["vlan_id"]) for vlan in entries(found["vlans"])}
    filters = {
        str(item["name"]): item for item in items(tree, "firewall", "family", "inet", "filter")
    }
    return Facts(
        hostname=found["hostname"].get("hostname", ""),
        vlans={str(number): name for name, number in ids.items()},
        ports=_ports(found, tree, ids),
        lags=_lags(found["lag_interfaces"]),
        interfaces=_interfaces(found["interfaces"], tree, srx.zones(text)),
        management_acl=_prefix_list(tree, PROTECTION),
        acls={
            name: in_runs(ace for term in items(item, "term") for ace in _aces(term))
            for name, item in filters.items()
            if name != PROTECTION
        }
        | srx.policies(text),
        ntp=time_servers(found["ntp_global"]),
        ntp_keys=time_keys(found["ntp_global"]),
        syslog=tuple(sorted(str(h["name"]) for h in found["logging_global"].get("hosts", ()))),
        snmp_contact=text_at(tree, "snmp", "contact"),
        snmp_location=text_at(tree, "snmp", "location"),
        snmp_hosts=_trap_targets(tree),
        router_id=text_at(tree, "routing-options", "router-id"),
        reference_bandwidth=_bandwidth(text_at(tree, "protocols", "ospf", "reference-bandwidth")),
        default_gateway=_gateway(tree),
        bgp_asn=number(
            text_at(tree, "routing-options", "autonomous-system", "as-number")
            or text_at(tree, "routing-options", "autonomous-system")
        ),
        bgp_networks=_prefix_list(tree, "ANNOUNCED"),
        bgp_neighbors=_neighbors(tree),
        bogons=_prefix_list(tree, "BOGONS"),
    )


def _ports(found: Any, tree: Any, ids: Mapping[str, int]) -> dict[str, Port]:
    ones = by_name(found["interfaces"])
    voice = {
        str(item["name"]).partition(".")[0]: _id(str(item.get("vlan")), ids)
        for item in items(tree, "switch-options", "voip", "interface")
    }
    switched = {
        str(item["name"])
        for item in items(tree, "interfaces", "interface")
        if items(item, "ether-options", "802.3ad")
        or any(items(unit, "family", "ethernet-switching") for unit in items(item, "unit"))
    }
    return {
        name: _port(two, ones.get(name, {}), voice.get(name), ids)
        for name, two in by_name(found["l2_interfaces"]).items()
        if name in switched
    }


def _port(
    two: Mapping[str, Any], one: Mapping[str, Any], voice: int | None, ids: Mapping[str, int]
) -> Port:
    trunk = two.get("trunk") or {}
    access = (two.get("access") or {}).get("vlan")
    members = trunk.get("allowed_vlans", ())
    return Port(
        description=one.get("description", ""),
        enabled=bool(one.get("enabled", True)),
        mode="trunk" if trunk else ("access" if access else ""),
        access_vlan=_id(access, ids) if access else None,
        voice_vlan=voice,
        native_vlan=number(str(trunk.get("native_vlan") or "")),
        tagged=tuple(sorted(_id(member, ids) for member in members)),
    )


def _id(member: str, ids: Mapping[str, int]) -> int:
    """A VLAN's id by its name, or itself. A name that is not declared has none: -1."""
    return int(member) if str(member).isdigit() else ids.get(str(member), -1)


def _lags(found: Any) -> dict[str, tuple[str, ...]]:
    return {
        item["name"]: tuple(member["member"] for member in item["members"])
        for item in entries(found)
        if item.get("members") and item.get("mode") == "active"
    }


def _interfaces(found: Any, tree: Any, zones: Mapping[str, str]) -> dict[str, Interface]:
    ospf = dict(_ospf(tree))
    relay = _relay(tree)
    parents = by_name(found)
    return {
        f"{item['name']}.{unit['name']}": _interface(
            parents.get(str(item["name"]), {}),
            unit,
            ospf.get(f"{item['name']}.{unit['name']}"),
            relay.get(f"{item['name']}.{unit['name']}", ()),
            zones.get(f"{item['name']}.{unit['name']}", ""),
        )
        for item in items(tree, "interfaces", "interface")
        for unit in items(item, "unit")
        if items(unit, "family", "inet", "address")
    }


def _interface(
    parent: Mapping[str, Any],
    unit: Any,
    ospf: tuple[int, Any] | None,
    relay: tuple[str, ...],
    zone: str,
) -> Interface:
    address = items(unit, "family", "inet", "address")[0]
    group: Mapping[str, Any] = next(iter(items(address, "vrrp-group")), {})
    speaks = ospf[1] if ospf else {}
    applied = text_at(unit, "family", "inet", "filter", "input", "filter-name")
    return Interface(
        description=text_at(unit, "description") or parent.get("description", ""),
        enabled=bool(parent.get("enabled", True)) and not text_at(unit, "enable-disable"),
        address=str(address["name"]),
        acl_in="" if applied == PROTECTION else applied,
        zone=zone,
        relay=relay,
        ospf_area=ospf[0] if ospf else None,
        ospf_active=bool(ospf) and "passive" not in speaks,
        ospf_cost=number(text_at(speaks, "metric")),
        ospf_key=next((text_at(md5, "key") for md5 in items(speaks, "authentication", "md5")), ""),
        vrrp_group=number(text_at(group, "name")),
        vrrp_address=text_at(group, "virtual-address"),
        vrrp_priority=number(text_at(group, "priority") or (VRRP_DEFAULT if group else "")),
    )


def _ospf(tree: Any) -> Iterator[tuple[str, tuple[int, Any]]]:
    for area in items(tree, "protocols", "ospf", "area"):
        value = 0
        for part in str(area["name"]).split("."):
            value = value * 256 + int(part)
        for item in items(area, "interface"):
            yield str(item["name"]), (value, item)


def _relay(tree: Any) -> dict[str, tuple[str, ...]]:
    """DHCP servers by the interface that relays to them."""
    options: Mapping[str, Any] = next(iter(items(tree, "forwarding-options", "dhcp-relay")), {})
    servers: dict[str, list[str]] = {}
    for listed in items(options, "server-group"):
        # junoscfg keeps the name of a group and one of its servers together.
        for group, _, server in (key.partition(" ") for key in listed):
            servers.setdefault(group, []).append(server)
    return {
        str(item["name"]): tuple(
            servers.get(text_at(group, "active-server-group", "active-server-group"), ())
        )
        for group in items(options, "group")
        for item in items(group, "interface")
    }


def _aces(term: Any) -> Iterator[Ace]:
    """A filter's term, one rule for each destination and port."""
    source: Mapping[str, Any] = next(iter(items(term, "from")), {})
    then: Mapping[str, Any] = next(iter(items(term, "then")), {})
    action = next((word for key, word in ACTIONS.items() if key in then), "none")
    log = "log" in then or "syslog" in then
    destinations = [str(item["name"]) for item in items(source, "destination-address")] or ["any"]
    protocols = [str(item) for item in items(source, "protocol")] or ["ip"]
    ports = [port for text in items(source, "destination-port") for port in numbers(text)] or [""]
    origins = [port for text in items(source, "source-port") for port in numbers(text)] or [""]
    reply = "tcp-established" in source
    for protocol, destination, port, origin in product(protocols, destinations, ports, origins):
        yield Ace(action, protocol, destination, port, log, reply, origin)


def _prefix_list(tree: Any, name: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            str(item["name"])
            for entry in items(tree, "policy-options", "prefix-list")
            if entry["name"] == name
            for item in items(entry, "prefix-list-item")
        )
    )


def _trap_targets(tree: Any) -> tuple[str, ...]:
    targets = items(tree, "snmp", "v3", "target-address")
    return tuple(sorted(text_at(item, "address") for item in targets))


def _bandwidth(text: str) -> int | None:
    """Junos writes 100g for 100,000 Mbit/s."""
    units = {"g": 1000, "m": 1}
    if not text:
        return None
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text) // 1_000_000


def _gateway(tree: Any) -> str:
    for route in items(tree, "routing-options", "static", "route"):
        if route["name"] == "0.0.0.0/0":
            return text_at(route, "next-hop")
    return ""


def _neighbors(tree: Any) -> dict[str, Neighbor]:
    return {
        str(peer["name"]): Neighbor(
            int(text_at(peer, "peer-as") or text_at(group, "peer-as") or 0),
            text_at(peer, "description"),
            text_at(peer, "authentication-key"),
            number(
                text_at(peer, "family", "inet", "unicast", "prefix-limit", "maximum")
                or text_at(group, "family", "inet", "unicast", "prefix-limit", "maximum")
            ),
        )
        for group in items(tree, "protocols", "bgp", "group")
        for peer in items(group, "neighbor")
    }
