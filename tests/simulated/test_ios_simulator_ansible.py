"""The simulated switch under the cisco.ios collection, unmodified: facts, and configuration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import small_catalyst
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import serving
from simulated_devices import Identities

pytestmark = [pytest.mark.lab, pytest.mark.slow]
PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
DESCRIBED = {
    "ios_config": {"parents": "interface TenGigabitEthernet1/0/2", "lines": ["description printer"]}
}


@pytest.fixture
def switch(identities: Identities, root: Path) -> Iterator[IosSwitch]:
    if not (root / ".cache" / "collections" / "ansible_collections" / "cisco" / "ios").is_dir():
        pytest.skip("the cisco.ios collection is not there: scripts/fetch-collections")
    device, other = (small_catalyst.switch(f"127.98.4.{n}", f"fs03-sw{n}") for n in (11, 12))
    small_catalyst.cabled(device, other)
    with serving(listeners(device, *identities)):
        yield device


def play(switch: IosSwitch, root: Path, folder: Path, task: dict[str, Any], *options: str) -> Any:
    """The result of one task, as its module returned it."""
    module, arguments = next(iter(task.items()))
    named = {"name": "Test", f"cisco.ios.{module}": arguments, "register": "said"}
    shown = {"name": "Show", "ansible.builtin.debug": {"var": "said"}}
    variables = {
        "ansible_host": switch.spec.address,
        "ansible_port": switch.spec.port,
        "ansible_user": small_catalyst.USER,
        "ansible_password": small_catalyst.PASSWORD,
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": "paramiko",
        "ansible_host_key_checking": False,
    }
    (folder / "hosts.yml").write_text(
        yaml.safe_dump({"all": {"hosts": {switch.spec.name: variables}}})
    )
    (folder / "play.yml").write_text(
        yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": [named, shown]}])
    )
    (folder / "ansible.cfg").touch()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
        "PATH": f"{PLAYBOOK.parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_COLLECTIONS_PATH": str(root / ".cache" / "collections"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_INJECT_FACT_VARS": "False",
    }
    done = subprocess.run(
        [str(PLAYBOOK), "-i", "hosts.yml", "play.yml", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.rpartition("=> {")[2].partition("\n}\n")[0]
    return json.loads("{" + told + "}")["said"] | {"printed": done.stdout}


def test_all_facts(switch: IosSwitch, root: Path, tmp_path: Path) -> None:
    said = play(switch, root, tmp_path, {"ios_facts": {"gather_subset": ["all"]}})
    facts = said["ansible_facts"]
    assert facts["ansible_net_hostname"] == "fs03-sw11"
    assert facts["ansible_net_version"] == "17.12.4"
    assert facts["ansible_net_serialnum"] == switch.spec.serial
    assert facts["ansible_net_model"] == "C9300-24UX"
    assert facts["ansible_net_iostype"] == "IOS-XE"
    assert facts["ansible_net_filesystems"] == ["flash:"]
    assert facts["ansible_net_memtotal_mb"] > 1000
    assert facts["ansible_net_cpu_utilization"]["core"]["five_minutes"] == 1
    assert "hostname fs03-sw11" in facts["ansible_net_config"]
    assert facts["ansible_net_all_ipv4_addresses"] == ["10.99.1.11"]
    assert facts["ansible_net_interfaces"]["Vlan999"]["operstatus"] == "up"
    assert facts["ansible_net_interfaces"][small_catalyst.PORTS[1]]["lineprotocol"] == "down"
    neighbour = facts["ansible_net_neighbors"][small_catalyst.PORTS[6]][0]
    assert neighbour["host"] == "fs03-sw12.portaurelia.example"
    assert neighbour["port"] in ("Te1/0/8", small_catalyst.PORTS[7])


def test_a_check_shows_a_diff_and_changes_nothing(
    switch: IosSwitch, root: Path, tmp_path: Path
) -> None:
    before = switch.running
    said = play(switch, root, tmp_path, DESCRIBED, "--check", "--diff")
    assert said["changed"]
    assert said["commands"] == ["interface TenGigabitEthernet1/0/2", "description printer"]
    assert switch.running == before


def test_lines_are_configured_and_saved_once(switch: IosSwitch, root: Path, tmp_path: Path) -> None:
    task = {"ios_config": DESCRIBED["ios_config"] | {"save_when": "modified"}}
    assert play(switch, root, tmp_path, task)["changed"]
    assert "description printer" in switch.running
    assert "description printer" in switch.startup
    assert not play(switch, root, tmp_path, task)["changed"]


def test_a_file_is_compared_with_what_runs(switch: IosSwitch, root: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.cfg"
    wanted.write_text(switch.running.replace(" name users", " name people"))
    task = {"ios_config": {"src": str(wanted)}}
    said = play(switch, root, tmp_path, task, "--check", "--diff")
    assert said["commands"] == ["vlan 20", "name people"]
    wanted.write_text(switch.running)
    assert not play(switch, root, tmp_path, task, "--check", "--diff")["changed"]
