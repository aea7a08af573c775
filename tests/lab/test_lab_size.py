"""The whole example city on one machine: how long it takes, and how much memory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moved_city import moved
from muniform.lab import control
from muniform.lab.choosing import Choice
from muniform.lab.image import default_cache, ensure_image
from muniform.lab.paths import LabPaths
from muniform.lab.podman import Podman, containers_conf
from muniform.model import City, load_city

pytestmark = [pytest.mark.lab, pytest.mark.city, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SCALE = 20.0
SIMULATED_SECONDS, SIMULATED_MB = 20.0, 600
CONTAINERS_SECONDS, CONTAINERS_MB = 90.0, 4096


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def aurelia() -> City:
    """The example city, where no other lab is."""
    return moved(load_city(ROOT / "inventory" / "city.yml"))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    control.down(tmp_path, silent)


def resident_mb(pid: int | None) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kilobytes,) = (int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes // 1024


def test_all_simulated_devices_without_root(aurelia: City, state: Path) -> None:
    begun = time.monotonic()
    control.up(aurelia, state, default_cache(), SCALE, silent, Choice(is_simulated_only=True))
    took = time.monotonic() - begun
    found = control.status(state)
    assert {d.name for d in found.devices} == {
        d.name for d in aurelia.devices if d.platform != "frr"
    }
    assert [(d.name, d.cut) for d in found.devices if d.cut] == []
    assert not (LabPaths.of(state).containers).exists()
    assert took < SIMULATED_SECONDS
    assert resident_mb(found.pid) < SIMULATED_MB


@pytest.mark.skipif(os.geteuid() != 0, reason="containers need root")
def test_with_the_routers_of_all_small_sites(aurelia: City, state: Path) -> None:
    ensure_image(default_cache(), silent)  # built once for each machine, not for each lab
    begun = time.monotonic()
    control.up(aurelia, state, default_cache(), SCALE, silent)
    took = time.monotonic() - begun
    found = control.status(state)
    routers = {d.name for d in aurelia.devices if d.platform == "frr"}
    serving = {h.name for h in aurelia.hosts if h.services}
    prefix = f"muniform-{LabPaths.of(state).id}-"
    assert {name.removeprefix(prefix) for name, runs in found.containers if runs} == (
        routers | serving
    )
    assert [str(end) for wire in control.wiring(state) for end in wire.down] == []
    assert took < CONTAINERS_SECONDS
    assert resident_mb(found.pid) + containers_mb(state) < CONTAINERS_MB


def containers_mb(state: Path) -> int:
    """What the lab's containers use, as their control groups count it."""
    podman = Podman(containers_conf(LabPaths.of(state).folder))
    names = [name for name, _ in control.status(state).containers]
    shown = podman.run(["inspect", "--format={{.State.Pid}}", *names]).split()
    return sum(_tree_kb(int(pid)) for pid in shown) // 1024


def _tree_kb(pid: int) -> int:
    """The share of memory (PSS) of a process and of all that descend from it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended meanwhile
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(_tree_kb(int(child)) for child in children)
