"""A worktree belongs to one call: no other call harms it, and a killed one's is removed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from muniform.errors import RolloutError
from muniform.gitops import Repository

HOLD = """
import sys, time
from pathlib import Path
from muniform.gitops import Repository
root, state, sha = sys.argv[1:]
with Repository(Path(root)).worktree(sha, Path(state)) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def git(root: Path, *arguments: str) -> str:
    name = ["-c", "user.name=Engineer", "-c", "user.email=engineer@portaurelia.example"]
    done = subprocess.run(
        ["git", "-C", str(root), *name, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def make_repository(root: Path, inside: str = "") -> str:
    inventory = root / inside / "inventory"
    inventory.mkdir(parents=True)
    (inventory / "city.yml").write_text("name: one\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Declare the city")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "city"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def sha(root: Path) -> str:
    return make_repository(root)


def left(root: Path, state: Path) -> tuple[list[Path], int]:
    """Folders below the state, and worktrees in Git's list beside the main one."""
    listed = git(root, "worktree", "list", "--porcelain").count("worktree ")
    return list((state / "worktrees").iterdir()), listed - 1


def test_two_calls_with_one_commit_do_not_meet(root: Path, state: Path, sha: str) -> None:
    repository = Repository(root)
    with repository.worktree(sha, state) as first:
        with repository.worktree(sha, state) as second:
            assert first != second
            assert (second / "inventory" / "city.yml").read_text() == "name: one\n"
        assert (first / "inventory" / "city.yml").is_file()
        assert git(first, "rev-parse", "HEAD") == sha
        assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert left(root, state) == ([], 0)


def test_many_calls_at_once(root: Path, state: Path, sha: str) -> None:
    together = Barrier(6)

    def use(_: int) -> str:
        together.wait()
        with Repository(root).worktree(sha, state) as folder:
            return (folder / "inventory" / "city.yml").read_text()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(use, range(6))) == ["name: one\n"] * 6
    assert left(root, state) == ([], 0)


def test_only_what_a_dead_process_left_is_swept(root: Path, state: Path, sha: str) -> None:
    arguments = [sys.executable, "-c", HOLD, str(root), str(state), sha]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        with Repository(root).worktree(sha, state):
            assert (theirs / "inventory" / "city.yml").is_file()
        assert (theirs / "inventory" / "city.yml").is_file()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert theirs.is_dir()
    with Repository(root).worktree(sha, state):
        assert not theirs.exists()
    assert left(root, state) == ([], 0)


def test_an_engineers_own_worktree_on_a_missing_disk_keeps_its_record(
    root: Path, state: Path, sha: str, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    git(root, "worktree", "add", "-q", "--detach", str(own), sha)
    own.rename(tmp_path / "unmounted")
    with Repository(root).worktree(sha, state):
        pass
    assert left(root, state) == ([], 1)


def test_a_city_in_a_folder_of_its_repository(tmp_path: Path, state: Path) -> None:
    top = tmp_path / "top"
    sha = make_repository(top, "it/network")
    repository = Repository(top / "it" / "network")
    assert repository.commit("HEAD") == sha
    with repository.worktree(sha, state) as folder:
        assert (folder / "inventory" / "city.yml").is_file()


def test_no_hook_touches_the_files(root: Path, state: Path, sha: str) -> None:
    hook = root / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho changed > inventory/city.yml\n")
    hook.chmod(0o755)
    with Repository(root).worktree(sha, state) as folder:
        assert (folder / "inventory" / "city.yml").read_text() == "name: one\n"


def test_a_state_folder_that_is_a_file_is_said(root: Path, state: Path, sha: str) -> None:
    state.write_text("")
    with (
        pytest.raises(RolloutError, match="no folder can be made") as caught,
        Repository(root).worktree(sha, state),
    ):
        pass
    assert "MUNIFORM_STATE" in caught.value.hint


def test_an_unknown_commit_leaves_nothing(root: Path, state: Path, sha: str) -> None:
    assert sha
    with (
        pytest.raises(RolloutError, match="no worktree of 000000000000 could be made"),
        Repository(root).worktree("0" * 40, state),
    ):
        pass
    assert left(root, state) == ([], 0)


def test_new_folders_of_the_state_are_private(root: Path, state: Path, sha: str) -> None:
    before = os.umask(0)
    try:
        with Repository(root).worktree(sha, state):
            assert stat.S_IMODE(state.stat().st_mode) == 0o700
    finally:
        os.umask(before)
