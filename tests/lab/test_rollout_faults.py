"""The whole road in the lab, and what goes wrong on it.

The demo itself takes the city from blank to its standard, with all its claims; the faults follow on
that city. Each test changes what is declared for one switch, and leaves everything as declared.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# The first test waits for a whole demo.
pytestmark = [
    pytest.mark.lab,
    pytest.mark.engine,
    pytest.mark.city,
    pytest.mark.timeout(1200),
]

BIN = Path(sys.executable).parent
ARCHETYPE = "inventory/archetypes/network_services.yml"
SWITCH = "dc01-sw1"


@dataclass(frozen=True)
class Town:
    """The demo's city: its repository, with the lab beside it."""

    root: Path
    demo: str

    def start(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MUNIFORM_")}
        environment["PATH"] = f"{BIN}{os.pathsep}{environment['PATH']}"
        collections = Path(__file__).resolve().parents[2] / ".cache" / "collections"
        environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
        return subprocess.Popen(
            [str(BIN / arguments[0]), *arguments[1:]],
            cwd=self.root,
            env=environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, **extra: str) -> str:
        process = self.start(*arguments, **extra)
        said, _ = process.communicate(timeout=280)
        assert process.returncode == code, said
        return said

    def muniform(self, *arguments: str, code: int = 0, **extra: str) -> str:
        return self.run("muniform", *arguments, code=code, **extra)

    def declare(self, servers: int) -> None:
        """How many server ports the data centre's switch has: a change of a few lines."""
        path = self.root / ARCHETYPE
        text = path.read_text()
        before = text[text.index("{server: ") :].split(",")[0]
        path.write_text(text.replace(before, f"{{server: {servers}"))
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", f"Declare {servers} server ports")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True)

    def journal_kinds(self) -> list[str]:
        """Kinds of all events of the switch, in their order, read beside a running rollout."""
        path = self.root / ".muniform" / "journal.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
            rows = journal.execute(
                "select kind from events where target = ? order by seq", (SWITCH,)
            ).fetchall()
        return [kind for (kind,) in rows]

    def flash(self) -> str:
        """What lies on the switch's flash, through a Netmiko of nobody's making."""
        state = self.root / ".muniform"
        login = {
            "device_type": "cisco_ios",
            "host": "127.1.254.11",
            "port": 20022,
            "username": "muniform",
            "password": (state / "secrets" / "automation_password").read_text().strip(),
        }
        script = (
            "import json, sys; from netmiko import ConnectHandler\n"
            "with ConnectHandler(**json.load(sys.stdin)) as device:\n"
            "    print(device.send_command('dir flash:'))\n"
        )
        return subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(login),
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Town]:
    """The city after a demo that kept all its claims."""
    if os.geteuid() != 0:
        pytest.skip("the lab needs root")
    city = tmp_path_factory.mktemp("demo") / "city"
    demo = [sys.executable, str(root / "scripts" / "demo.py"), "--city", str(city)]
    try:
        done = subprocess.run(demo, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-4000:]}"
        yield Town(city, done.stdout)
    finally:
        subprocess.run([*demo, "--down"], check=False, capture_output=True)
        shutil.rmtree(city, ignore_errors=True)


@pytest.fixture
def as_declared(town: Town) -> Iterator[Town]:
    """The town, put back to twelve server ports on a compliant switch afterwards."""
    yield town
    town.muniform("lab", "fault", SWITCH, "drop_after", "--at", "commit", "--off")
    town.declare(12)
    town.muniform("rollout", "--yes", "--target", SWITCH)


def test_the_demo_keeps_every_claim(town: Town) -> None:
    assert "Every claim was checked." in town.demo


@pytest.mark.parametrize("moment", ["backup", "stage", "commit", "confirm"])
def test_a_kill_at_any_moment_leaves_what_the_next_start_understands(
    as_declared: Town, moment: str
) -> None:
    town = as_declared
    town.declare(9)
    before = len(town.journal_kinds())
    process = town.start("muniform", "rollout", "--yes", "--target", SWITCH)
    deadline = time.monotonic() + 60
    while moment not in town.journal_kinds()[before:]:
        assert time.monotonic() < deadline, "the rollout never came so far"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    said = town.muniform("rollout", "--yes", "--target", SWITCH)
    assert f"{SWITCH}: " in said
    assert "was interrupted; reading again what it was working on" in said
    assert "0 drifted, 0 unreadable" in town.muniform("drift", "--target", SWITCH)
    assert "the journal is whole" in town.muniform("journal", "verify")
    assert "candidate" not in town.flash()
    assert "no target is being changed" in town.muniform("lease", "list")


def test_a_session_dropped_after_the_commit_ends_on_the_old_configuration(
    as_declared: Town,
) -> None:
    town = as_declared
    town.declare(9)
    town.muniform("lab", "fault", SWITCH, "drop_after", "--at", "commit")
    said = town.muniform("rollout", "--yes", "--target", SWITCH, code=1)
    assert f"{SWITCH}: reverted" in said
    assert "the change was taken back, and the device was read again" in said
    town.muniform("lab", "fault", SWITCH, "drop_after", "--at", "commit", "--off")
    assert f"{SWITCH}: changed" in town.muniform("rollout", "--yes", "--target", SWITCH)
    assert "candidate" not in town.flash()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("wrong_host_key", f"{SWITCH}: the host key is not the one that was enrolled"),
        ("refuse_login", f"{SWITCH}: the device refused the login of our account"),
    ],
)
def test_a_stranger_or_a_refusal_blocks_its_target_only(
    town: Town, fault: str, message: str
) -> None:
    town.muniform("lab", "fault", SWITCH, fault)
    try:
        said = town.muniform("plan", "--target", SWITCH, "--target", "lb05-sw1", code=1)
        assert message in said
        assert "0 to change, 1 as intended, 1 blocked" in said
        refused = town.muniform("rollout", "--yes", "--target", SWITCH, code=1)
        assert "1 targets cannot be planned" in refused
    finally:
        town.muniform("lab", "fault", SWITCH, fault, "--off")
    assert "1 as intended" in town.muniform("plan", "--target", SWITCH)


def test_dns_down_is_said_and_repaired_by_the_next_run(town: Town) -> None:
    running = json.loads(town.muniform("lab", "status", "--json"))["containers"]
    container = next(name for name, _ in running if name.endswith("dc01-srv1"))
    conf = town.root / ".muniform" / "lab" / "containers.conf"
    extra = {"CONTAINERS_CONF": str(conf)} if conf.exists() else {}
    control = ["podman", "exec", container, "systemctl"]
    subprocess.run([*control, "stop", "named"], check=True, env=os.environ | extra)
    try:
        said = town.muniform("site", "up", "fire_station_3", "--yes", code=1)
        assert "10.1.1.10" in said
        assert "Traceback" not in said
    finally:
        subprocess.run([*control, "start", "named"], check=True, env=os.environ | extra)
    assert "nothing to do" in town.muniform("site", "up", "fire_station_3", "--yes")


def test_without_its_lab_nothing_is_contacted(town: Town, tmp_path: Path) -> None:
    elsewhere = {"MUNIFORM_STATE": str(tmp_path)}
    for command in (["plan"], ["drift"], ["site", "preview", "fs03"], ["rollout", "--yes"]):
        said = town.muniform(*command, code=1, **elsewhere)
        assert "its lab is not running" in said
        assert "muniform lab up" in said
    said = town.run("ansible-playbook", "playbooks/servers.yml", "--check", code=2, **elsewhere)
    assert "its lab is not running" in said


def test_plain_ansible_finds_nothing_to_change(town: Town) -> None:
    # Other hosts of the city are refused, and named, since this lab does not play them.
    played = ("--limit", "data_center_1:library_5:fire_station_3")
    for playbook in ("servers", "desktops"):
        said = town.run(
            "ansible-playbook", f"playbooks/{playbook}.yml", "--check", "--diff", *played
        )
        assert "changed=0" in said
        assert "changed=1" not in said


def test_a_dirty_tree_is_planned_but_not_rolled_out(town: Town) -> None:
    path = town.root / "inventory" / "sites" / "library_5.yml"
    good = path.read_text()
    path.write_text(good + "# a thought\n")
    try:
        assert "1 as intended" in town.muniform("plan", "--target", SWITCH)
        said = town.muniform("rollout", "--yes", "--target", SWITCH, code=1)
        assert "the working tree differs from its commit: inventory/sites/library_5.yml" in said
    finally:
        path.write_text(good)


def test_silence_is_no_approval_and_another_plan_is_not_the_approved_one(
    as_declared: Town,
) -> None:
    as_declared.declare(9)
    said = as_declared.muniform("rollout", "--target", SWITCH, code=1)
    assert "not approved; nothing was changed" in said
    said = as_declared.muniform("rollout", "--target", SWITCH, "--approve", "0" * 12, code=1)
    assert "is not the approved 000000000000" in said
    digest = json.loads(as_declared.muniform("plan", "--target", SWITCH, "--json", code=2))
    said = as_declared.muniform("rollout", "--target", SWITCH, "--approve", digest["digest"])
    assert f"{SWITCH}: changed" in said


def test_no_secret_is_left_where_people_look(town: Town) -> None:
    """Journal, plan, rollout output and Pulumi's state hold no secret's value."""
    state = town.root / ".muniform"
    secrets = [
        path.read_text().strip()
        for path in (state / "secrets").iterdir()
        if path.suffix != ".pub" and path.name != "automation_ssh_key"
    ]
    assert len(secrets) >= 5
    looked_at = [town.demo]
    for path in [*state.glob("journal.sqlite*"), *(state / "pulumi").rglob("*")]:
        if path.is_file():
            looked_at.append(path.read_bytes().decode("latin-1"))
    assert len(looked_at) > 3
    for secret in secrets:
        assert not [text for text in looked_at if secret in text]
