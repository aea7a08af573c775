"""NAPALM's facts and interfaces from what the router printed."""

from __future__ import annotations

from muniform.devices import Neighbour
from muniform.devices.frr_facts import facts_of, interfaces_of, neighbours_of

READ = {
    "version": "FRRouting 8.4.4 (fs03-rtr1) on Linux(6.1.0).\nCopyright 1996-2005\n",
    "uptime": 12.5,
    "hostname": "fs03-rtr1.net.portaurelia.example",
    "links": [
        {"ifname": "lo", "flags": ["LOOPBACK", "UP", "LOWER_UP"], "mtu": 65536},
        {
            "ifname": "eth0",
            "flags": ["BROADCAST", "UP"],
            "mtu": 1500,
            "address": "02:00:00:00:00:0a",
        },
    ],
    "interfaces": {
        "eth0": {"description": "WAN", "speed": 10000},
        "eth9": {"description": "only configured"},
    },
}


# As FRR 8.4.4 prints them, without the counters.
OSPF = {
    "neighbors": {
        "10.0.240.1": [
            {
                "state": "Full/-",
                "nbrState": "Full/-",
                "converged": "Full",
                "address": "10.0.0.37",
                "ifaceName": "eth0:10.0.0.36",
            }
        ],
        "10.0.240.5": [
            {
                "state": "ExStart/-",
                "nbrState": "ExStart/-",
                "converged": "ExStart",
                "address": "10.0.0.39",
                "ifaceName": "eth1:10.0.0.38",
            }
        ],
    }
}
BGP = {
    "ipv4Unicast": {
        "routerId": "10.0.240.18",
        "peers": {
            "10.0.0.37": {"hostname": "isp", "remoteAs": 65002, "state": "Established"},
            "10.0.0.41": {"remoteAs": 65003, "state": "Connect"},
        },
        "bestPath": {"multiPathRelax": "false"},
    }
}


def test_neighbours_are_those_that_carry_routes() -> None:
    seen = {"ospf": OSPF, "bgp": BGP, "answering": []}
    assert neighbours_of(seen) == {
        Neighbour("eth0", "10.0.240.1"),
        Neighbour("bgp", "10.0.0.37"),
    }


def test_a_router_without_routing_processes_has_no_neighbours() -> None:
    assert neighbours_of({"ospf": {}, "bgp": {}, "answering": []}) == frozenset()


def test_facts() -> None:
    facts = facts_of(READ)
    assert facts["os_version"] == "8.4.4"
    assert facts["hostname"] == "fs03-rtr1"
    assert facts["fqdn"] == "fs03-rtr1.net.portaurelia.example"
    assert facts["interface_list"] == ["lo", "eth0"]
    assert facts["uptime"] == 12.5


def test_interfaces_without_carrier_are_enabled_but_not_up() -> None:
    interfaces = interfaces_of(READ)
    assert set(interfaces) == {"lo", "eth0"}
    assert (interfaces["lo"]["is_up"], interfaces["lo"]["speed"]) == (True, -1.0)
    assert interfaces["eth0"] == {
        "is_up": False,
        "is_enabled": True,
        "description": "WAN",
        "last_flapped": -1.0,
        "speed": 10000.0,
        "mtu": 1500,
        "mac_address": "02:00:00:00:00:0A",
    }
