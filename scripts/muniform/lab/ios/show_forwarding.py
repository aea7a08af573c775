"""Routes, ARP, MAC addresses and ping: what follows from the configuration and the way in.

There is no data plane. The management path is the one way that is followed packet by packet, so
what lies behind it answers while it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address

from muniform.lab.ios import names, ports
from muniform.lab.ios.device import IosSwitch, Show
from muniform.lab.ios.management import next_hop
from muniform.lab.simulated.reaching import answers

_ROUTE_CODES = [
    "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP",
    "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area",
    "       * - candidate default",
    "",
]


def reaches(switch: IosSwitch, target: IPv4Address) -> bool:
    """Whether an address answers the switch."""
    is_routed = next_hop(switch.config, target) is not None or any(
        target in each.network for each in ports.addresses(switch).values()
    )
    return answers(switch, target, ports.own_addresses(switch), is_routed)


def ping(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    target = IPv4Address(arguments[0])
    options = (arguments[1] if len(arguments) > 1 else "").split()
    chosen = {"repeat": "5", "timeout": "2", "size": "100"}
    chosen |= dict(zip(options[::2], options[1::2], strict=True))
    count = int(chosen["repeat"])
    answers = reaches(switch, target)
    rate = f"Success rate is {100 if answers else 0} percent ({count if answers else 0}/{count})"
    return [
        "Type escape sequence to abort.",
        f"Sending {count}, {chosen['size']}-byte ICMP Echos to {target}, "
        f"timeout is {chosen['timeout']} seconds:",
        ("!" if answers else ".") * count,
        f"{rate}, round-trip min/avg/max = 1/1/1 ms" if answers else rate,
    ]


def ip_route(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    config = switch.config
    if not config.has("ip", "routing"):
        gateway = config.value("ip", "default-gateway")
        return [
            f"Default gateway is {gateway[0] if gateway else 'not set'}",
            "",
            "Host               Gateway           Last Use    Total Uses  Interface",
            "ICMP redirect cache is empty",
        ]
    default = next_hop(config, IPv4Address("0.0.0.0"))  # noqa: S104 - the default route's name
    last = f"{default} to network 0.0.0.0" if default else "not set"
    return [*_ROUTE_CODES, f"Gateway of last resort is {last}", "", *_routes(switch)]


def _routes(switch: IosSwitch) -> Iterator[str]:
    for route in switch.config.starting("ip", "route"):
        mask = sum(bin(int(part)).count("1") for part in route.words[3].split("."))
        mark = "S*" if mask == 0 else "S"
        yield f"{mark:<6}{route.words[2]}/{mask} [1/0] via {route.words[4]}"
    for name, own in sorted(ports.addresses(switch).items(), key=lambda item: item[1]):
        if own.network.prefixlen < 32:
            yield f"C     {own.network} is directly connected, {name}"
        yield f"L     {own.ip}/32 is directly connected, {name}"


def ip_arp(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    lines = ["Protocol  Address          Age (min)  Hardware Addr   Type   Interface"]
    gateway = switch.spec.wiring.gateway
    for name, own in ports.addresses(switch).items():
        if own.network.prefixlen == 32:
            continue
        mac = ports.mac(switch.spec, name)
        lines.append(f"Internet  {own.ip!s:<15}         -   {mac}  ARPA   {name}")
        if gateway is not None and gateway in own.network and switch.way_in() is None:
            theirs = ports.mac(switch.spec, f"gateway {gateway}")
            lines.append(f"Internet  {gateway!s:<15}        12   {theirs}  ARPA   {name}")
    return lines


def mac_table(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    rows = [f"{'All':>4}    0100.0ccc.cccc    STATIC      CPU"]
    for section in ports.interfaces(switch.config):
        port = section.words[1]
        said = switch.fabric.hears(switch.spec.name, port)
        if said is None or not ports.link(switch, section)[1]:
            continue
        vlan, digits = ports.vlan_of(section), said.chassis.replace(":", "")
        native = section.value("switchport", "trunk", "native", "vlan") or ("1",)
        shown = native[0] if vlan == "trunk" else vlan
        mac = f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
        rows.append(f"{shown:>4}    {mac}    DYNAMIC     {names.short(port)}")
    return [
        "          Mac Address Table",
        "-------------------------------------------",
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
        *rows,
        f"Total Mac Addresses for this criterion: {len(rows)}",
    ]


SHOWS: Mapping[str, Show] = {
    "ping": ping,
    "show_ip_route": ip_route,
    "show_ip_arp": ip_arp,
    "show_mac_table": mac_table,
}
