"""Where packets would go: interfaces' networks and static routes. Reads, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from muniform.lab.junos import interfaces
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.management import next_hops
from muniform.lab.simulated.reaching import answers


@dataclass(frozen=True)
class Route:
    """One active route."""

    network: IPv4Network
    protocol: str
    interface: str = ""
    hop: IPv4Address | None = None


def routes(device: JunosDevice) -> list[Route]:
    """Connected networks, then static routes, each as the configuration has it."""
    found: list[Route] = []
    for name, unit in interfaces.logical(device.config):
        if not unit.has("disable"):
            found += [Route(a.network, "Direct", name) for a in interfaces.addresses(unit)]
    direct = list(found)
    static = device.config.find("routing-options", "static")
    for route in static.each("route") if static else ():
        network = IPv4Network(route.keys[0])
        for hop in next_hops(device.config, network.network_address):
            via = next((each.interface for each in direct if hop in each.network), "")
            if via:
                found.append(Route(network, "Static", via, hop))
    return found


def reaches(device: JunosDevice, target: IPv4Address) -> bool:
    """Whether a ping would be answered."""
    own = [
        address.ip
        for _, unit in interfaces.logical(device.config)
        for address in interfaces.addresses(unit)
    ]
    is_routed = any(target in route.network for route in routes(device))
    return answers(device, target, own, is_routed)
