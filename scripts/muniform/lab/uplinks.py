"""On which ports of a device the controller's network is plugged in. Pure.

Follows the cables as they lie, over the whole city, and asks no port's configuration: what a
configuration makes of an uplink is the simulated device's own business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from muniform.model import City, Device, Link, LinkEnd, Site


class Uplinks:
    """The uplinks of every device of a city."""

    def __init__(self, city: City) -> None:
        self._sites = {site.id: site for site in city.sites}
        self._routing = {d.name for d in city.devices if d.management.vlan is None}
        self._cables = _cables(city)
        self._distance = _distances(city, self._cables)

    def of(self, device: Device) -> tuple[str, ...]:
        """The ports of a device, sorted, that lead towards the controller."""
        if device.management.vlan is not None:
            return tuple(sorted(_switched(self._sites[device.site], device)))
        return tuple(sorted(self._routed(device)))

    def _routed(self, device: Device) -> Iterator[str]:
        """A device that routes finds its way by OSPF: over a cable to a device nearer to the
        controller, or to a router as near, which has a way of its own. The nearest of all hear
        the controller on any of their cables."""
        own = self._distance.get(device.name)
        if own is None:
            return
        for port, far in self._cables.get(device.name, ()):
            there = self._distance[far.device]
            if own == 0 or there < own or (there == own and far.device in self._routing):
                yield port


def _switched(site: Site, device: Device) -> Iterator[str]:
    """A switch is managed in a VLAN of its site: over cables to what is nearer to the entry."""
    hops = {other.name: other.hops for other in site.devices}
    for link in site.links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            is_nearer = hops.get(there.device, 0) < device.hops
            if here.device == device.name and is_nearer and link.network is None:
                yield here.port


Cables = Mapping[str, tuple[tuple[str, LinkEnd], ...]]
"""Of each device: its cabled ports, and what is at the other end."""


def _cables(city: City) -> Cables:
    found: dict[str, list[tuple[str, LinkEnd]]] = {}
    for link in unique_links(city.sites):
        for here, there in ((link.a, link.b), (link.b, link.a)):
            found.setdefault(here.device, []).append((here.port, there))
    return {device: tuple(cables) for device, cables in found.items()}


def _distances(city: City, cables: Cables) -> dict[str, int]:
    """How many cables lie between each device and the entry of the controller's site."""
    entries = [
        device.name
        for site in city.sites
        if city.controller in site.block
        for device in site.devices
        if device.hops == 0
    ]
    distance = dict.fromkeys(entries, 0)
    waiting = deque(entries)
    while waiting:
        device = waiting.popleft()
        for _, far in cables.get(device, ()):
            if far.device not in distance:
                distance[far.device] = distance[device] + 1
                waiting.append(far.device)
    return distance


def unique_links(sites: tuple[Site, ...]) -> tuple[Link, ...]:
    """Each link once: a circuit is listed at both of its sites."""
    return tuple(dict.fromkeys(link for site in sites for link in site.links))
