"""Every declared Junos device, blank and on its intended configuration: reached, and in sync."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from muniform.devices.configuration import normalise
from muniform.lab.credentials import ensure_secrets
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.loading import Action, load_text
from muniform.lab.junos.management import NETCONF
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.model import City, Device, load_city
from muniform.render import first_boot, render
from muniform.secrets import SecretStore

ROOT = Path(__file__).resolve().parents[3]
CITIES = [ROOT / "inventory", ROOT / "tests" / "cities" / "bracken_falls" / "inventory"]


@pytest.fixture(scope="module", params=CITIES, ids=["example", "bracken_falls"])
def declared(request: pytest.FixtureRequest) -> City:
    return load_city(request.param)


def blank(wiring: Wiring, device: Device, store: SecretStore, clock: Clock) -> JunosDevice:
    address = device.management.address.ip
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=store.resolve(first_boot(device)),
        wiring=wiring,
        address="127." + str(address).partition(".")[2],
        port=20022,
        management=address,
    )
    return JunosDevice(spec, clock)


def test_every_device_takes_its_intended_configuration_and_stays_in_reach(
    declared: City, tmp_path: Path
) -> None:
    async def run() -> None:
        ensure_secrets(tmp_path, lab_secrets(declared))
        store, clock, uplinks = SecretStore(tmp_path), Clock(), Uplinks(declared)
        for each in (d for d in declared.devices if d.platform == "junos"):
            gateway = each.management.gateway
            wiring = Wiring(uplinks.of(each), gateway, declared.controller)
            device = blank(wiring, each, store, clock)
            assert device.boot_messages == [], each.name
            assert [device.refuses(port) for port in (SSH, NETCONF)] == [None, None], each.name
            intended = store.resolve(render(each))
            editor = device.editor("muniform", "netconf")
            loaded = load_text(intended, device.config, Action.OVERRIDE)
            assert loaded.complaints == [], each.name
            device.stage(editor, loaded)
            device.commit(editor)
            assert [device.refuses(port) for port in (SSH, NETCONF)] == [None, None], each.name
            printed = f"## Last commit: now\nversion {device.version};\n{device.running}"
            assert normalise(printed, "junos") == normalise(intended, "junos"), each.name
            device.stage(editor, load_text(intended, device.config, Action.OVERRIDE))
            assert device.database.difference(editor) == "", each.name

    asyncio.run(run())
