"""ansible-playbook playbooks/network.yml, as an engineer runs it, on a simulated switch."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import device_fleet
from device_fleet import SCALE, Fleet, fleet
from muniform.lab.simulated.faults import Condition
from muniform.model import load_city
from muniform.rollout import Journal
from simulated_devices import Identities

THIN = Path("tests", "cities", "thin", "inventory")
NUMBER = 93
"""Of the site: its addresses are those that no other lab uses."""


@dataclass(frozen=True)
class Stage:
    root: Path
    inventory: Path
    state: Path
    fleet: Fleet

    def call(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "MUNIFORM_STATE": str(self.state),
            "MUNIFORM_INVENTORY": str(self.inventory),
            "NO_COLOR": "1",
            "ANSIBLE_NOCOLOR": "1",
        }
        command = [str(Path(sys.executable).parent / program), *words]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )

    def play(self, *options: str) -> subprocess.CompletedProcess[str]:
        city = str(self.inventory / "city.yml")
        return self.call(
            "ansible-playbook", "playbooks/network.yml", "-i", city, "--limit", "fs03-sw1", *options
        )


@pytest.fixture
def stage(
    root: Path, tmp_path: Path, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    inventory = Path(shutil.copytree(root / THIN, tmp_path / "city" / "inventory"))
    site = inventory / "sites" / "fire_station_3.yml"
    site.write_text(site.read_text().replace("number: 18", f"number: {NUMBER}"))
    state = tmp_path / "state"
    (state / "lab").mkdir(parents=True)
    city = load_city(inventory)
    device = city.device("fs03-sw1")
    service = f"{device.management.address.ip}:22"
    told = {"services": [service], "scaled": [service], "clock_scale": SCALE}
    (state / "lab" / "lab.json").write_text(json.dumps(told))
    # The one that is declared, at its own address.
    monkeypatch.setattr(device_fleet, "clone", lambda found, _: found)
    monkeypatch.setattr(device_fleet, "EXAMPLES", {"ios": device.name})
    network = ".".join(["127", *str(device.management.address.ip).split(".")[1:3]])
    with (state / "lab" / "lab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with fleet(city, "ios", 1, network, state, identities) as running:
            yield Stage(root, inventory, state, running)


def wants_a_camera(stage: Stage) -> None:
    """The inventory asks for one more camera."""
    site = stage.inventory / "sites" / "fire_station_3.yml"
    site.write_text(site.read_text() + "ports: {sw1: {camera: 5}}\n")


def recap(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    (line,) = re.findall(r"^fs03-sw1 +: (.*)$", done.stdout, re.MULTILINE)
    return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", line)}


def test_check_mode_shows_what_plan_shows_and_a_run_does_it(stage: Stage) -> None:
    wants_a_camera(stage)
    member = stage.fleet.members[0]
    planned = stage.call("muniform", "plan", "fs03-sw1", "--json")
    diff = json.loads(planned.stdout)["targets"][0]["diff"]
    assert planned.returncode == 2
    assert diff
    checked = stage.play("--check", "--diff")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "\n".join(diff) in checked.stdout
    assert recap(checked)["changed"] == 1
    assert stage.fleet.standing(member) == "before"
    done = stage.play()
    assert done.returncode == 0, done.stdout + done.stderr
    assert recap(done)["changed"] == 1
    assert stage.call("muniform", "plan", "fs03-sw1").returncode == 0
    assert "before a playbook" in stage.call("muniform", "backup", "list", "fs03-sw1").stdout
    with Journal.open(stage.state / "journal.sqlite", ()) as journal:
        run = journal.last_runs()[0]
        assert (run.kind, run.state.value) == ("playbook", "DONE")
    again = stage.play("--diff")
    assert recap(again)["changed"] == 0
    secrets = [path.read_text().strip() for path in (stage.state / "secrets").iterdir()]
    said = checked.stdout + done.stdout + done.stderr + again.stdout
    assert not [value for value in secrets if value in said]


def test_a_switch_that_reverts_is_a_failure(stage: Stage) -> None:
    """It runs something else than it was given: the play says so, and how it stands."""
    wants_a_camera(stage)
    stage.fleet.members[0].simulated.faults.set(Condition.COMMITS_OTHER)
    done = stage.play()
    assert done.returncode == 2
    assert recap(done)["failed"] == 1
    assert '"outcome": "reverted"' in done.stdout
    assert '"evidence"' in done.stdout
    assert stage.fleet.standing(stage.fleet.members[0]) == "before"
