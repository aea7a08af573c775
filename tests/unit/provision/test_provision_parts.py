"""The parts around the engine: places, locks, the engine's version, errors and steps."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.automation import CommandError, CommandResult
from pulumi.automation.events import EngineEvent

from muniform import provision
from muniform.errors import ProvisionError, SecretError, UsageError
from muniform.model import load_city
from muniform.places import find_places
from muniform.provision import ProvisionSettings, StepOp
from muniform.provision.engine import PROJECT, Engine, failure, work_folder
from muniform.provision.locks import clear_stale, read_locks
from muniform.provision.steps import planned

REPOSITORY = Path(__file__).resolve().parents[3]


def test_places_from_the_environment_or_above(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.yml").touch()
    deep = tmp_path / "pulumi" / "site"
    deep.mkdir(parents=True)
    found = find_places({}, deep)
    assert (found.inventory, found.state) == (tmp_path / "inventory", tmp_path / ".muniform")
    other = tmp_path / "other" / "inventory"
    moved = {"MUNIFORM_INVENTORY": str(other), "MUNIFORM_STATE": str(deep)}
    found = find_places(moved, Path("/"))
    assert (found.inventory, found.state) == (other, deep)
    # Another name would silently mean another city to Ansible and to a commit.
    with pytest.raises(UsageError, match="is not called 'inventory'"):
        find_places({}, tmp_path, tmp_path / "prod")
    with pytest.raises(UsageError, match=r"no inventory/city\.yml"):
        find_places({}, Path("/"))


def lock(folder: Path, pid: int, host: str = "", age: float = 0, name: str = "one") -> Path:
    moment = datetime.now(UTC) - timedelta(seconds=age)
    told = {
        "pid": pid,
        "username": "root",
        "hostname": host or socket.gethostname(),
        "timestamp": moment.isoformat(),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(told))
    return path


def test_only_locks_of_the_provably_dead_are_cleared(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    lock(tmp_path, dead.pid, name="dead")
    lock(tmp_path, dead.pid, host="elsewhere", name="elsewhere")
    lock(tmp_path, os.getpid(), name="alive")
    # A process that is younger than the lock has only inherited the number.
    lock(tmp_path, os.getpid(), age=10 * 365 * 86400, name="reused")
    (tmp_path / "half.json").write_text('{"pid": 1')
    left = clear_stale(tmp_path)
    assert sorted(item.path.stem for item in left) == ["alive", "elsewhere", "half"]
    assert sorted(path.stem for path in tmp_path.glob("*.json")) == ["alive", "elsewhere", "half"]
    assert f"process {os.getpid()} of root on {socket.gethostname()}" in str(left[0])


def test_the_engines_own_time_format_is_read(tmp_path: Path) -> None:
    path = lock(tmp_path, 1)
    told = json.loads(path.read_text())
    told["timestamp"] = "2026-11-22T18:03:21.123456789Z"
    path.write_text(json.dumps(told))
    (found,) = read_locks(tmp_path)
    assert "since 2026-11-22 18:03:21 UTC" in str(found)


def test_no_locks_where_there_is_no_folder(tmp_path: Path) -> None:
    assert clear_stale(tmp_path / "none") == []


def fake_engine(folder: Path, version: str) -> Path:
    path = folder / "pulumi"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_an_engine_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match=r"is v3\.1\.0, needed is v3\.259\.0") as caught:
        Engine(fake_engine(tmp_path, "v3.1.0"))
    assert "tools/pulumi/install" in caught.value.hint


def test_an_engine_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match="does not run"):
        Engine(tmp_path / "none")


def test_without_a_passphrase_nothing_starts(tmp_path: Path) -> None:
    settings = ProvisionSettings(tmp_path / "none", tmp_path, REPOSITORY / "inventory")
    city = load_city(REPOSITORY / "inventory")
    with pytest.raises(SecretError, match="pulumi_passphrase"):
        provision.up(city, "fs03", settings)


@pytest.mark.parametrize("name", ["nowhere", "../../etc", "", "Fire"])
def test_a_site_that_does_not_exist(tmp_path: Path, name: str) -> None:
    settings = ProvisionSettings(tmp_path / "none", tmp_path, REPOSITORY / "inventory")
    city = load_city(REPOSITORY / "inventory")
    for operation in (provision.preview, provision.up):
        with pytest.raises(UsageError, match="has no site"):
            operation(city, name, settings)
    if name != "nowhere":  # a plain name may be the stack of a site that was removed
        with pytest.raises(UsageError, match="has no site"):
            provision.retire(city, name, settings)
    assert not work_folder(settings, name).exists() or name == ""


def diagnostic(message: str, urn: str | None = "urn:x") -> EngineEvent:
    told: dict[str, Any] = {"message": message, "color": "never", "severity": "error"}
    if urn:
        told["urn"] = urn
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, "diagnosticEvent": told})


def failed(events: list[EngineEvent], tmp_path: Path) -> ProvisionError:
    settings = ProvisionSettings(tmp_path, tmp_path, tmp_path)
    error = CommandError(CommandResult(stdout="", stderr="error: the last word", code=255))
    return failure(settings, "fire_station_3", error, events)


def test_errors_are_gathered_and_their_hint_kept(tmp_path: Path) -> None:
    events = [diagnostic(f"server down ({n})\n  -> start it\n") for n in range(5)]
    error = failed([*events, diagnostic("update failed", None)], tmp_path)
    assert error.message.splitlines() == [
        "site fire_station_3: server down (0)",
        "  server down (1)",
        "  server down (2)",
        "  and 2 more like these",
    ]
    assert error.hint == "start it; then run this again"


def test_without_a_report_the_last_word_counts(tmp_path: Path) -> None:
    assert "the last word" in failed([], tmp_path).message


def test_secrets_are_masked_in_errors(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o700)
    secret = tmp_path / "secrets" / "tsig_key"
    secret.touch(mode=0o600)
    secret.write_text("c2VjcmV0")
    assert "c2VjcmV0" not in str(failed([diagnostic("key c2VjcmV0 refused")], tmp_path))


def step(kind: str, op: str, old: Any = None, new: Any = None, name: str = "a") -> EngineEvent:
    def state(values: Any) -> Any:
        if values is None:
            return None
        common = {"type": "t", "urn": f"urn::{name}", "id": "", "parent": "", "provider": ""}
        return {**common, "custom": True, "inputs": values, "outputs": values}

    metadata = {
        "op": op,
        "urn": f"urn::{name}",
        "type": "muniform:index:DnsRecordSet",
        "provider": "",
        "old": state(old),
        "new": state(new),
    }
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, kind: {"metadata": metadata}})


def test_drift_and_its_repair_are_told_apart() -> None:
    was, found = {"ttl": 3600, "values": ["1", "2"]}, {"ttl": 60, "values": ["1", "2"]}
    plan = planned(
        "x",
        [
            step("resourcePreEvent", "refresh", was, was),
            step("resOutputsEvent", "update", was, found),
            step("resourcePreEvent", "update", found, was),
            step("resOutputsEvent", "update", found, was),
        ],
    )
    assert [(s.op, s.detail) for s in plan.drift] == [(StepOp.DRIFT, ("ttl: 3600 -> 60",))]
    assert [(s.op, s.detail) for s in plan.steps] == [(StepOp.UPDATE, ("ttl: 60 -> 3600",))]
    assert str(plan.steps[0]) == "~ update a\n    ttl: 60 -> 3600"


def test_the_shells_project_is_the_automations() -> None:
    """Both must find each other's stacks: the name of the project is part of a stack's."""
    shell = yaml.safe_load((REPOSITORY / "pulumi" / "site" / "Pulumi.yaml").read_text())
    assert shell["name"] == PROJECT
    assert shell["plugins"]["providers"][0]["name"] == "muniform"


def test_the_engine_is_the_sdks_version() -> None:
    pinned = (REPOSITORY / "tools" / "pulumi" / "VERSION").read_text().strip()
    modules = (REPOSITORY / "tools" / "pulumi" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{pinned} " in modules
    assert f"github.com/pulumi/pulumi/sdk/v3 v{pinned} " in modules
    assert f'"pulumi=={pinned}"' in (REPOSITORY / "pyproject.toml").read_text()
