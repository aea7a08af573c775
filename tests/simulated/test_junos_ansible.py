"""The junipernetworks.junos collection, unmodified, against a simulated Junos switch."""

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

from simulated_devices import Identities
from simulated_junos import PASSWORD, STARTUP, UPLINK, USER, Played, playing

pytestmark = [pytest.mark.lab, pytest.mark.slow]
PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
CONTACT = {"junos_config": {"lines": ["set snmp contact NOC"]}}


@pytest.fixture
def played(identities: Identities, root: Path) -> Iterator[Played]:
    folder = root / ".cache" / "collections" / "ansible_collections" / "junipernetworks" / "junos"
    if not folder.is_dir():
        pytest.skip("the junipernetworks.junos collection is not there: scripts/fetch-collections")
    with playing(identities, "127.96.7.1") as found:
        yield found


def play(played: Played, root: Path, folder: Path, task: dict[str, Any], *options: str) -> Any:
    """The result of one task, as its module returned it."""
    module, arguments = next(iter(task.items()))
    named = {"name": "Test", f"junipernetworks.junos.{module}": arguments, "register": "said"}
    shown = {"name": "Show", "ansible.builtin.debug": {"var": "said"}}
    variables = {
        "ansible_host": played.address,
        "ansible_port": played.netconf,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_connection": "ansible.netcommon.netconf",
        "ansible_network_os": "junipernetworks.junos.junos",
        "ansible_host_key_checking": False,
    }
    inventory = {"all": {"hosts": {"ops-sw1": variables}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
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
    return json.loads("{" + told + "}")["said"]


def test_facts(played: Played, root: Path, tmp_path: Path) -> None:
    task = {"junos_facts": {"gather_subset": ["default", "hardware", "interfaces", "config"]}}
    facts = play(played, root, tmp_path, task)["ansible_facts"]
    assert facts["ansible_net_hostname"] == "ops-sw1"
    assert facts["ansible_net_version"] == "23.4R2-S4.5"
    assert facts["ansible_net_serialnum"] == "ZE1234567890"
    assert facts["ansible_net_has_2RE"] is False
    assert facts["ansible_net_memtotal_mb"] > 0
    assert facts["ansible_net_interfaces"][UPLINK]["oper-status"] == "up"
    assert "host-name ops-sw1;" in facts["ansible_net_config"]


def test_a_check_shows_a_diff_and_changes_nothing(
    played: Played, root: Path, tmp_path: Path
) -> None:
    before = played.device.running
    said = play(played, root, tmp_path, CONTACT, "--check", "--diff")
    assert said["changed"]
    assert said["diff"]["prepared"] == "[edit snmp]\n+   contact NOC;"
    assert played.device.running == before
    assert played.device.residue() == []


def test_lines_are_committed_once(played: Played, root: Path, tmp_path: Path) -> None:
    assert play(played, root, tmp_path, CONTACT)["changed"]
    assert played.device.config.value("snmp", "contact") == "NOC"
    assert played.device.database.history[0].log == "configured by junos_config"
    assert not play(played, root, tmp_path, CONTACT)["changed"]


def test_a_file_in_the_place_of_everything(played: Played, root: Path, tmp_path: Path) -> None:
    (tmp_path / "new.conf").write_text(STARTUP.replace("Desk 1", "Desk 9"))
    task = {"junos_config": {"src": "new.conf", "src_format": "text", "update": "override"}}
    said = play(played, root, tmp_path, task, "--diff")
    assert '+   description "Desk 9";' in said["diff"]["prepared"]
    assert "Desk 9" in played.device.running
