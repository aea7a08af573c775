"""What the agent reads about a router, in the words of NAPALM. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
