"""A lab city's tools send nothing to the real city: without a lab, beside one, and after a crash.

Everything runs in a namespace where a packet to 10.x would leave, and be caught. The lab that is
up plays one site; the others are asked for in vain.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from muniform.lab import control
from packet_trap import Trap, trap

pytestmark = [
    pytest.mark.lab,
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
]

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PLAYED, SWITCH, NOT_PLAYED = "fs03", "fs03-sw2", "lb05-sw1"
NO_LAB = "its lab is not running"


@dataclass(frozen=True)
class Town:
    """A city of its own, from whose folder everything is started."""

    root: Path
    trap: Trap

    @property
    def state(self) -> Path:
        return self.root / ".muniform"

    def run(self, *command: str) -> tuple[int, str]:
        """Exit code and output of a command inside the trap."""
        program = str(BIN / command[0])
        done = self.trap.run(program, *command[1:], cwd=self.root, env=self.environment())
        return done.returncode, done.stdout

    def environment(self) -> dict[str, str]:
        hidden = ("MUNIFORM_", "ANSIBLE_", "PULUMI_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        collections = str(ROOT / ".cache" / "collections")
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        # OpenSSH's shared connections are sockets in the file system, which a network namespace
        # doesn't keep apart: one that another lab's Ansible left would be used here.
        alone = {"ANSIBLE_SSH_ARGS": "-o ControlMaster=no -o ControlPath=none"}
        return kept | alone | {"PATH": path, "ANSIBLE_COLLECTIONS_PATH": collections}

    def refused(self, *command: str) -> str:
        """What a command says that must fail without having sent anything."""
        self.trap.take()
        code, said = self.run(*command)
        assert self.trap.take() == []
        assert code == 1 if command[0] == "muniform" else code != 0, said
        assert "Traceback" not in said, said
        return said


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    root = tmp_path_factory.mktemp("isolated") / "city"
    shutil.copytree(ROOT / "tests" / "cities" / "thin" / "inventory", root / "inventory")
    for name in ("playbooks", "roles"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "ansible.cfg", root)
    shutil.copy(ROOT / ".gitignore", root)
    for command in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "Engineer"],
        ["config", "user.email", "engineer@portaurelia.example"],
        ["add", "-A"],
        ["commit", "-q", "-m", "Declare the city"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)
    with trap() as made:
        found = Town(root, made)
        try:
            yield found
        finally:
            control.down(found.state, lambda _: None)


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.1)


def up(town: Town) -> None:
    code, said = town.run("muniform", "lab", "up", PLAYED, "--simulated")
    assert code == 0, said


def down(town: Town) -> None:
    control.down(town.state, lambda _: None)


def crash(town: Town) -> None:
    """The daemon dies as a process dies that nobody asked; its description stays behind."""
    up(town)
    pid = control.status(town.state).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not control.status(town.state).running)
    assert (town.state / "lab" / "lab.json").exists()


STATES = {"down": down, "crashed": crash}


@pytest.fixture(scope="module", params=STATES)
def without_lab(town: Town, request: pytest.FixtureRequest) -> Town:
    """The town whose lab has ended, or has died."""
    up(town)  # makes the secrets: it is not for want of those that nothing is contacted
    down(town)
    STATES[request.param](town)
    return town


@pytest.fixture(scope="module")
def beside_a_lab(town: Town) -> Town:
    """The town whose lab plays another site."""
    down(town)
    up(town)
    return town


def test_the_trap_catches_whatever_leaves(town: Town) -> None:
    """The proof of all others: a packet to a declared address does leave, and is seen."""
    town.trap.take()
    for program in (
        "import socket; s = socket.socket(); s.settimeout(0.3); s.connect(('10.18.254.11', 22))",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('10.1.1.10', 53))",
    ):
        town.run("python", "-c", program)
    eventually(lambda: len(town.trap.caught) >= 2)
    found = {(str(p.address), p.port) for p in town.trap.take()}
    assert found == {("10.18.254.11", 22), ("10.1.1.10", 53)}


MUNIFORM = [
    ("plan", "--target", SWITCH),
    ("plan",),
    ("drift", "--target", SWITCH),
    ("rollout", "--yes", "--target", SWITCH),
    ("backup", SWITCH),
    ("site", "preview", "fire_station_3"),
    ("site", "up", "fire_station_3", "--yes"),
    ("site", "drift", "fire_station_3"),
]

ANSIBLE = [
    ("ansible", "fs03-ws1", "-m", "ansible.builtin.raw", "-a", "id"),
    ("ansible", "fs03-rtr1", "-m", "ansible.builtin.ping"),
    ("ansible", "fs03-sw2", "-m", "cisco.ios.ios_facts"),
    ("ansible-playbook", "playbooks/servers.yml", "--check", "--diff"),
    ("ansible-playbook", "playbooks/desktops.yml", "--limit", "fire_station_3"),
]


@pytest.mark.parametrize("command", MUNIFORM, ids=" ".join)
@pytest.mark.engine
def test_without_a_lab_muniform_and_pulumi_refuse(
    without_lab: Town, command: tuple[str, ...]
) -> None:
    assert NO_LAB in without_lab.refused("muniform", *command)


@pytest.mark.parametrize("command", ANSIBLE, ids=lambda words: " ".join(words[:2]))
def test_without_a_lab_ansible_reaches_nobody(without_lab: Town, command: tuple[str, ...]) -> None:
    said = without_lab.refused(*command)
    assert "SUCCESS" not in said
    assert "ok=1 " not in said


def test_beside_a_lab_what_it_plays_is_reached(beside_a_lab: Town) -> None:
    """Deny by default is no proof if nothing ever works."""
    beside_a_lab.trap.take()
    code, said = beside_a_lab.run("muniform", "plan", "--target", SWITCH)
    assert code == 2, said
    assert SWITCH in said
    assert beside_a_lab.trap.take() == []


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "--target", NOT_PLAYED),
        ("rollout", "--yes", "--target", NOT_PLAYED),
        ("backup", NOT_PLAYED),
        ("site", "up", "library_5", "--yes"),
    ],
    ids=" ".join,
)
@pytest.mark.engine
def test_beside_a_lab_what_it_does_not_play_is_refused(
    beside_a_lab: Town, command: tuple[str, ...]
) -> None:
    said = beside_a_lab.refused("muniform", *command)
    assert "the lab does not serve" in said or "does not play" in said


@pytest.mark.parametrize(
    ("host", "module"),
    [
        ("lb05-ws1", "ansible.builtin.raw"),
        ("lb05-rtr1", "ansible.builtin.ping"),
        ("lb05-sw1", "cisco.ios.ios_facts"),
        ("dc01-srv1", "ansible.builtin.setup"),
    ],
)
def test_beside_a_lab_ansible_reaches_no_other_host(
    beside_a_lab: Town, host: str, module: str
) -> None:
    words = ("-a", "id") if module.endswith("raw") else ()
    said = beside_a_lab.refused("ansible", host, "-m", module, *words)
    assert f"{host} | " in said
    assert "SUCCESS" not in said
