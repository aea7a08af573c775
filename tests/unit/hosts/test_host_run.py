"""Real runs of Ansible, against a city whose lab is down: no packet may leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.hosts import RunSettings, run
from muniform.results import Status


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> RunSettings:
    return RunSettings.of(root, tmp_path / "state")


def test_a_lab_that_is_down_fails_every_host_of_every_playbook(settings: RunSettings) -> None:
    said: list[str] = []
    results = run(["fs03-ws1", "dc01-srv1"], check=True, settings=settings, progress=said.append)
    assert [result.target for result in results] == ["fs03-ws1", "dc01-srv1"]
    for result in results:
        assert result.status is Status.FAILED
        assert result.message == "this city is a lab (reach: lab) and its lab is not running"
        assert result.hint == "muniform lab up"
    assert sorted(said) == [
        "dc01-srv1: failed: Stop where nothing may be contacted",
        "fs03-ws1: failed: Stop where nothing may be contacted",
    ]


def test_a_run_leaves_nothing_behind(
    settings: RunSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    run(["fs03-ws1"], check=True, settings=settings, progress=lambda _: None)
    assert list((settings.state / "hosts").iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_a_playbook_that_cannot_be_read_fails_its_hosts_and_no_other(
    root: Path, settings: RunSettings, tmp_path: Path
) -> None:
    playbooks = tmp_path / "playbooks"
    (playbooks / "tasks").mkdir(parents=True)
    (playbooks / "servers.yml").write_text("- hosts: servers\n  rolls: []\n")
    for name in ("desktops.yml", "tasks/reach.yml"):
        (playbooks / name).write_text((root / "playbooks" / name).read_text())
    broken = RunSettings(
        settings.inventory, playbooks, settings.roles, settings.config, settings.state
    )
    server, desktop = run(
        ["dc01-srv1", "fs03-ws1"], check=True, settings=broken, progress=lambda _: None
    )
    assert server.status is Status.FAILED
    assert "'rolls' is not a valid attribute" in server.message
    assert desktop.message == "this city is a lab (reach: lab) and its lab is not running"


def test_nobody_to_run_for_is_no_run(settings: RunSettings) -> None:
    assert run([], check=True, settings=settings, progress=lambda _: None) == ()
