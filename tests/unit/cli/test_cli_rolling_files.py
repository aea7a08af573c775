"""Which files a rollout takes, and what it refuses before it asks anybody anything."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from muniform.cli import rolling
from muniform.cli.context import Context
from muniform.errors import RolloutError
from muniform.model import City
from muniform.plan import Kind, Plan, TargetPlan, Verdict
from muniform.reach import Reach
from muniform.results import Summary

Roll = Callable[..., None]


def git(root: Path, *arguments: str) -> str:
    name = ["-c", "user.name=Engineer", "-c", "user.email=engineer@portaurelia.example"]
    done = subprocess.run(
        ["git", "-C", str(root), *name, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Stage:
    """Everything of a rollout that would leave this machine, replaced; what it was given, kept."""

    def __init__(self) -> None:
        self.root: Path | None = None
        self.revision = ""
        self.files: dict[str, str] = {}
        self.unread: frozenset[str] = frozenset()
        self.ran = False
        self.verdict = Verdict.CHANGE

    def make_plan(self, there: Context, _city: City, _wanted: Sequence[str], commit: str) -> Plan:
        self.root, self.revision = there.root, commit
        self.there = there
        target = TargetPlan("fs03-sw1", "fire_station_3", Kind.DEVICE, self.verdict, "offline")
        return Plan(commit, "", (), (target,))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = tmp_path / "city"
    (root / "inventory").mkdir(parents=True)
    (root / "inventory" / "city.yml").write_text("name: one\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Declare the city")
    return root


@pytest.fixture
def stage(tree: Path, tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()
    here = Context(tree, tmp_path / "state")

    def run(_: object) -> Summary:
        # Somebody edits the file while the rollout is under way.
        (tree / "inventory" / "city.yml").write_text("name: edited\n")
        made.files["city.yml"] = (made.there.inventory / "city.yml").read_text()
        made.ran = True
        return Summary.of([])

    monkeypatch.setattr(rolling, "context", lambda _: here)
    monkeypatch.setattr(Context, "city", lambda _: city)
    monkeypatch.setattr(Reach, "require", lambda _: None)
    monkeypatch.setattr(rolling, "machinery", lambda *_: None)
    monkeypatch.setattr(rolling, "recover", lambda *_: made.unread)
    monkeypatch.setattr(rolling, "make_plan", made.make_plan)
    monkeypatch.setattr(rolling.Rollout, "__init__", lambda *_: None)
    monkeypatch.setattr(rolling.Rollout, "run", run)
    return made


def test_a_clean_tree_is_rolled_out_from_a_worktree_of_its_commit(
    stage: Stage, tree: Path, tmp_path: Path
) -> None:
    rolling.rollout(yes=True)
    assert stage.root is not None
    assert stage.root.parent == tmp_path / "state" / "worktrees"
    assert stage.revision == git(tree, "rev-parse", "HEAD")
    assert stage.files == {"city.yml": "name: one\n"}
    assert not stage.root.exists()


def test_a_dirty_tree_is_refused(stage: Stage, tree: Path) -> None:
    (tree / "ansible.cfg").write_text("[defaults]\n")
    with pytest.raises(RolloutError, match=r"differs from its commit: ansible\.cfg"):
        rolling.rollout(yes=True)
    assert stage.root is None


def test_outside_git_a_rollout_says_what_it_needs(stage: Stage, tree: Path) -> None:
    (tree / ".git").rename(tree / "was-git")
    with pytest.raises(RolloutError, match="not a git repository") as caught:
        rolling.rollout(yes=True)
    assert "git init" in caught.value.hint
    assert stage.root is None


def test_what_could_not_be_read_is_not_changed(stage: Stage) -> None:
    stage.unread = frozenset({"fs03-sw1"})
    with pytest.raises(RolloutError, match="interrupted while it changed fs03-sw1"):
        rolling.rollout(yes=True)
    assert not stage.ran


def test_another_target_that_could_not_be_read_is_in_nobodys_way(stage: Stage) -> None:
    stage.unread = frozenset({"lb05-sw1"})
    rolling.rollout(yes=True)
    assert stage.ran


def test_what_killed_rollouts_left_is_swept_at_the_start(stage: Stage, tmp_path: Path) -> None:
    rest = tmp_path / "state" / "tmp" / "candidate-killed"
    rest.mkdir(parents=True)
    stage.verdict = Verdict.UNCHANGED
    rolling.rollout(yes=True)
    assert not rest.exists()
    assert not stage.ran
