"""What a lab of a city consists of, derived from the City. Pure: no I/O, no addresses invented.

A router is a container whose interfaces bear the declared names; FRR gives them addresses. A host
is a container whose one interface is set as its site's DHCP would set it. A switch is simulated
and has no data plane: each VLAN of a site is one segment that joins routers and hosts directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface

from muniform.errors import LabError
from muniform.model import City, Device, DnsService, Host, Link, LinkEnd, Site

FirstBoot = Callable[[Device], str]

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
class SwitchPlan:
    """A simulated switch, and how it is cabled when the lab is built."""

    name: str
    model: str
    serial: str
    ports: tuple[str, ...]
    startup: str
    address: IPv4Address
    gateway: IPv4Address
    uplinks: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """An address and port of the city that the lab serves."""

    address: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


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

    @property
    def segments(self) -> tuple[str, ...]:
        """The layer-2 networks, one for each VLAN of a site in which somebody stands."""
        return tuple(sorted({nic.segment for m in self.machines for nic in m.nics if nic.segment}))

    @property
    def services(self) -> tuple[Service, ...]:
        """All that can be reached through the lab."""
        machines = [Service(m.address, port) for m in self.machines for port in m.ports]
        return (*machines, *(Service(switch.address, SSH_PORT) for switch in self.switches))


def lab_spec(city: City, first_boot: FirstBoot) -> LabSpec:
    """The lab of a city. Raises LabError where the city has what no lab can play."""
    machines: list[Machine] = []
    switches: list[SwitchPlan] = []
    links = _unique(link for site in city.sites for link in site.links)
    for site in city.sites:
        for device in site.devices:
            if device.platform == "frr":
                machines.append(_router(device, links, first_boot))
            elif device.platform == "ios":
                switches.append(_switch(site, device, first_boot))
            else:
                raise LabError(
                    f"{device.name}: the lab has nothing that plays platform {device.platform!r}",
                    "the lab knows frr and ios",
                )
        machines += [_host(host) for host in site.hosts]
    return LabSpec(
        city=city.name,
        account=city.baseline.account.name,
        controller=city.controller,
        dns=city.dns,
        machines=tuple(machines),
        switches=tuple(switches),
        cables=tuple(Cable(link.a, link.b) for link in links if link.network is not None),
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
