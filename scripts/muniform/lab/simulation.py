"""The lab's simulated devices, from what the daemon is told to what listens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from muniform.errors import LabError
from muniform.lab.endpoint import endpoint
from muniform.lab.offering import offered
from muniform.lab.platforms import PLATFORMS
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import (
    RELOAD_SECONDS,
    Identity,
    SimulatedDevice,
)
from muniform.lab.simulated.fabric import End, Fabric
from muniform.lab.simulated.serving import Serving, serve
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring
from muniform.lab.spec import Cable, DevicePlan, LabSpec
from muniform.secrets import SecretStore


@dataclass(frozen=True)
class Simulation:
    """The running devices, by name."""

    devices: Mapping[str, SimulatedDevice]

    def find(self, name: str) -> SimulatedDevice:
        """Raises LabError for a name that does not exist."""
        if name not in self.devices:
            raise LabError(f"the lab simulates no device {name!r}", offered(name, self.devices))
        return self.devices[name]

    def reboot(self, name: str) -> float:
        """Start a device anew; how many of our seconds it will be away."""
        device = self.find(name)
        device.reload()
        return RELOAD_SECONDS / device.clock.scale

    def is_up(self, name: str, port: str) -> bool:
        """Whether a port of a device is switched on, and its device runs."""
        return self.devices[name].is_up(port)


async def start(
    spec: LabSpec,
    store: SecretStore,
    identity: Identity,
    other: Identity,
    clock_scale: float,
) -> tuple[Simulation, Serving]:
    """Boot all devices on their first configuration and let them listen."""
    playing = boot(spec, store, clock_scale)
    listeners = [
        listener
        for plan in spec.devices
        for listener in PLATFORMS[plan.platform].listeners(
            playing.devices[plan.name], identity, other
        )
    ]
    return playing, await serve(listeners)


def boot(spec: LabSpec, store: SecretStore, clock_scale: float) -> Simulation:
    """All devices, cabled and on their first configuration; nobody listens yet."""
    clock = Clock(clock_scale)
    fabric = Fabric(_cabled(spec.cables))
    fabric.answering = frozenset(_played(spec))
    devices: dict[str, SimulatedDevice] = {}
    for plan in spec.devices:
        device = PLATFORMS[plan.platform].make(_spec(plan, spec, store), clock)
        device.fabric = fabric
        fabric.devices[plan.name] = devices[plan.name] = device
    return Simulation(devices)


def _cabled(cables: Iterable[Cable]) -> Iterable[tuple[End, End]]:
    for cable in cables:
        a, b = (End(end.device, end.port) for end in cable.ends)
        yield a, b


def _played(spec: LabSpec) -> Iterable[IPv4Address]:
    """The addresses of all whom the lab plays."""
    for machine in spec.machines:
        yield machine.address
        yield from (nic.address.ip for nic in machine.nics if nic.address)
    yield from (device.address for device in spec.devices)


def _spec(plan: DevicePlan, spec: LabSpec, store: SecretStore) -> DeviceSpec:
    host, port = endpoint(plan.address, SSH)
    return DeviceSpec(
        name=plan.name,
        model=plan.model,
        serial=plan.serial,
        ports=plan.ports,
        startup=store.resolve(plan.startup),
        wiring=Wiring(plan.uplinks, plan.gateway, spec.controller),
        address=host,
        port=port,
        management=plan.address,
    )
