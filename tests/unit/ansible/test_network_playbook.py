"""playbooks/network.yml: the same diff as a plan, the same transaction as a rollout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail

from fake_network import FakeNetwork
from muniform.hosts import run_city, run_secrets
from muniform.rollout import Journal

ROOT = Path(__file__).resolve().parents[3]
LINE = "ip name-server 192.0.2.9\n"


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    path = ROOT / "playbooks" / "plugins" / "action" / "muniform_network.py"
    spec = importlib.util.spec_from_file_location("muniform_network", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """An Ansible run reads its city once."""
    run_city.cache_clear()
    run_secrets.cache_clear()


def brought(
    plugin: ModuleType, network: FakeNetwork, name: str, *, check: bool = False
) -> dict[str, Any]:
    """What a task of the playbook returns for a host."""
    task = SimpleNamespace(
        check_mode=check, async_val=0, args={}, action="muniform_network", diff=True
    )
    task.no_log = False
    action = plugin.ActionModule.__new__(plugin.ActionModule)
    action._task, action._connection = task, SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    variables = {
        "inventory_hostname": name,
        "inventory_file": str(network.inventory / "city.yml"),
    }
    found: dict[str, Any] = action._brought(variables)
    return found


def test_check_mode_shows_the_plan_and_changes_nothing(
    plugin: ModuleType, network: FakeNetwork
) -> None:
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    _, out, _ = network.call("plan", "fs03-sw1")
    found = brought(plugin, network, "fs03-sw1", check=True)
    assert (found["changed"], found["outcome"]) == (True, "changed")
    shown = found["diff"]["prepared"].splitlines()
    assert shown == ["- ip name-server 192.0.2.9"]
    assert all(f"    {line}" in out.splitlines() for line in shown)
    assert found["risk"] == ["public safety depends on it"]
    assert network.devices["fs03-sw1"].calls == ["snapshot", "snapshot"]
    assert not (network.state / "journal.sqlite").exists()
    assert not (network.state / "backups").exists()


def test_a_run_makes_the_same_transaction(plugin: ModuleType, network: FakeNetwork) -> None:
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    found = brought(plugin, network, "fs03-sw1")
    assert (found["changed"], found["outcome"]) == (True, "changed")
    assert found["evidence"]
    device = network.devices["fs03-sw1"]
    assert device.running == device.startup == network.intended("fs03-sw1")
    assert device.log == ["confirmed"]
    assert "before a playbook" in network.call("backup", "list", "fs03-sw1")[1]
    with Journal.open(network.state / "journal.sqlite", ()) as journal:
        run = journal.last_runs()[0]
        assert (run.kind, run.state.value) == ("playbook", "DONE")
        kinds = [event.kind for event in journal.events(run, "fs03-sw1")]
    assert {"backup", "commit", "confirm", "changed"} <= set(kinds)


def test_a_second_run_changes_nothing(plugin: ModuleType, network: FakeNetwork) -> None:
    found = brought(plugin, network, "fs03-sw1")
    assert (found["changed"], found["outcome"], "diff" in found) == (False, "unchanged", False)


def test_what_did_not_hold_is_a_failure_with_its_evidence(
    plugin: ModuleType, network: FakeNetwork
) -> None:
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    network.devices["fs03-sw1"].mangles = True
    found = brought(plugin, network, "fs03-sw1")
    assert (found["failed"], found["changed"], found["outcome"]) == (True, False, "reverted")
    assert found["evidence"]
    assert "fs03-sw1" in found["msg"]
    assert LINE in network.devices["fs03-sw1"].running


def test_what_does_not_answer_fails(plugin: ModuleType, network: FakeNetwork) -> None:
    network.devices["fs03-sw1"].away_until = 1e6
    for check in (True, False):
        found = brought(plugin, network, "fs03-sw1", check=check)
        assert (found["failed"], found["outcome"]) == (True, "unreachable")
        assert "no answer" in found["msg"]


def test_a_host_is_no_network_device(plugin: ModuleType, network: FakeNetwork) -> None:
    with pytest.raises(AnsibleActionFail, match="fs03-ws1 is no network device"):
        brought(plugin, network, "fs03-ws1")


def test_no_secret_is_in_a_result(plugin: ModuleType, network: FakeNetwork) -> None:
    hashed = network.secrets.resolve("<secret:automation_password_hash>")
    network.retouch("fs03-sw1", hashed, "$9$anotherhash")
    found = str(brought(plugin, network, "fs03-sw1", check=True))
    found += str(brought(plugin, network, "fs03-sw1"))
    assert "secret changed" in found
    values = [secret.reveal() for secret in network.secrets.all()]
    assert not [value for value in (*values, "anotherhash") if value in found]
