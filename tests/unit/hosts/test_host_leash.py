"""An Ansible run ends with whoever waits for it: kill -9, Ctrl-C, time. Real runs, on this machine.

The playbook connects nowhere: its tasks run here, each between two files that say so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from muniform.hosts import RunSettings, leash, run
from muniform.hosts.process import hold
from muniform.results import Status

PLAYBOOK = """
- hosts: servers:desktops
  gather_facts: false
  connection: local
  vars: {{ansible_become: false}}
  tasks:
    - name: One
      ansible.builtin.command: touch {marks}/one-{{{{ inventory_hostname }}}}
    - name: Two
      ansible.builtin.command: sleep {seconds}
    - name: Three
      ansible.builtin.command: touch {marks}/three-{{{{ inventory_hostname }}}}
"""

RUN = """
import sys
from pathlib import Path
from muniform.hosts import RunSettings, run
inventory, playbooks, roles, config, state = map(Path, sys.argv[1:])
settings = RunSettings(inventory, playbooks, roles, config, state)
try:
    run(["dc01-srv1", "fs03-ws1"], check=False, settings=settings, progress=lambda _: None)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def made(root: Path, tmp_path: Path, marks: Path, seconds: int) -> RunSettings:
    playbooks = tmp_path / "playbooks"
    playbooks.mkdir()
    for name in ("servers.yml", "desktops.yml"):
        (playbooks / name).write_text(PLAYBOOK.format(marks=marks, seconds=seconds))
    known = RunSettings.of(root, tmp_path / "state")
    return RunSettings(known.inventory, playbooks, known.roles, known.config, known.state)


@pytest.fixture
def settings(root: Path, tmp_path: Path, marks: Path) -> RunSettings:
    return made(root, tmp_path, marks, 6)


@pytest.fixture
def started(settings: RunSettings, marks: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run of two playbooks in a process of its own, in the middle of the second task of both."""
    where = (settings.inventory, settings.playbooks, settings.roles, settings.config)
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *map(str, where), str(settings.state)],
        # A shell lets what it starts in the background ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        until(lambda: len(list(marks.iterdir())) == 2 and len(sleeping(settings)) == 2)
        yield process
    finally:
        process.kill()
        process.wait()
        until(lambda: not at_work(settings.state))


def until(reached: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def at_work(state: Path) -> list[str]:
    """The command lines of all that runs for this state folder, found by its environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (path / "environ").read_bytes().decode("latin-1")
        except OSError:
            continue
        if f"MUNIFORM_STATE={state}" in environment:
            found.append(command)
    return found


def sleeping(settings: RunSettings) -> list[str]:
    return [command for command in at_work(settings.state) if command == "sleep 6 "]


def test_a_run_does_not_outlive_a_killed_parent(
    settings: RunSettings, started: subprocess.Popen[bytes], marks: Path
) -> None:
    started.kill()
    started.wait()
    until(lambda: not at_work(settings.state), 5)
    time.sleep(2)
    assert sorted(mark.name for mark in marks.iterdir()) == ["one-dc01-srv1", "one-fs03-ws1"]


def test_what_a_killed_run_left_is_removed_by_the_next_one(
    settings: RunSettings, started: subprocess.Popen[bytes]
) -> None:
    left = list((settings.state / "hosts").iterdir())
    with hold(settings.state):
        assert set(left) < set((settings.state / "hosts").iterdir())  # it lives
    assert len(left) == 2
    started.kill()
    started.wait()
    with hold(settings.state) as held:
        assert list((settings.state / "hosts").iterdir()) == [held.folder]
        assert at_work(settings.state) == []  # it was waited for
    assert list((settings.state / "hosts").iterdir()) == []


def test_ctrl_c_ends_every_playbook_before_its_next_task(
    settings: RunSettings, started: subprocess.Popen[bytes], marks: Path
) -> None:
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=15) == 130
    assert at_work(settings.state) == []
    assert sorted(mark.name for mark in marks.iterdir()) == ["one-dc01-srv1", "one-fs03-ws1"]
    assert list((settings.state / "hosts").iterdir()) == []


def test_a_run_does_not_outlive_its_killed_leash(
    settings: RunSettings, started: subprocess.Popen[bytes], marks: Path
) -> None:
    for path in Path("/proc").glob("[0-9]*"):
        command = (path / "cmdline").read_bytes() if (path / "cmdline").exists() else b""
        if leash.__file__.encode() in command and str(settings.state).encode() in command:
            os.kill(int(path.name), signal.SIGKILL)
    until(lambda: not sleeping(settings), 2)
    assert started.wait(timeout=30) == 0
    until(lambda: not at_work(settings.state), 5)
    assert sorted(mark.name for mark in marks.iterdir()) == ["one-dc01-srv1", "one-fs03-ws1"]


def test_a_run_ends_when_its_time_is_over(root: Path, tmp_path: Path, marks: Path) -> None:
    known = made(root, tmp_path, marks, 60)
    short = replace(known, timeout=8)
    (result,) = run(["dc01-srv1"], check=False, settings=short, progress=lambda _: None)
    assert result.status is Status.FAILED
    assert result.message == ("the run was ended after 8 seconds before it was done with this host")
    assert result.diff == ("# One",)
    assert at_work(known.state) == []


def test_whoever_was_let_go_before_it_began_starts_nothing(tmp_path: Path) -> None:
    with hold(tmp_path) as held:
        held.let_go("no more")
        command = ["touch", str(tmp_path / "begun")]
        done = subprocess.run([sys.executable, leash.__file__, str(held.folder), *command])
    assert done.returncode == 75
    done = subprocess.run([sys.executable, leash.__file__, str(held.folder), *command])
    assert done.returncode == 75
    assert not (tmp_path / "begun").exists()


def test_what_does_not_end_in_time_is_killed(
    tmp_path: Path,
) -> None:
    """Also below a session of its own, as Ansible's workers are."""
    stubborn = "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 30; sleep 30'; sleep 9"
    with hold(tmp_path / "state") as held:
        process = subprocess.Popen(
            [sys.executable, "-c",
             f"import sys; sys.path.insert(0, {str(Path(leash.__file__).parent)!r});"
             "import leash; leash.GRACE = 0.5; sys.exit(leash.main())",
             str(held.folder), "sh", "-c", stubborn],
            cwd=tmp_path,
            env=os.environ | {"MUNIFORM_STATE": str(tmp_path)},
        )  # fmt: skip
        until(lambda: "sleep 30 " in at_work(tmp_path))
        began = time.monotonic()
        held.let_go("no more")
        assert process.wait(timeout=10) == 128 + signal.SIGKILL
        assert time.monotonic() - began < 5
        until(lambda: not at_work(tmp_path), 2)


def test_the_commands_exit_code_is_handed_on(tmp_path: Path) -> None:
    with hold(tmp_path) as held:
        command = [sys.executable, "-I", leash.__file__, str(held.folder), "sh", "-c", "exit 3"]
        assert subprocess.run(command).returncode == 3
