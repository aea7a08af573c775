"""The lab's simulated switches, from what the daemon is told to what listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import asyncssh

from muniform.errors import LabError
from muniform.lab import platforms
from muniform.lab.certificates import ensure_certificate
from muniform.lab.endpoint import endpoint
from muniform.lab.files import write_private
from muniform.lab.paths import LabPaths
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import Identity, Listener, SimulatedDevice
from muniform.lab.simulated.serving import Serving, serve
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.spec import SSH_PORT, SwitchPlan
from muniform.secrets import SecretStore


@dataclass(frozen=True)
class Switches:
    """The running devices, by name."""

    devices: Mapping[str, SimulatedDevice]
    serving: Serving

    def set_fault(
        self, device: str, fault: str, on: bool, point: str = "", times: int | None = None
    ) -> None:
        """Switch a fault on or off. Raises LabError for a name that does not exist."""
        self._find(device).faults.switch(fault, on, point, times)

    def _find(self, device: str) -> SimulatedDevice:
        if device not in self.devices:
            raise LabError(
                f"the lab simulates no device {device!r}", f"one of: {', '.join(self.devices)}"
            )
        return self.devices[device]

    def faults(self) -> dict[str, list[str]]:
        """The faults that are on, for each device."""
        return {name: device.faults.described() for name, device in self.devices.items()}


async def start(
    plans: Sequence[SwitchPlan],
    controller: IPv4Address,
    store: SecretStore,
    identity: Identity,
    other: Identity,
    clock_scale: float,
) -> Switches:
    """Boot all devices on their first configuration and let them listen."""
    clock = Clock(clock_scale)
    devices: dict[str, SimulatedDevice] = {}
    listeners: list[Listener] = []
    for plan in plans:
        platform = platforms.PLATFORMS[plan.platform]
        device = platform.make(_spec(plan, controller, store), clock)
        devices[plan.name] = device
        listeners += platform.listeners(device, identity, other)
    return Switches(devices, await serve(listeners))


def identities(paths: LabPaths) -> tuple[Identity, Identity]:
    """What all simulated devices of a lab show, and what one shows that plays a stranger."""
    own = Identity(ensure_host_key(paths.switch_host_key), ensure_certificate(paths.certificate))
    strange = paths.folder / "stranger.pem"
    return own, Identity(asyncssh.generate_private_key("ssh-ed25519"), ensure_certificate(strange))


def ensure_host_key(path: Path) -> asyncssh.SSHKey:
    """The key all simulated switches show, made once for each lab."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        write_private(path, key.export_private_key("openssh").decode())
    return asyncssh.read_private_key(path)


def public_line(key: asyncssh.SSHKey) -> str:
    """A key as known_hosts wants it: ``type base64``."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def _spec(plan: SwitchPlan, controller: IPv4Address, store: SecretStore) -> DeviceSpec:
    host, port = endpoint(plan.address, SSH_PORT)
    return DeviceSpec(
        name=plan.name,
        model=plan.model,
        serial=plan.serial,
        ports=plan.ports,
        startup=store.resolve(plan.startup),
        wiring=Wiring(plan.uplinks, plan.gateway, controller),
        address=host,
        port=port,
        management=plan.address,
    )
