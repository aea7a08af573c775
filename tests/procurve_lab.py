"""Simulated ArubaOS-Switches on their first boot, and the real driver in front of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from muniform.devices.opening import Access
from muniform.devices.procurve import ProcurveDriver, open_procurve
from muniform.lab.credentials import ensure_secrets
from muniform.lab.identities import public_line
from muniform.lab.known_hosts import enrol
from muniform.lab.procurve import ProcurveSwitch, listeners
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.model import City, Device
from muniform.reach import Endpoint
from muniform.render import first_boot, render
from muniform.secrets import SecretStore
from simulated_devices import Identities

PORT = 20022


@dataclass
class Bench:
    """One switch that listens, and what is declared for it."""

    device: Device
    switch: ProcurveSwitch
    store: SecretStore
    state: Path
    background: Background

    @property
    def intended(self) -> str:
        return self.store.resolve(render(self.device))

    @property
    def user(self) -> str:
        return self.device.baseline.account.name

    @property
    def password(self) -> str:
        return self.store.get(self.device.baseline.account.password.name).reveal()

    @contextmanager
    def driver(self) -> Iterator[ProcurveDriver]:
        spec = self.switch.spec
        endpoint = Endpoint(spec.address, spec.port, self.switch.clock.scale)
        driver = open_procurve(self.device, endpoint, Access(self.store, self.state))
        try:
            yield driver
        finally:
            driver.close()


def declared(city: City) -> list[Device]:
    """Every switch of the platform that a city has."""
    found = [device for site in city.sites for device in site.devices]
    return [device for device in found if device.platform == "procurve"]


def secrets_for(city: City, folder: Path) -> SecretStore:
    ensure_secrets(folder / "secrets", lab_secrets(city))
    return SecretStore(folder / "secrets")


def booted(
    city: City, device: Device, startup: str, clock: Clock, address: str = "127.95.0.1"
) -> ProcurveSwitch:
    """The switch as the city cables it, on a startup configuration."""
    management = device.management
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=startup,
        wiring=Wiring(Uplinks(city).of(device), management.gateway, city.controller),
        address=address,
        port=PORT,
        management=management.address.ip,
    )
    return ProcurveSwitch(spec, clock)


@contextmanager
def bench(
    city: City,
    device: Device,
    folder: Path,
    identities: Identities,
    address: str,
    scale: float = 1.0,
) -> Iterator[Bench]:
    """A blank switch that listens, its host key enrolled."""
    store = secrets_for(city, folder)
    switch = booted(city, device, store.resolve(first_boot(device)), Clock(scale), address)
    enrol(
        folder / "known_hosts",
        {(f"[{address}]:{PORT}",): (public_line(identities[0].host_key),)},
    )
    with serving(listeners(switch, *identities)) as background:
        yield Bench(device, switch, store, folder, background)
