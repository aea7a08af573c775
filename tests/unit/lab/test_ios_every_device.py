"""Every declared IOS-XE device of every city we have: from its first boot to its whole standard."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from muniform.devices import difference, normalise, show
from muniform.devices.configuration.ios import factory_lines
from muniform.devices.ios_candidate import flash_candidate
from muniform.devices.ios_users import told_users, with_users
from muniform.lab.credentials import ensure_secrets
from muniform.lab.ios import IosSwitch
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.model import City, Device, load_city
from muniform.render import first_boot, render
from muniform.secrets import SecretStore
from small_catalyst import shell

ROOT = Path(__file__).resolve().parents[3]
INVENTORIES = [ROOT / "inventory", *sorted(ROOT.glob("tests/cities/*/inventory"))]


def _devices(city: City) -> Iterator[Device]:
    for site in city.sites:
        yield from (device for device in site.devices if device.platform == "ios")


def _switch(device: Device, store: SecretStore) -> IosSwitch:
    """How it is cabled is no matter here: no session is opened."""
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=store.resolve(first_boot(device)),
        wiring=Wiring((), device.management.gateway, IPv4Address("10.1.254.10")),
        address="127.98.9.1",
        port=20022,
        management=device.management.address.ip,
    )
    return IosSwitch(spec, Clock())


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.parent.name)
def test_each_takes_what_is_rendered_and_prints_it_back(inventory: Path, tmp_path: Path) -> None:
    city = load_city(inventory)
    devices = list(_devices(city))
    if not devices:
        pytest.skip("this city has no IOS-XE device")
    ensure_secrets(tmp_path, lab_secrets(city))
    store = SecretStore(tmp_path)
    refused: dict[str, object] = {}
    for device in devices:
        switch = _switch(device, store)
        intended = store.resolve(render(device))
        done = switch.replace(flash_candidate(intended, switch.running), "muniform", True)
        typed = shell(switch, device.baseline.account.name)
        switch.merge("".join(f"{line}\n" for line in _users(intended)), "muniform")
        users = told_users("\n".join(typed.enter("show snmp user")))
        printed = with_users(switch.running, users)
        left = show(difference(normalise(printed, "ios"), normalise(intended, "ios")))
        # What the devices own themselves is never compared: nothing that we render may hide there.
        assert not factory_lines(intended)
        if switch.boot_messages or not done.is_applied or left:
            refused[device.name] = (switch.boot_messages[:4], done.lines[:6], left[:6])
    assert refused == {}


def _users(intended: str) -> list[str]:
    return [line for line in intended.splitlines() if line.startswith("snmp-server user ")]
