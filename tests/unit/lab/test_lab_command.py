"""What ``muniform lab`` says: one screen of faults, refusals that lead on, answers for programs."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from muniform.cli import main
from muniform.errors import LabError, UsageError
from muniform.lab import control
from muniform.lab.deriving import lab_spec
from muniform.lab.simulated.faults import NAMES, Point
from muniform.lab.spec import LabSpec
from muniform.lab.status import DeviceStatus, LabStatus, Wire, WireEnd, wires
from muniform.model import load_city

THIN = Path(__file__).parents[2] / "cities" / "thin" / "inventory"
SWITCH = DeviceStatus("fs03-sw1", "ios", "C9300", None, ("drop at commit",), 2)
GONE = DeviceStatus("fs03-sw2", "ios", "C9300", "Vlan999 is shut down")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(THIN))
    monkeypatch.setenv("MUNIFORM_STATE", str(tmp_path))


@pytest.fixture
def spec() -> LabSpec:
    return lab_spec(load_city(THIN / "city.yml"), lambda device: device.name)


def lab(*words: str) -> Result:
    return CliRunner().invoke(main.build("lab"), ["lab", *words])


def test_all_faults_and_steps_fit_on_one_screen() -> None:
    shown = lab("fault", "--list").stdout
    assert {line.split()[0] for line in shown.splitlines() if line.startswith("  ")} == {
        *NAMES,
        *Point,
    }
    assert len(shown.splitlines()) <= 40
    assert max(map(len, shown.splitlines())) <= 100


def test_a_fault_without_a_name_leads_to_the_list() -> None:
    error = lab("fault", "fs03-sw1").exception
    assert isinstance(error, UsageError)
    assert error.hint == "muniform lab fault --list"


@pytest.mark.parametrize("command", [["wire"], ["reboot", "fs03-sw1"], ["fault", "fs03-sw1", "x"]])
def test_without_a_lab_the_way_to_one_is_told(command: list[str]) -> None:
    error = lab(*command).exception
    assert isinstance(error, LabError)
    assert error.hint == "muniform lab up"


def test_a_lab_that_is_not_up_is_an_exit_code() -> None:
    assert lab("status").exit_code == 1
    done = lab("status", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["running"] is False


def test_status_counts_what_is_well_and_names_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = LabStatus(True, 17, 20.0, (), (SWITCH, GONE), (("rtr", True), ("ws", False)))
    monkeypatch.setattr(control, "status", lambda _: found)
    shown = lab("status").stdout
    assert "simulated: 2 ios; 2 sessions" in shown
    assert "fs03-sw1: drop at commit\n" in shown
    assert "fs03-sw2: not reached: Vlan999 is shut down\n" in shown
    assert "containers: 1 run\n" in shown
    assert "ws: stopped" in shown
    told = json.loads(lab("status", "--json").stdout)
    assert [device["name"] for device in told["devices"]] == ["fs03-sw1", "fs03-sw2"]


def test_a_dark_cable_names_the_end_that_keeps_it_dark(
    monkeypatch: pytest.MonkeyPatch, spec: LabSpec
) -> None:
    up = {str(end) for cable in spec.cables for end in cable.ends}
    found = wires(spec, up - {"fs03-sw2:TenGigabitEthernet1/1/1"})
    monkeypatch.setattr(control, "wiring", lambda *_: found)
    lines = lab("wire").stdout.splitlines()
    (dark,) = (line for line in lines if "down" in line)
    assert dark.split()[0] == "fs03-sw1"
    assert dark.rstrip().endswith("down at fs03-sw2")
    assert sum(line.rstrip().endswith(" up") for line in lines) == len(spec.cables) - 1
    assert any(line.startswith("fs03-rtr1 (real)") for line in lines)
    told = json.loads(lab("wire", "--json").stdout)
    assert {
        "device": "fs03-sw2",
        "port": "TenGigabitEthernet1/1/1",
        "simulated": True,
        "up": False,
    } in [wire["b"] for wire in told]


def test_a_cable_is_seen_from_either_end() -> None:
    here, there = WireEnd("a", "1", True, True), WireEnd("b", "2", False, False)
    wire = Wire(here, there, "fiber")
    assert wire.seen_from("a") == wire
    assert wire.seen_from("b") == Wire(there, here, "fiber")
    assert wire.down == (there,)
