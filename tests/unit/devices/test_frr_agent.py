"""The transaction on the router, with FRR and systemd replaced by a fake that keeps text."""

from __future__ import annotations

import ast
import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from muniform.devices.frr_agent import Agent, Output, RefusedError, answer
from muniform.devices.frr_session import agent_source

OLD = "hostname r1\n"
NEW = "hostname r1\nip route 10.9.0.0/16 blackhole\n"
SOURCE = "# the agent\n"


@dataclass
class Fake:
    """FRR as a text that --reload replaces; systemd as a list of commands."""

    running: str = OLD
    told: list[list[str]] = field(default_factory=list)
    stubborn: bool = False
    """--reload reports success and changes nothing."""
    broken: set[str] = field(default_factory=set)
    """Programs that fail."""
    before: Callable[[list[str]], None] = lambda _: None
    startup: Path = Path()
    tables: dict[str, str] = field(default_factory=dict)
    """What show commands print."""
    silent: set[str] = field(default_factory=set)
    """Addresses that answer no ping."""

    def __call__(self, command: Sequence[str], _patience: float, _keep: int | None) -> Output:
        words = [Path(command[0]).name, *command[1:]]
        self.before(words)
        self.told.append(words)
        if words[0] in self.broken:
            return Output(1, "", f"{words[0]} is broken")
        if words[0] == "frr-reload.py":
            return self._reload(words)
        if words[:2] == ["systemctl", "restart"]:
            self.running, self.stubborn = self.startup.read_text(), False
        if words[0] == "ping":
            return Output(int(words[-1] in self.silent), "", "")
        if words[-1] in self.tables:
            return Output(0, self.tables[words[-1]], self.tables[words[-1]])
        printed = self.running if "show running-config no-header" in words else ""
        return Output(0, printed, printed)

    def _reload(self, words: list[str]) -> Output:
        wanted = Path(words[-1]).read_text()
        if "--test" in words:
            delta = "" if wanted == self.running else f"Lines To Add\n====\n{wanted}"
            return Output(0, delta, delta)
        if not self.stubborn:
            self.running = wanted
        return Output(0, "", "")

    def did(self, *words: str) -> bool:
        return any(command[: len(words)] == list(words) for command in self.told)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    startup = tmp_path / "etc" / "frr.conf"
    startup.parent.mkdir()
    startup.write_text(OLD)
    return Fake(startup=startup)


@pytest.fixture
def agent(tmp_path: Path, fake: Fake) -> Agent:
    return Agent(tmp_path / "run", fake.startup, fake)


def token(agent: Agent) -> str:
    return str(json.loads((agent.pending / "note.json").read_text())["token"])


def left(agent: Agent) -> list[str]:
    return sorted(path.name for path in agent.home.iterdir())


def test_the_revert_is_armed_before_anything_changes(agent: Agent, fake: Fake) -> None:
    def look(words: list[str]) -> None:
        if "--reload" in words:
            assert fake.did("systemd-run")
            assert (agent.pending / "rollback" / "frr.conf").read_text() == OLD

    fake.before = look
    assert agent.commit(NEW, 60, SOURCE) == {"previous": OLD}
    assert fake.running == NEW
    assert fake.startup.read_text() == OLD
    [armed] = [command for command in fake.told if command[0] == "systemd-run"]
    assert "--on-active=60" in armed
    assert armed[-3:] == [str(agent.pending / "agent.py"), "revert", token(agent)]
    assert (agent.pending / "agent.py").read_text() == SOURCE


def test_a_confirmation_saves_and_leaves_nothing(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    assert agent.waiting()["pending"]
    agent.confirm()
    assert (fake.running, fake.startup.read_text()) == (NEW, NEW)
    assert left(agent) == ["lock"]
    assert agent.waiting() == {"pending": False, "remaining": 0.0}
    assert fake.did("systemctl", "stop")


def test_the_timer_restores_running_and_startup(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    fake.startup.write_text("saved by hand\n")
    agent.revert(token(agent))
    assert (fake.running, fake.startup.read_text()) == (OLD, OLD)
    assert left(agent) == ["lock"]


def test_a_late_timer_leaves_the_next_commit_alone(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    late = token(agent)
    agent.confirm()
    agent.revert(late)
    agent.commit(OLD, 60, SOURCE)
    agent.revert(late)
    assert fake.running == OLD
    assert agent.waiting()["pending"]


def test_what_does_not_stick_is_reverted_at_once(agent: Agent, fake: Fake) -> None:
    fake.stubborn = True
    with pytest.raises(RefusedError, match=r"Still to do:(?s:.*)reverted at once"):
        agent.commit(NEW, 60, SOURCE)
    assert not agent.waiting()["pending"]
    assert left(agent) == ["lock"]
    assert not fake.did("systemctl", "restart")


def test_without_a_timer_nothing_is_changed(agent: Agent, fake: Fake) -> None:
    fake.broken = {"systemd-run"}
    with pytest.raises(RefusedError, match="could not be armed"):
        agent.commit(NEW, 60, SOURCE)
    assert fake.running == OLD
    assert not any("--reload" in command for command in fake.told)
    assert left(agent) == ["lock"]


def test_frr_that_cannot_be_led_back_is_restarted(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    fake.stubborn = True
    agent.rollback()
    assert fake.did("systemctl", "restart", "frr.service")
    assert (fake.running, fake.startup.read_text()) == (OLD, OLD)


def test_a_failed_revert_stays_pending(agent: Agent, fake: Fake) -> None:
    """systemd runs it again: nothing that it needs may be gone."""
    agent.commit(NEW, 60, SOURCE)
    own = token(agent)
    fake.broken = {"vtysh", "frr-reload.py", "systemctl"}
    fake.before = lambda _: None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("muniform.devices.frr_agent.SETTLE", 0.0)
        with pytest.raises(RefusedError):
            agent.revert(own)
    assert agent.waiting()["pending"]
    fake.broken = set()
    agent.revert(own)
    assert (fake.running, fake.startup.read_text()) == (OLD, OLD)


def test_a_full_disk_leaves_startup_and_the_timer(
    agent: Agent, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.commit(NEW, 60, SOURCE)
    stops = len([command for command in fake.told if command[:2] == ["systemctl", "stop"]])

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RefusedError, match="No space left"):
        agent.confirm()
    assert fake.startup.read_text() == OLD
    assert [path.name for path in fake.startup.parent.iterdir()] == ["frr.conf"]
    assert agent.waiting()["pending"]
    assert len([c for c in fake.told if c[:2] == ["systemctl", "stop"]]) == stops


def test_a_second_commit_and_a_moved_router_are_refused(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    with pytest.raises(RefusedError, match="another commit is waiting"):
        agent.commit(OLD, 60, SOURCE)
    fake.running = "changed by hand\n"
    with pytest.raises(RefusedError, match="no longer what was committed"):
        agent.confirm()
    assert fake.startup.read_text() == OLD


@pytest.mark.parametrize("text", ["", "\n", "!\n! end\n", "# only a comment\n"])
def test_an_empty_candidate_would_delete_everything(agent: Agent, text: str) -> None:
    with pytest.raises(RefusedError, match="empty"):
        agent.check(text)


def test_an_empty_candidate_stays_empty_on_a_host_that_does_not_forward(
    agent: Agent, fake: Fake
) -> None:
    fake.running = "no ipv6 forwarding\n"
    with pytest.raises(RefusedError, match="empty"):
        agent.check("!\n")
    assert agent.compare("no ipv6 forwarding\nhostname r2\n")["delta"]
    fake.running = "hostname r1\n\nno ipv6 forwarding\n"
    assert agent.compare("hostname r1\n") == {"delta": ""}


def test_orphaned_work_folders_are_removed(agent: Agent) -> None:
    orphan = agent.home / "work-orphan"
    orphan.mkdir(parents=True)
    (orphan / "frr.conf").write_text("key-string Geheim\n")
    agent.compare(OLD)
    assert left(agent) == ["lock"]


def test_short_timers_are_refused(agent: Agent, fake: Fake) -> None:
    with pytest.raises(RefusedError, match="4 s is too short"):
        agent.commit(NEW, 4, SOURCE)
    assert fake.running == OLD


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"do": "confirm"}, "nothing"),
        ({"do": "rollback"}, "nothing"),
        ({"do": "revert", "token": "x"}, "request"),
        ({"do": "_restore"}, "request"),
    ],
)
def test_refusals_are_answers(agent: Agent, request_: dict[str, Any], kind: str) -> None:
    assert answer(agent, request_)["refused"] == kind


def test_a_look_around_tells_adjacencies_and_answers(agent: Agent, fake: Fake) -> None:
    fake.tables = {
        "show ip ospf neighbor json": '{"neighbors": {}}',
        "show bgp summary json": "bgpd is not running",
    }
    fake.silent = {"10.9.9.9"}
    seen = answer(agent, {"do": "look", "addresses": ["10.0.0.1", "10.9.9.9"]})
    assert seen == {"ospf": {"neighbors": {}}, "bgp": {}, "answering": ["10.0.0.1"]}
    assert answer(agent, {"do": "look", "addresses": []})["answering"] == []


def test_tidying_removes_what_was_left_and_no_more(agent: Agent) -> None:
    agent.commit(NEW, 60, SOURCE)
    left = agent.home / "work-orphan"
    left.mkdir()
    assert answer(agent, {"do": "tidy"}) == {}
    assert not left.exists()
    assert agent.waiting()["pending"]


def test_the_agent_stands_alone() -> None:
    """It is sent to routers: nothing but the standard library is there."""
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else name.name) or ""
        for node in ast.walk(ast.parse(agent_source()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_agent_runs_from_standard_input() -> None:
    program = f"{agent_source()}\nserve({json.dumps({'do': 'no such thing'})!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-"], input=program, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {
        "refused": "request",
        "text": "unknown request 'no such thing'",
    }


def test_a_commit_that_cannot_begin_soon_does_not_begin_later(
    agent: Agent, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muniform.devices.frr_agent.BEGIN_WITHIN", 0.1)
    agent.tidy()
    with (agent.home / "lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for ask in (
            lambda: agent.commit(NEW, 60, SOURCE),
            lambda: agent.check(NEW),
            lambda: agent.compare(NEW),
            agent.tidy,
        ):
            with pytest.raises(RefusedError, match="somebody else is at work"):
                ask()
    assert fake.running == OLD
    assert left(agent) == ["lock"]


def test_a_commit_killed_before_it_counts_is_swept_with_its_timer(agent: Agent, fake: Fake) -> None:
    """The timer waits, the note is not written: nothing is pending, and nothing may be left."""

    class Dead(BaseException):
        pass

    def die(_: str, __: int) -> None:
        raise Dead

    agent._declare = die  # type: ignore[method-assign]
    with pytest.raises(Dead):
        agent.commit(NEW, 60, SOURCE)
    assert fake.did("systemd-run")
    assert not agent.waiting()["pending"]
    fake.told.clear()
    agent.tidy()
    assert fake.did("systemctl", "stop", "muniform-commit-confirm.timer")
    assert left(agent) == ["lock"]
    assert fake.running == OLD


def test_tidying_leaves_a_pending_commit_alone(agent: Agent, fake: Fake) -> None:
    agent.commit(NEW, 60, SOURCE)
    fake.told.clear()
    agent.tidy()
    assert agent.waiting()["pending"]
    assert fake.told == []


def test_without_room_for_the_revert_nothing_is_changed(
    agent: Agent, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_text

    def full(path: Path, text: str) -> int:
        if path.name == "agent.py":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RefusedError, match=r"No space left(?s:.*)Nothing was changed"):
        agent.commit(NEW, 60, SOURCE)
    assert fake.running == OLD
    assert not fake.did("systemd-run")
    assert left(agent) == ["lock"]


def test_a_revert_needs_no_room_for_a_startup_that_is_still_there(
    agent: Agent, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.commit(NEW, 60, SOURCE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    agent.rollback()
    assert (fake.running, fake.startup.read_text()) == (OLD, OLD)
    assert left(agent) == ["lock"]


def test_saving_writes_startup_and_nothing_beside_it(agent: Agent, fake: Fake) -> None:
    fake.running = NEW
    agent.save()
    assert [path.name for path in fake.startup.parent.iterdir()] == ["frr.conf"]
    assert fake.startup.read_text() == NEW
    agent.commit(OLD, 60, SOURCE)
    with pytest.raises(RefusedError, match="another commit is waiting"):
        agent.save()
    assert fake.startup.read_text() == NEW
