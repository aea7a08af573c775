"""The lab's simulated switches, from what the daemon is told to what listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from pathlib import Path

import asyncssh

from muniform.errors import LabError
from muniform.lab.endpoint import endpoint
from muniform.lab.files import write_private
from muniform.lab.ios import Clock, Faults, IosSwitch, Servers, SwitchSpec, Wiring, serve
from muniform.lab.spec import SSH_PORT, SwitchPlan
from muniform.secrets import SecretStore

FAULTS = tuple(field.name for field in fields(Faults))


@dataclass(frozen=True)
class Switches:
    """The running switches, by name."""

    devices: Mapping[str, IosSwitch]
    servers: Servers

    def set_fault(self, device: str, fault: str, on: bool) -> None:
        """Switch a fault on or off. Raises LabError for a name that does not exist."""
        if device not in self.devices:
            raise LabError(
                f"the lab simulates no device {device!r}", f"one of: {', '.join(self.devices)}"
            )
        if fault not in FAULTS:
            raise LabError(f"there is no fault {fault!r}", f"one of: {', '.join(FAULTS)}")
        setattr(self.devices[device].faults, fault, on)

    def faults(self) -> dict[str, list[str]]:
        """The faults that are on, for each switch."""
        return {
            name: [fault for fault in FAULTS if getattr(device.faults, fault)]
            for name, device in self.devices.items()
        }


async def start(
    plans: Sequence[SwitchPlan],
    controller: IPv4Address,
    store: SecretStore,
    host_key: asyncssh.SSHKey,
    clock_scale: float,
) -> Switches:
    """Boot all switches on their first configuration and let them listen."""
    clock = Clock(clock_scale)
    devices = {plan.name: IosSwitch(_spec(plan, controller, store), clock) for plan in plans}
    # Shown instead of the real key by a switch that plays a stranger.
    other_key = asyncssh.generate_private_key("ssh-ed25519")
    return Switches(devices, await serve(list(devices.values()), host_key, other_key))


def ensure_host_key(path: Path) -> asyncssh.SSHKey:
    """The key all simulated switches show, made once for each lab."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        write_private(path, key.export_private_key("openssh").decode())
    return asyncssh.read_private_key(path)


def public_line(key: asyncssh.SSHKey) -> str:
    """A key as known_hosts wants it: ``type base64``."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def _spec(plan: SwitchPlan, controller: IPv4Address, store: SecretStore) -> SwitchSpec:
    host, port = endpoint(plan.address, SSH_PORT)
    return SwitchSpec(
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
