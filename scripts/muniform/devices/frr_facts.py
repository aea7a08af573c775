"""What the agent reads about a router, in the words of NAPALM and of the driver. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from muniform.devices.driver import Neighbour

UNKNOWN = ""
VERSION = re.compile(r"^FRRouting (\S+)", re.MULTILINE)


def facts_of(read: Mapping[str, Any]) -> dict[str, Any]:
    """``get_facts``. A white box tells neither model nor serial number to FRR."""
    found = VERSION.search(read["version"])
    hostname = str(read["hostname"])
    return {
        "uptime": float(read["uptime"]),
        "vendor": "FRRouting",
        "os_version": found.group(1) if found else UNKNOWN,
        "serial_number": UNKNOWN,
        "model": "Linux",
        "hostname": hostname.split(".")[0],
        "fqdn": hostname,
        "interface_list": [str(link["ifname"]) for link in read["links"]],
    }


def interfaces_of(read: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """``get_interfaces``: the interfaces that exist; what is only configured is not among them."""
    described: Mapping[str, Any] = read["interfaces"]
    return {
        str(link["ifname"]): _interface(link, described.get(link["ifname"], {}))
        for link in read["links"]
    }


def _interface(link: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    flags = link.get("flags", [])
    speed = float(described.get("speed", 0))
    return {
        "is_up": "UP" in flags and "LOWER_UP" in flags,
        "is_enabled": "UP" in flags,
        "description": str(described.get("description", "")),
        "last_flapped": -1.0,
        "speed": speed if speed > 0 else -1.0,
        "mtu": int(link.get("mtu", 0)),
        "mac_address": str(link.get("address", "")).upper(),
    }


def neighbours_of(seen: Mapping[str, Any]) -> frozenset[Neighbour]:
    """The adjacencies that carry routes: OSPF's full ones, BGP's established ones.

    FRR speaks no LLDP. An OSPF neighbour is named by its router id, a BGP one by its address; its
    port is the interface, or ``bgp``.
    """
    return frozenset([*_full(seen["ospf"]), *_established(seen["bgp"])])


def _full(table: Mapping[str, Any]) -> list[Neighbour]:
    return [
        Neighbour(str(each["ifaceName"]).partition(":")[0], router)
        for router, found in table.get("neighbors", {}).items()
        for each in found
        if str(each.get("nbrState", each.get("state", ""))).startswith("Full")
    ]


def _established(table: Mapping[str, Any]) -> list[Neighbour]:
    return [
        Neighbour("bgp", address)
        for family in table.values()
        if isinstance(family, Mapping)
        for address, peer in family.get("peers", {}).items()
        if peer.get("state") == "Established"
    ]
