"""Every Arista switch of every city: its blank is understood, its standard is taken and printed."""

from __future__ import annotations

import functools
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from muniform.lab.credentials import ensure_secrets
from muniform.lab.eos import EosSwitch
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.model import City, Device, load_city
from muniform.render import first_boot, render
from muniform.secrets import SecretStore

ROOT = Path(__file__).resolve().parents[3]
CITIES = (ROOT / "inventory", *sorted((ROOT / "tests" / "cities").glob("*/inventory")))


@functools.cache
def _city(folder: Path) -> City:
    return load_city(folder)


SWITCHES = [
    pytest.param(folder, device.name, id=device.name)
    for folder in CITIES
    for device in _city(folder).devices
    if device.platform == "eos"
]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, SecretStore]:
    made: dict[Path, SecretStore] = {}
    for folder in CITIES:
        secrets = tmp_path_factory.mktemp("secrets")
        ensure_secrets(secrets, lab_secrets(_city(folder)))
        made[folder] = SecretStore(secrets)
    return made


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() != "!"]


def blank_switch(city: City, device: Device, startup: str) -> EosSwitch:
    management = device.management
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=startup,
        wiring=Wiring(Uplinks(city).of(device), management.gateway, IPv4Address(city.controller)),
        address="127.97.2.11",
        port=20022,
        management=management.address.ip,
    )
    return EosSwitch(spec, Clock())


def test_there_are_switches_to_test() -> None:
    assert len(SWITCHES) >= 19


@pytest.mark.parametrize(("folder", "name"), SWITCHES)
def test_blank_and_standard(folder: Path, name: str, stores: dict[Path, SecretStore]) -> None:
    city, store = _city(folder), stores[folder]
    device = city.device(name)
    switch = blank_switch(city, device, store.resolve(first_boot(device)))
    assert switch.boot_messages == []
    assert switch.cut is None
    intended = store.resolve(render(device))
    assert switch.replace(intended, "muniform", ignores_errors=False) == []
    assert lines_of(switch.running) == lines_of(intended)
    assert switch.cut is None
    printed = switch.running
    switch.replace(printed, "muniform", ignores_errors=False)
    assert switch.running == printed
