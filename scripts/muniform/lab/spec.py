"""What a lab of a city consists of, derived from the City. Pure: no I/O, no addresses invented.

A router is a container whose interfaces bear the declared names; FRR gives them addresses. A host
is a container whose one interface is set as its site's DHCP would set it. A switch is simulated
and has no data plane: each VLAN of a site is one segment that joins routers and hosts directly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface

from muniform.errors import LabError
from muniform.lab.platforms import PLATFORMS
from muniform.lab.secret_names import LabSecrets, lab_secrets
from muniform.model import (
    City,
    Device,
    DeviceRole,
    DnsService,
    Host,
    Link,
    LinkEnd,
    Site,
    SystemFamily,
)

FirstBoot = Callable[[Device], str]

_PLAYED = frozenset({("frr", DeviceRole.WAN_ROUTER), ("ios", DeviceRole.ACCESS_SWITCH)})
"""What the lab has something for: real FRR as routers, simulated IOS-XE as access switches."""

SSH_PORT = 22
DNS_PORT = 53
LONGEST_INTERFACE_NAME = 15
"""Linux' IFNAMSIZ without its terminating zero."""


class Part(StrEnum):
    """What a container is."""

    ROUTER = "router"
    HOST = "host"


@dataclass(frozen=True)
class Nic:
    """An interface of a container. Without a segment it is up, and leads nowhere."""

    name: str
    segment: str | None = None
    address: IPv4Interface | None = None
    """Set by the lab on hosts; a router's addresses are FRR's."""


@dataclass(frozen=True)
class Machine:
    """One container. ``address`` is where it is managed, on ``ports``."""

    name: str
    part: Part
    address: IPv4Address
    ports: tuple[int, ...]
    nics: tuple[Nic, ...]
    gateway: IPv4Address | None = None
    services: tuple[str, ...] = ()
    configuration: str = ""
    """Of routers: what FRR boots with."""


@dataclass(frozen=True)
class Cable:
    """A WAN circuit between two containers' interfaces."""

    a: LinkEnd
    b: LinkEnd


@dataclass(frozen=True)
class Service:
    """An address and port of the city that the lab serves."""

    address: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True)
class SwitchPlan:
    """A simulated switch, and how it is cabled when the lab is built."""

    name: str
    platform: str
    model: str
    serial: str
    ports: tuple[str, ...]
    startup: str
    address: IPv4Address
    gateway: IPv4Address
    uplinks: tuple[str, ...]

    @property
    def services(self) -> tuple[Service, ...]:
        """Where it is reached."""
        return tuple(Service(self.address, port) for port in PLATFORMS[self.platform].ports)


@dataclass(frozen=True)
class LabSpec:
    """Everything the builder needs."""

    city: str
    account: str
    controller: IPv4Address
    dns: DnsService
    machines: tuple[Machine, ...]
    switches: tuple[SwitchPlan, ...]
    cables: tuple[Cable, ...]
    secrets: LabSecrets
    """The names of the secrets that the city refers to."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The layer-2 networks, one for each VLAN of a site in which somebody stands."""
        return tuple(sorted({nic.segment for m in self.machines for nic in m.nics if nic.segment}))

    @property
    def services(self) -> tuple[Service, ...]:
        """All that can be reached through the lab."""
        machines = [Service(m.address, port) for m in self.machines for port in m.ports]
        return (*machines, *(service for switch in self.switches for service in switch.services))


def playable(site: Site) -> bool:
    """Whether the lab has something to play each device of a site."""
    return all((device.platform, device.role) in _PLAYED for device in site.devices)


def chosen_sites(city: City, wanted: Collection[str]) -> tuple[Site, ...]:
    """The sites with these ids or codes; none named: all. Raises LabError."""
    known = {name: site for site in city.sites for name in (site.id, site.code)}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise LabError(f"there is no site {unknown[0]!r}", "list them with: muniform show city")
    ids = {known[name].id for name in wanted} or {site.id for site in city.sites}
    sites = tuple(site for site in city.sites if site.id in ids)
    refused = [site for site in sites if not playable(site)]
    if refused:
        kinds = {(d.platform, d.role) for s in refused for d in s.devices} - _PLAYED
        named = ", ".join(sorted(f"{platform} as {role.value}" for platform, role in kinds))
        codes = [site.code for site in city.sites if playable(site)]
        hub = next((site for site in refused if city.controller in site.block), None)
        if hub is not None:
            raise LabError(
                f"the lab has nothing that plays {named}, and {hub.code}, where the controller "
                "stands, has them",
                "no lab of this city can be made yet: the rest is managed from there",
            )
        raise LabError(
            f"the lab has nothing that plays {named} "
            f"({', '.join(site.code for site in refused[:6])}{' ...' if refused[6:] else ''})",
            f"name sites that it can play: {', '.join(codes)}",
        )
    if not any(city.controller in site.block for site in sites):
        raise LabError(
            f"nothing can be managed without the site of the controller {city.controller}",
            "name that site as well",
        )
    return sites


def lab_spec(city: City, first_boot: FirstBoot, sites: Collection[str] = ()) -> LabSpec:
    """The lab of a city's sites; none named: all. Raises LabError for what no lab can play."""
    chosen = chosen_sites(city, sites)
    machines: list[Machine] = []
    switches: list[SwitchPlan] = []
    played = {device.name for site in chosen for device in site.devices}
    links = _unique(
        link
        for site in chosen
        for link in site.links
        if link.a.device in played and link.b.device in played
    )
    for site in chosen:
        for device in site.devices:
            if device.platform == "frr":
                machines.append(_router(device, links, first_boot))
            else:
                switches.append(_switch(site, device, first_boot))
        machines += [_host(h) for h in site.hosts if city.family(h.os) is SystemFamily.LINUX]
    return LabSpec(
        city=city.name,
        account=city.baseline.account.name,
        controller=city.controller,
        dns=city.dns,
        machines=tuple(machines),
        switches=tuple(switches),
        cables=tuple(Cable(link.a, link.b) for link in links if link.network is not None),
        secrets=lab_secrets(city),
    )


def _router(device: Device, links: Iterable[Link], first_boot: FirstBoot) -> Machine:
    lans = [
        Nic(_checked(device, interface.name), f"{device.site_code}.{interface.vlan}")
        for interface in device.interfaces
        if interface.vlan is not None
    ]
    trunks = [
        Nic(_checked(device, end.port))
        for link in links
        for end in (link.a, link.b)
        if end.device == device.name and link.network is None
    ]
    return Machine(
        name=device.name,
        part=Part.ROUTER,
        address=device.management.address.ip,
        ports=(SSH_PORT,),
        nics=(*trunks, *lans),
        configuration=first_boot(device),
    )


def _host(host: Host) -> Machine:
    return Machine(
        name=host.name,
        part=Part.HOST,
        address=host.address.ip,
        ports=(SSH_PORT, DNS_PORT) if "dns" in host.services else (SSH_PORT,),
        nics=(Nic("eth0", f"{host.site_code}.{host.vlan}", host.address),),
        gateway=host.gateway,
        services=host.services,
    )


def _switch(site: Site, device: Device, first_boot: FirstBoot) -> SwitchPlan:
    gateway = device.management.gateway
    if gateway is None:
        raise LabError(
            f"{device.name}: no gateway on its management network",
            "give the switch a management VLAN that its site's router serves",
        )
    return SwitchPlan(
        name=device.name,
        platform=device.platform,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=first_boot(device),
        address=device.management.address.ip,
        gateway=gateway,
        uplinks=uplinks(site, device.name),
    )


def uplinks(site: Site, switch: str) -> tuple[str, ...]:
    """The ports of a switch whose cable leads to a device nearer to the site's router.

    Follows the cables as they lie, and asks no port's configuration.
    """
    hops = {device.name: device.hops for device in site.devices}
    ports = []
    for link in site.links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            nearer = hops.get(there.device, 0) < hops[switch]
            if here.device == switch and nearer and link.network is None:
                ports.append(here.port)
    return tuple(sorted(ports))


def _unique(links: Iterable[Link]) -> tuple[Link, ...]:
    """Each link once: a circuit is listed at both of its sites."""
    return tuple(dict.fromkeys(links))


def _checked(device: Device, interface: str) -> str:
    if len(interface) > LONGEST_INTERFACE_NAME:
        raise LabError(
            f"{device.name}: interface {interface} is longer than Linux allows",
            f"shorten it to {LONGEST_INTERFACE_NAME} characters",
        )
    return interface
