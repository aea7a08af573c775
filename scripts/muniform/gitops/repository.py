"""The city's repository: what a revision is, whether the tree is clean, a worktree of a commit.

Whatever Git can't answer is an error here: a question without an answer never counts as a no.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import RolloutError, UsageError
from muniform.owned import gate, owned_folder, remove_tree

DECIDED = ("inventory", "playbooks", "roles", "ansible.cfg")
"""What a commit decides: folders and files. Python code is the installed package."""

_OUTSIDE = "not a git repository"
_FOREIGN = "dubious ownership"
# A hook or an alias of Git that starts us says with these which repository *it* is about.
_OF_ANOTHER_CALL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)


@dataclass(frozen=True)
class Repository:
    """The Git repository in which the inventory stands. ``root`` may be a folder inside it.

    Everything here raises RolloutError, with Git's own words, if Git can't be asked.
    """

    root: Path

    def head(self) -> str:
        """The commit that is checked out; an empty text outside Git and before a first commit."""
        found = self._git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if found.returncode == 0:
            return found.stdout.strip()
        # Silent about a HEAD that names no commit yet.
        if found.stderr and _OUTSIDE not in found.stderr:
            raise self._refusal(found.stderr)
        return ""

    def changed_files(self) -> tuple[str, ...]:
        """Files that differ from the commit, among those that it decides.

        Also those that Git doesn't know, and those it was told to ignore: they would be loaded
        all the same. Compiled Python is left out, since it follows from its source.
        """
        said = self._asked(
            "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored",
            "--", *DECIDED,
        )  # fmt: skip
        lines = [line for line in said.split("\0") if line]
        return tuple(line[3:] for line in lines if not _is_compiled(line))

    def commit(self, revision: str) -> str:
        """The full id of a revision. Raises UsageError if it names no commit of a city."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/~^@{}-]{0,199}", revision):
            raise UsageError(f"{revision!r} is no revision", "name a commit, a branch or a tag")
        self._prefix()
        found = self._git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found.returncode != 0:
            raise UsageError(
                f"there is no commit {revision!r} in this repository",
                "git fetch, or name another revision",
            )
        sha = found.stdout.strip()
        if self._git("cat-file", "-e", f"{sha}:./inventory/city.yml").returncode != 0:
            raise UsageError(
                f"commit {sha[:12]} holds no inventory/city.yml",
                "name a commit of the city's repository",
            )
        return sha

    @contextmanager
    def worktree(self, sha: str, state: Path) -> Iterator[Path]:
        """The files of a commit, in a detached worktree below the state folder.

        Each call has its own, which nobody else touches while this process lives. What killed
        processes left is removed first.
        """
        prefix = self._prefix()
        with owned_folder(state / "worktrees", f"{sha[:12]}-", self._remove) as folder:
            # Two calls at once would meet in the repository's own list of worktrees.
            with gate(folder.parent):
                added = self._git(
                    # A hook could change the files, which are to be those of the commit.
                    "-c", "core.hooksPath=/dev/null",
                    "worktree", "add", "--detach", "--force", str(folder), sha,
                )  # fmt: skip
            if added.returncode != 0:
                raise RolloutError(
                    f"no worktree of {sha[:12]} could be made: {added.stderr.strip()}",
                    "check the repository with: git worktree list",
                )
            yield folder / prefix

    def _remove(self, folder: Path) -> None:
        """Remove a worktree and, when it is gone, Git's record of it.

        No other record is touched: that of an engineer's own worktree on a disk which isn't
        mounted now would be lost by a prune. Twice --force: also one that was being added.
        """
        remove_tree(folder)
        if not folder.exists():
            self._git("worktree", "remove", "--force", "--force", str(folder))

    def _prefix(self) -> str:
        """Where ``root`` stands in its repository, with a slash at the end unless it is the top."""
        return self._asked("rev-parse", "--show-prefix").removesuffix("\n")

    def _asked(self, *arguments: str) -> str:
        """What Git answers. Raises RolloutError if it doesn't."""
        found = self._git(*arguments)
        if found.returncode != 0:
            raise self._refusal(found.stderr)
        return found.stdout

    def _refusal(self, stderr: str) -> RolloutError:
        said = stderr.strip() or "it gave no reason"
        hint = f"see for yourself: git -C {self.root} status"
        if _OUTSIDE in said:
            hint = "a rollout takes its files from a commit: git init && git add -A && git commit"
        elif _FOREIGN in said:
            hint = (
                "run as the account that owns the repository, or, if you trust whoever does: "
                f"git config --global --add safe.directory {self.root}"
            )
        return RolloutError(f"Git can't say what is in {self.root}: {said}", hint)

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if name not in _OF_ANOTHER_CALL}
        try:
            return subprocess.run(
                ["git", "-C", str(self.root), *arguments],
                # English, since what Git says is looked at; no lock that others would meet.
                env=kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise RolloutError(
                f"the program git can't be started: {error.strerror}",
                "install Git, and see that it is found on the PATH",
            ) from error


def _is_compiled(line: str) -> bool:
    """Whether a line of the status is about Python's compiled files, which Git ignores."""
    return line.startswith("!! ") and "__pycache__/" in line
