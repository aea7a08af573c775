"""How podman is called, and how the settings it needs are found by trying."""

from pathlib import Path

import pytest

from muniform.errors import LabError
from muniform.lab.podman import CANDIDATES, LIMITS, RUNC, Podman, containers_conf


def pretend(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A podman of our own on the PATH that notes its calls."""
    program = folder / "bin" / "podman"
    program.parent.mkdir()
    calls = folder / "calls"
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.delenv("CONTAINERS_CONF", raising=False)
    return calls


def test_an_ordinary_machine_needs_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = pretend(tmp_path, monkeypatch, '[ -z "$CONTAINERS_CONF" ]')
    assert containers_conf(tmp_path / "lab") is None
    assert containers_conf(tmp_path / "lab") is None
    assert len(calls.read_text().splitlines()) == 1


@pytest.mark.parametrize("needed", CANDIDATES[1:], ids=["limits", "runc", "both"])
def test_the_least_settings_that_work_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needed: str
) -> None:
    wanted = tmp_path / "wanted"
    wanted.write_text(needed)
    pretend(tmp_path, monkeypatch, f'cmp -s "${{CONTAINERS_CONF:-/dev/null}}" {wanted}')
    conf = containers_conf(tmp_path / "lab")
    assert conf is not None
    assert conf.read_text() == needed


def test_settings_go_from_none_to_all() -> None:
    assert CANDIDATES == ("", LIMITS, RUNC, LIMITS + RUNC)


def test_a_machine_on_which_nothing_works_says_why_and_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(tmp_path, monkeypatch, "echo 'no cgroups here' >&2; exit 126")
    with pytest.raises(LabError, match="cannot start a container here: no cgroups here"):
        containers_conf(tmp_path / "lab")
    assert list((tmp_path / "lab").iterdir()) == []


def test_an_error_shows_what_podman_said_but_not_what_it_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = pretend(tmp_path, monkeypatch, "cat > /dev/null; echo 'no such container' >&2; exit 1")
    with pytest.raises(LabError, match="podman exec failed: no such container") as error:
        Podman().exec("c1", ["sh", "-s"], "secret=hunter2")
    assert "hunter2" not in str(error.value)
    assert calls.read_text() == "exec -i c1 sh -s\n"


def test_a_podman_that_hangs_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, monkeypatch, "exec sleep 30")
    with pytest.raises(LabError, match="did not answer"):
        Podman().run(["ps"], timeout=0.2)
