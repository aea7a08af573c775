"""plan, push, backup, restore and adopt on simulated switches, with the real drivers."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import device_fleet
from device_fleet import Fleet, fleet
from muniform.cli import main
from muniform.devices import Connector, Driver
from muniform.lab.platforms import PLATFORMS
from muniform.model import City, Device, load_city
from muniform.model.editing import with_value
from simulated_devices import Identities

NETWORKS = {"ios": "127.93.1", "eos": "127.93.2", "junos": "127.93.3", "procurve": "127.93.5"}


@dataclass(frozen=True)
class Stage:
    """One switch, and a city in whose repository it is declared."""

    fleet: Fleet
    inventory: Path
    call: Callable[..., tuple[int, str, str]]

    @property
    def name(self) -> str:
        return self.fleet.members[0].device.name

    def one_port_less(self) -> None:
        """The inventory now asks for another use of the switch's ports."""
        device = self.fleet.members[0].device
        site = self.inventory / "sites" / f"{device.site}.yml"
        label = device.name.removeprefix(f"{device.site_code}-")
        used = [port.profile.name for port in device.ports if port.profile]
        last = used[-1]
        count = used.count(last)
        edited = with_value(site.read_text(), ("ports", label, last), count + 1)
        site.write_text(edited)


@pytest.fixture(params=sorted(PLATFORMS.keys() & NETWORKS))
def stage(
    request: pytest.FixtureRequest,
    root: Path,
    tmp_path: Path,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Stage]:
    inventory = Path(shutil.copytree(root / "inventory", tmp_path / "city" / "inventory"))
    file = inventory / "city.yml"
    file.write_text(file.read_text().replace("reach: lab", "reach: production"))
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(inventory))
    monkeypatch.setenv("MUNIFORM_STATE", str(state))
    city: City = load_city(inventory)
    opened = Connector.__call__
    # The one that is declared, at its own address.
    monkeypatch.setattr(device_fleet, "clone", lambda device, _: device)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["muniform", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main.main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    with fleet(city, request.param, 1, NETWORKS[request.param], state, identities) as running:

        def connect(_: Connector, device: Device) -> Driver:
            return opened(running.connect, device)

        monkeypatch.setattr(Connector, "__call__", connect)
        monkeypatch.setattr(
            Connector, "clock_scale", lambda *_: running.tools(running.members[0]).clock_scale
        )
        yield Stage(running, inventory, call)


def test_a_change_goes_there_and_a_backup_brings_it_back(stage: Stage, tmp_path: Path) -> None:
    name, plan = stage.name, tmp_path / "plan.json"
    code, out, err = stage.call("plan", name)
    assert code == 0, out + err
    assert "1 saved" in stage.call("backup", name)[1]
    stage.one_port_less()
    assert stage.call("plan", name, "--out", str(plan))[0] == 2
    code, out, err = stage.call("push", str(plan), "--yes")
    assert code == 0, out + err
    assert f"{name}: changed" in out
    assert stage.call("plan", name)[0] == 0
    code, out, err = stage.call("restore", name, "--yes")
    assert code == 0, out + err
    assert f"{name}: changed" in out
    assert stage.fleet.standing(stage.fleet.members[0]) == "before"
    assert stage.call("plan", name)[0] == 2


def test_what_is_kept_is_what_it_ran(stage: Stage) -> None:
    name = stage.name
    assert stage.call("backup", name)[0] == 0
    assert "0 saved, 1 as saved before" in stage.call("backup", name)[1]
    (kept,) = json.loads(stage.call("backup", "list", name, "--json")[1])
    code, shown, _ = stage.call("backup", "show", name, "--rev", kept["revision"][:8])
    assert code == 0
    assert stage.fleet.members[0].device.baseline.account.name in shown


def test_what_somebody_typed_is_adopted_as_a_waiver(stage: Stage) -> None:
    """Port descriptions of their own, which the inventory has no word for."""
    member = stage.fleet.members[0]
    done = stage.fleet.carry_out(member)
    assert done.status.ok, "\n".join((done.message, *done.evidence))
    who = ("--owner", "Facilities", "--reason", "Labels of the move", "--until", "2099-12-31")
    code, out, err = stage.call("adopt", stage.name, *who, "--write")
    if member.device.platform == "junos":
        assert (code, "platform junos cannot serve waived lines" in err) == (1, True), out + err
        return
    assert code == 0, out + err
    assert stage.call("check")[0] == 0
    assert stage.call("plan", stage.name)[0] == 0
    assert "fault matrix" in stage.call("render", stage.name)[1]
