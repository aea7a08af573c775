"""What a lab of a city consists of: values that ``deriving`` makes and the builder reads.

A router is a container whose interfaces bear the declared names; FRR gives them addresses. A host
is a container whose one interface is set as its site's DHCP would set it. All other devices are
simulated and have no data plane: each VLAN of a site is one segment that joins routers and hosts
directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface

from muniform.lab.platforms import PLATFORMS
from muniform.lab.secret_names import LabSecrets
from muniform.model import DnsService, LinkEnd


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
    """A cable or circuit between two devices of the lab, whatever plays them."""

    a: LinkEnd
    b: LinkEnd
    medium: str
    is_routed: bool = False
    """Both its ends have addresses, and no VLANs."""

    @property
    def ends(self) -> tuple[LinkEnd, LinkEnd]:
        return self.a, self.b


@dataclass(frozen=True)
class Service:
    """An address and port of the city that the lab serves."""

    address: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True)
class DevicePlan:
    """A simulated device, and where the way to the controller begins when the lab is built."""

    name: str
    platform: str
    model: str
    serial: str
    ports: tuple[str, ...]
    startup: str
    address: IPv4Address
    gateway: IPv4Address | None
    """None: the device routes, and is managed on its loopback."""
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
    devices: tuple[DevicePlan, ...]
    """The simulated ones."""
    cables: tuple[Cable, ...]
    secrets: LabSecrets
    """The names of the secrets that the city refers to."""

    @cached_property
    def circuits(self) -> tuple[Cable, ...]:
        """The cables that are a real link between two containers' interfaces."""
        real = {machine.name for machine in self.machines}
        return tuple(
            cable
            for cable in self.cables
            if cable.is_routed and {end.device for end in cable.ends} <= real
        )

    @property
    def segments(self) -> tuple[str, ...]:
        """The layer-2 networks, one for each VLAN of a site in which somebody stands."""
        return tuple(sorted({nic.segment for m in self.machines for nic in m.nics if nic.segment}))

    @property
    def services(self) -> tuple[Service, ...]:
        """All that can be reached through the lab."""
        machines = [Service(m.address, port) for m in self.machines for port in m.ports]
        return (*machines, *self.simulated_services)

    @property
    def simulated_services(self) -> tuple[Service, ...]:
        """Those of simulated devices, whose clocks may run faster than ours."""
        return tuple(service for device in self.devices for service in device.services)

    def machine(self, name: str) -> Machine | None:
        """The container with this name, or None."""
        return next((machine for machine in self.machines if machine.name == name), None)
