"""The way between a device and others, as far as it is the same for all platforms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import TypeVar

from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.spec import Wiring


def uplink_fault(wiring: Wiring, fault_of: Callable[[str], str | None]) -> str | None:
    """Why none of the wired ports leads on, or None. ``fault_of`` is asked for each of them."""
    faults = [fault_of(port) for port in wiring.uplinks]
    if None in faults:
        return None
    return "; ".join(fault for fault in faults if fault) or "no uplink is wired"


Hop = TypeVar("Hop")


def most_specific(routes: Iterable[tuple[IPv4Network, Hop]], target: IPv4Address) -> Hop | None:
    """Where the most specific route to ``target`` leads; of two that are alike, the first one."""
    fitting = [route for route in routes if target in route[0]]
    best = max(fitting, key=lambda route: route[0].prefixlen, default=None)
    return best[1] if best else None


def masked_routes(
    lines: Iterable[Sequence[str]],
) -> Iterable[tuple[IPv4Network, IPv4Address]]:
    """Routes as ``ip route NETWORK MASK HOP`` gives them."""
    for _ip, _route, network, mask, hop, *_rest in lines:
        yield IPv4Network(f"{network}/{mask}", strict=False), IPv4Address(hop)


def answers(
    device: SimulatedDevice, target: IPv4Address, own: Iterable[IPv4Address], is_routed: bool
) -> bool:
    """Whether an address answers a device's ping: its ``own``, and while the way in is whole the
    gateway, the controller and whoever the lab knows.

    ``is_routed``: the configuration has a way to it. Where OSPF is the way in, its neighbours tell
    the way out as well.
    """
    if target in own:
        return True
    if device.way_in() is not None:
        return False
    wiring, known = device.spec.wiring, device.fabric.answering
    if target in (wiring.gateway, wiring.controller):
        return True
    is_there = known is None or target in known
    return is_there and (wiring.gateway is None or is_routed)
