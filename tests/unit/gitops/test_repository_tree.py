"""Whether a tree is clean: an answer of Git's, or an error; never a yes for want of an answer."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from muniform.errors import RolloutError, UsageError
from muniform.gitops import Repository


def git(root: Path, *arguments: str) -> str:
    name = ["-c", "user.name=Engineer", "-c", "user.email=engineer@portaurelia.example"]
    done = subprocess.run(
        ["git", "-C", str(root), *name, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    root = tmp_path / "city"
    (root / "inventory" / "sites").mkdir(parents=True)
    (root / "inventory" / "city.yml").write_text("name: one\n")
    (root / "ansible.cfg").write_text("[defaults]\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Declare the city")
    return root


def test_a_clean_tree_is_clean(tree: Path) -> None:
    assert Repository(tree).changed_files() == ()
    assert Repository(tree).head() == git(tree, "rev-parse", "HEAD")


def test_every_kind_of_difference_is_seen(tree: Path) -> None:
    (tree / "inventory" / "city.yml").write_text("name: two\n")
    (tree / "ansible.cfg").write_text("[defaults]\nforks = 99\n")
    (tree / "inventory" / "sites" / "a site.yml").write_text("x: 1\n")
    (tree / "README.md").write_text("decided by nobody\n")
    assert sorted(Repository(tree).changed_files()) == [
        "ansible.cfg",
        "inventory/city.yml",
        "inventory/sites/a site.yml",
    ]


def test_a_file_that_git_ignores_is_seen(tree: Path) -> None:
    (tree / ".git" / "info" / "exclude").write_text("hidden.yml\n__pycache__/\n")
    (tree / "inventory" / "sites" / "hidden.yml").write_text("x: 1\n")
    compiled = tree / "playbooks" / "plugins" / "__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "plugin.pyc").write_bytes(b"\0")
    assert Repository(tree).changed_files() == ("inventory/sites/hidden.yml",)


def test_a_repository_of_another_account_is_refused(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Git's own switch for its tests: as if under sudo in somebody's repository.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for ask in (
        Repository(tree).changed_files,
        Repository(tree).head,
        lambda: Repository(tree).commit("HEAD"),
    ):
        with pytest.raises(RolloutError, match="dubious ownership") as caught:
            ask()
        assert f"safe.directory {tree}" in caught.value.hint


def test_outside_git_nothing_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = Repository(tmp_path)
    assert outside.head() == ""
    for ask in (outside.changed_files, lambda: outside.commit("HEAD")):
        with pytest.raises(RolloutError, match="not a git repository") as caught:
            ask()
        assert "git init && git add -A && git commit" in caught.value.hint


def test_without_git_that_is_what_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    for ask in (Repository(tree).head, Repository(tree).changed_files):
        with pytest.raises(RolloutError, match="the program git can't be started"):
            ask()


def test_a_damaged_repository_is_not_clean(tree: Path) -> None:
    (tree / ".git" / "index").write_bytes(b"nonsense")
    with pytest.raises(RolloutError, match="Git can't say what is in"):
        Repository(tree).changed_files()


def test_a_hook_of_another_repository_does_not_lead_astray(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    head = git(tree, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert Repository(tree).head() == head


def test_before_the_first_commit_there_is_no_head(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert Repository(tmp_path).head() == ""
    with pytest.raises(UsageError, match="there is no commit 'HEAD'"):
        Repository(tmp_path).commit("HEAD")
