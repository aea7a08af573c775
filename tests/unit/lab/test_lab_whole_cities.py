"""Every simulated device of two cities, blank and on its whole standard: reached, cabled, heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from muniform.lab import simulation
from muniform.lab.choosing import Choice
from muniform.lab.credentials import ensure_secrets
from muniform.lab.deriving import lab_spec
from muniform.lab.simulation import Simulation
from muniform.lab.spec import LabSpec
from muniform.model import Device, load_city
from muniform.render import first_boot, render
from muniform.secrets import SecretStore

ROOT = Path(__file__).parents[3]
CITIES = {
    "port_aurelia": ROOT / "inventory",
    "bracken_falls": ROOT / "tests" / "cities" / "bracken_falls" / "inventory",
}


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest) -> Path:
    return CITIES[request.param]


@pytest.fixture(scope="module", params=[first_boot, render], ids=["blank", "standard"])
def played(
    city: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[LabSpec, Simulation]:
    """A whole city in memory: nobody listens, so that a lab beside it is not in the way."""
    boots: Callable[[Device], str] = request.param
    spec = lab_spec(load_city(city), boots, Choice(is_simulated_only=True))
    secrets = tmp_path_factory.mktemp("state") / "secrets"
    ensure_secrets(secrets, spec.secrets)

    async def boot() -> Simulation:
        return simulation.boot(spec, SecretStore(secrets), 20.0)

    return spec, asyncio.run(boot())


def test_every_device_can_be_reached(played: tuple[LabSpec, Simulation]) -> None:
    spec, playing = played
    assert len(playing.devices) == len(spec.devices) > 0
    assert {n: d.cut for n, d in playing.devices.items() if d.cut} == {}


def test_every_device_runs_what_it_booted_with(played: tuple[LabSpec, Simulation]) -> None:
    _, playing = played
    assert {n: r for n, d in playing.devices.items() if (r := d.residue())} == {}


def test_every_cable_is_up_at_both_ends(played: tuple[LabSpec, Simulation]) -> None:
    spec, playing = played
    ends = [end for cable in spec.cables for end in cable.ends]
    assert [str(end) for end in ends if not playing.is_up(end.device, end.port)] == []


def test_what_is_heard_on_a_port_is_what_is_cabled_to_it(
    played: tuple[LabSpec, Simulation],
) -> None:
    spec, playing = played
    heard = 0
    for cable in spec.cables:
        for here, far in (cable.ends, cable.ends[::-1]):
            said = playing.devices[here.device].fabric.hears(here.device, here.port)
            if said is not None:
                assert said.device.split(".")[0] == far.device
                heard += 1
    assert heard > len(spec.cables) / 2
