"""The simulated switches that play ``catalysts``, cabled as those are, with made secrets."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import catalysts
from muniform.devices.ios import IosDriver, open_ios
from muniform.devices.ios_candidate import flash_candidate
from muniform.devices.opening import Access
from muniform.lab.credentials import ensure_secrets
from muniform.lab.ios import IosSwitch
from muniform.lab.known_hosts import enrol
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.model import Device
from muniform.reach import Endpoint
from muniform.render import first_boot, render
from muniform.secrets import SecretStore
from simulated_devices import Identities

CONTROLLER = IPv4Address("10.1.254.10")
DEVICES = (catalysts.access_switch, catalysts.distribution_switch)
_WIRED = {
    catalysts.access_switch.name: catalysts.access_switch.lags[0].members,
    catalysts.distribution_switch.name: tuple(
        port.name for port in catalysts.distribution_switch.ports[:2]
    ),
}


def secrets_for(device: Device, folder: Path) -> SecretStore:
    """Values for everything that the device's configuration refers to."""
    ensure_secrets(folder, lab_secrets(device))
    return SecretStore(folder)


def blank_switch(device: Device, store: SecretStore, clock: Clock, port: int = 20022) -> IosSwitch:
    """A switch on its first boot configuration."""
    address = device.management.address.ip
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=store.resolve(first_boot(device)),
        wiring=Wiring(_WIRED[device.name], device.management.gateway, CONTROLLER),
        address="127.98." + str(address).split(".", 2)[2],
        port=port,
        management=address,
    )
    return IosSwitch(spec, clock)


def candidate(device: Device, store: SecretStore, switch: IosSwitch) -> str:
    """The intended configuration as it goes to the switch's flash."""
    return flash_candidate(store.resolve(render(device)), switch.running)


def enrolled(switch: IosSwitch, store: SecretStore, state: Path, identities: Identities) -> Access:
    """What a driver needs to log in to a switch whose host key is known."""
    key = " ".join(identities[0].host_key.export_public_key("openssh").decode().split()[:2])
    enrol(state / "known_hosts", {(f"[{switch.spec.address}]:{switch.spec.port}",): (key,)})
    return Access(store, state)


def driver(device: Device, switch: IosSwitch, access: Access) -> IosDriver:
    """Our driver on a new connection."""
    return open_ios(device, Endpoint(switch.spec.address, switch.spec.port), access)
