"""The simulated switch under the arista.eos collection, unmodified, over eAPI and over SSH."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import eos_lab
from eos_lab import Bench
from muniform.lab.simulated.fabric import Announcement, End, Fabric
from simulated_devices import Identities

pytestmark = [pytest.mark.lab, pytest.mark.slow]
PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
SSH: Mapping[str, object] = {
    "ansible_connection": "ansible.netcommon.network_cli",
    "ansible_network_cli_ssh_type": "paramiko",
    "ansible_host_key_checking": False,
    "ansible_port": eos_lab.SSH_PORT,
}
WEB: Mapping[str, object] = {
    "ansible_connection": "ansible.netcommon.httpapi",
    "ansible_httpapi_use_ssl": True,
    "ansible_httpapi_validate_certs": False,
    "ansible_httpapi_port": eos_lab.WEB_PORT,
}
either_way = pytest.mark.parametrize("transport", [SSH, WEB], ids=["network_cli", "httpapi"])
DESCRIBED = {"eos_config": {"parents": "interface Ethernet2", "lines": ["description printer"]}}


class Neighbour:
    """Another device of the fabric."""

    def announces(self, port: str) -> Announcement | None:
        return Announcement("fs03-rtr1", port, "02:00:00:00:00:01", "FRR")

    def is_up(self, port: str) -> bool:
        return port == "eth1"


@pytest.fixture
def bench(identities: Identities, root: Path) -> Iterator[Bench]:
    if not (root / ".cache" / "collections" / "ansible_collections" / "arista" / "eos").is_dir():
        pytest.skip("the arista.eos collection is not there: scripts/fetch-collections")
    with eos_lab.served(identities, eos_lab.spec(51)) as served:
        fabric = Fabric([(End("fs03-sw1", "Ethernet2"), End("fs03-rtr1", "eth1"))])
        fabric.devices["fs03-rtr1"] = Neighbour()
        served.switch.fabric = fabric
        yield served


class Player:
    """Plays one task at a time and answers with what its module returned."""

    def __init__(self, bench: Bench, root: Path, folder: Path) -> None:
        self._bench = bench
        self._collections = root / ".cache" / "collections"
        self._folder = folder

    def play(self, transport: Mapping[str, object], task: dict[str, Any], *options: str) -> Any:
        module, arguments = next(iter(task.items()))
        named = {"name": "Test", f"arista.eos.{module}": arguments, "register": "said"}
        shown = {"name": "Show", "ansible.builtin.debug": {"var": "said"}}
        variables = {
            "ansible_host": self._bench.address,
            "ansible_user": eos_lab.USER,
            "ansible_password": eos_lab.PASSWORD,
            "ansible_network_os": "arista.eos.eos",
            "ansible_become": True,
            "ansible_become_method": "ansible.netcommon.enable",
            **transport,
        }
        hosts = {"all": {"hosts": {"fs03-sw1": variables}}}
        (self._folder / "hosts.yml").write_text(yaml.safe_dump(hosts))
        plays = [{"hosts": "all", "gather_facts": False, "tasks": [named, shown]}]
        (self._folder / "play.yml").write_text(yaml.safe_dump(plays))
        (self._folder / "ansible.cfg").touch()
        done = subprocess.run(
            [str(PLAYBOOK), "-i", "hosts.yml", "play.yml", *options],
            cwd=self._folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        told = done.stdout.rpartition("=> {")[2].partition("\n}\n")[0]
        return json.loads("{" + told + "}")["said"]

    def _environment(self) -> dict[str, str]:
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "PATH": f"{PLAYBOOK.parent}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_HOME": str(self._folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(self._collections),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INJECT_FACT_VARS": "False",
        }


@pytest.fixture
def player(bench: Bench, root: Path, tmp_path: Path) -> Player:
    return Player(bench, root, tmp_path)


@either_way
def test_facts(player: Player, transport: Mapping[str, object]) -> None:
    subsets = {"gather_subset": ["all"], "gather_network_resources": ["vlans", "l3_interfaces"]}
    facts = player.play(transport, {"eos_facts": subsets})["ansible_facts"]
    assert facts["ansible_net_hostname"] == "fs03-sw1"
    assert facts["ansible_net_version"] == "4.33.2F"
    assert facts["ansible_net_serialnum"] == "JPE12345678"
    assert facts["ansible_net_model"] == "CCS-720XP-48ZC2"
    assert facts["ansible_net_filesystems"][0] == "flash:"
    assert "hostname fs03-sw1" in facts["ansible_net_config"]
    assert facts["ansible_net_all_ipv4_addresses"] == ["10.97.1.11"]
    assert facts["ansible_net_interfaces"]["Ethernet1"]["lineprotocol"] == "up"
    neighbour = facts["ansible_net_neighbors"]["Ethernet2"]
    assert neighbour == [{"host": "fs03-rtr1", "port": "eth1"}]
    resources = facts["ansible_network_resources"]
    assert {"vlan_id": 20, "name": "users", "state": "active"} in resources["vlans"]
    addresses = {each["name"]: each.get("ipv4") for each in resources["l3_interfaces"]}
    assert addresses["Vlan999"] == [{"address": "10.97.1.11/24"}]


@either_way
def test_a_check_shows_a_diff_and_changes_nothing(
    bench: Bench, player: Player, transport: Mapping[str, object]
) -> None:
    before = bench.switch.running
    said = player.play(transport, DESCRIBED, "--check", "--diff")
    assert said["changed"]
    assert "+   description printer" in said["diff"]["prepared"]
    assert bench.switch.running == before
    assert bench.switch.residue() == []


@either_way
def test_lines_are_configured_and_saved_once(
    bench: Bench, player: Player, transport: Mapping[str, object]
) -> None:
    task = {"eos_config": DESCRIBED["eos_config"] | {"save_when": "modified"}}
    assert player.play(transport, task)["changed"]
    assert "description printer" in bench.switch.running
    assert "description printer" in bench.switch.startup
    assert not player.play(transport, task)["changed"]


@either_way
def test_a_whole_file_takes_the_place_of_what_runs(
    bench: Bench, player: Player, transport: Mapping[str, object], tmp_path: Path
) -> None:
    wanted = tmp_path / "wanted.cfg"
    wanted.write_text(bench.candidate(eos_lab.RENAMED))
    said = player.play(transport, {"eos_config": {"src": str(wanted), "replace": "config"}})
    assert said["changed"]
    assert "name people" in bench.switch.running
    assert bench.switch.cut is None
