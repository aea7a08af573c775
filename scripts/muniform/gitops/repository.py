"""The city's repository: what a revision is, whether the tree is clean, a worktree of a commit."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import RolloutError, UsageError

FOLDERS = ("inventory", "playbooks", "roles")
"""What a commit decides. Python code is the installed package."""


@dataclass(frozen=True)
class Repository:
    """The Git repository in which the inventory stands."""

    root: Path

    def head(self) -> str:
        """The commit that is checked out, or an empty text outside Git."""
        found = self._git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return found.stdout.strip() if found.returncode == 0 else ""

    def changed_files(self) -> tuple[str, ...]:
        """Files that differ from the commit, untracked ones included, in the folders it decides."""
        found = self._git("status", "--porcelain", "--untracked-files=all", "--", *FOLDERS)
        if found.returncode != 0:
            return ()
        return tuple(line[3:] for line in found.stdout.splitlines())

    def commit(self, revision: str) -> str:
        """The full id of a revision. Raises UsageError if it names no commit of a city."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/~^@{}-]{0,199}", revision):
            raise UsageError(f"{revision!r} is no revision", "name a commit, a branch or a tag")
        found = self._git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found.returncode != 0:
            raise UsageError(
                f"there is no commit {revision!r} in this repository",
                "git fetch, or name another revision",
            )
        sha = found.stdout.strip()
        if self._git("cat-file", "-e", f"{sha}:inventory/city.yml").returncode != 0:
            raise UsageError(
                f"commit {sha[:12]} holds no inventory/city.yml",
                "name a commit of the city's repository",
            )
        return sha

    @contextmanager
    def worktree(self, sha: str, state: Path) -> Iterator[Path]:
        """The files of a commit, in a detached worktree below the state folder."""
        folder = state / "worktrees" / sha
        self._remove(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        added = self._git("worktree", "add", "--detach", "--force", str(folder), sha)
        if added.returncode != 0:
            raise RolloutError(
                f"no worktree of {sha[:12]} could be made: {added.stderr.strip()}",
                "check the repository with: git worktree list",
            )
        try:
            yield folder
        finally:
            self._remove(folder)

    def _remove(self, folder: Path) -> None:
        """Also what a killed run left: the folder, and Git's record of it."""
        if folder.exists():
            self._git("worktree", "remove", "--force", str(folder))
            shutil.rmtree(folder, ignore_errors=True)
        self._git("worktree", "prune")

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "-C", str(self.root), *arguments], capture_output=True, text=True, check=False
        )
