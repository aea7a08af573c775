"""What pyavd takes for a fabric of many switches. Runs in an environment that has pyavd, not ours.

The fabric is made of pods: two spines and eighteen leaves in pairs, each leaf with 48 ports for
servers, so that its configuration is about as long as one of our access switches'.

    python scripts/bench/peer_pyavd.py [DEVICES]
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import pyavd

Map = dict[str, Any]

LEAVES = 18
SPINES = 2
PORTS = 48
VLANS = range(110, 126)


def pod(number: int, devices: int) -> dict[str, Map]:
    """The inputs of a pod's switches, by name."""
    spines = [f"p{number:02}-spine{n}" for n in range(1, SPINES + 1)]
    pairs = [
        [f"p{number:02}-leaf{n}", f"p{number:02}-leaf{n + 1}"]
        for n in range(1, devices - SPINES, 2)
    ]
    common: Map = {
        "fabric_name": f"POD{number}",
        "underlay_routing_protocol": "ebgp",
        "overlay_routing_protocol": "ebgp",
        "mgmt_gateway": "172.16.0.1",
        "spine": {
            "defaults": {
                "platform": "7050X3",
                "loopback_ipv4_pool": f"192.168.{number}.0/27",
                "bgp_as": str(65000 + number),
            },
            "nodes": [
                {"name": name, "id": place, "mgmt_ip": f"172.16.{number}.{place}/16"}
                for place, name in enumerate(spines, 1)
            ],
        },
        "l3leaf": leaves(number, spines, pairs),
        "tenants": [tenant()],
        "port_profiles": [
            {
                "profile": "desk",
                "mode": "trunk",
                "vlans": "110-125",
                "spanning_tree_portfast": "edge",
            }
        ],
        "servers": [server for pair in pairs for server in servers(pair)],
    }
    types = dict.fromkeys(spines, "spine") | {name: "l3leaf" for pair in pairs for name in pair}
    return {name: {**common, "type": kind, "hostname": name} for name, kind in types.items()}


def leaves(number: int, spines: list[str], pairs: list[list[str]]) -> Map:
    groups = []
    for place, pair in enumerate(pairs):
        nodes = [
            {
                "name": name,
                "id": 2 * place + half + 1,
                "mgmt_ip": f"172.16.{number}.{2 * place + half + 11}/16",
                "uplink_switch_interfaces": [f"Ethernet{2 * place + half + 1}"] * len(spines),
            }
            for half, name in enumerate(pair)
        ]
        groups.append({"group": f"{pair[0]}-pair", "bgp_as": str(65100 + place), "nodes": nodes})
    defaults = {
        "platform": "7050X3",
        "loopback_ipv4_pool": f"192.168.{number}.32/27",
        "loopback_ipv4_offset": 0,
        "vtep_loopback_ipv4_pool": f"192.168.{number}.64/27",
        "uplink_ipv4_pool": f"10.{number}.0.0/24",
        "uplink_interfaces": ["Ethernet49", "Ethernet50"],
        "uplink_switches": spines,
        "mlag_interfaces": ["Ethernet51", "Ethernet52"],
        "mlag_peer_ipv4_pool": f"10.{number}.1.0/24",
        "mlag_peer_l3_ipv4_pool": f"10.{number}.2.0/24",
        "virtual_router_mac_address": "00:1c:73:00:00:99",
        "spanning_tree_mode": "mstp",
        "spanning_tree_priority": 4096,
    }
    return {"defaults": defaults, "node_groups": groups}


def tenant() -> Map:
    svis = [
        {
            "id": vlan,
            "name": f"VLAN{vlan}",
            "enabled": True,
            "ip_address_virtual": f"10.200.{vlan}.1/24",
        }
        for vlan in VLANS
    ]
    return {
        "name": "CITY",
        "mac_vrf_vni_base": 10000,
        "vrfs": [{"name": "CITY", "vrf_id": 10, "svis": svis}],
    }


def servers(pair: list[str]) -> list[Map]:
    return [
        {
            "name": f"{pair[0]}-host{port}",
            "adapters": [
                {
                    "endpoint_ports": ["a", "b"],
                    "switch_ports": [f"Ethernet{port}"] * 2,
                    "switches": pair,
                    "profile": "desk",
                }
            ],
        }
        for port in range(1, PORTS + 1)
    ]


def fabric(devices: int) -> list[dict[str, Map]]:
    pods = -(-devices // (LEAVES + SPINES))
    return [pod(number, LEAVES + SPINES) for number in range(1, pods + 1)]


def render(inputs: dict[str, Map]) -> list[str]:
    """From inputs to configurations, validated on the way as its documentation has it."""
    designs = {}
    for name, entry in inputs.items():
        checked = pyavd.validate_inputs(entry)
        if checked.validated_data is None:
            wrong = checked.validation_result.violations
            raise SystemExit(f"{name}: {[entry.message for entry in wrong]}")
        designs[name] = checked.validated_data
    facts = pyavd.get_avd_facts(designs)
    return [
        pyavd.get_device_config(pyavd.get_device_structured_config(name, design, facts))
        for name, design in designs.items()
    ]


def main() -> None:
    devices = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    start, used = time.perf_counter(), time.process_time()
    lines = [text.count("\n") for inputs in fabric(devices) for text in render(inputs)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "version": pyavd.__version__,
                "devices": len(lines),
                "lines": sum(lines),
                "wall": time.perf_counter() - start,
                "cpu": time.process_time() - used,
                "peak_mb": peak / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
