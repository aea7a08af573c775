"""Versions of files in a bare Git repository of our own, one commit for each that changes.

Git keeps no index and no work tree here: a version is written as objects, and then one reference
moves. Whatever is killed in between leaves objects that nothing refers to. Names and contents are
whoever calls us's; what is to be secret is encrypted before it comes here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from muniform.errors import RolloutError
from muniform.owned import gate

_BRANCH = "refs/heads/main"
_PARTS = ("HEAD", "config", "objects", "refs")
_OPTIONS = (
    "-c", "core.hooksPath=/dev/null",
    # Objects and references survive a loss of power before we say that they are there.
    "-c", "core.fsync=all",
    "-c", "gc.autoDetach=false",
    "-c", "commit.gpgSign=false",
)  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One version of a file. ``id`` is that of its content in Git."""

    id: str
    commit: str
    at: datetime
    by: str
    about: str


@dataclass(frozen=True)
class Note:
    """What is said of a version when it is kept. Each is one line of text."""

    at: datetime
    by: str
    about: str


class KeptFiles:
    """The files of one repository. Safe to use from several threads and processes at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def latest(self, name: str) -> str | None:
        """The id of a file's newest version, None if there is none."""
        if not self._is_there():
            return None
        found = self._git("rev-parse", "--verify", "--quiet", f"{_BRANCH}:{name}")
        return found.stdout.decode().strip() or None

    def content(self, id: str) -> bytes:
        """A version's content. Raises RolloutError if it is gone or damaged."""
        return self._asked("cat-file", "blob", id)

    def keep(self, name: str, content: bytes, note: Note) -> str:
        """Keep a new version; returns its id once it would survive a loss of power."""
        self._make()
        with gate(self.folder):
            # Whoever made it was killed: all who write come through the gate.
            for lock in (f"{_BRANCH}.lock", "HEAD.lock"):
                (self.folder / lock).unlink(missing_ok=True)
            id = self._asked("hash-object", "-w", "--stdin", given=content).decode().strip()
            self._commit(name, id, note)
        return id

    def history(self, name: str) -> tuple[Version, ...]:
        """All versions of a file, the newest first."""
        if not self._is_there() or self._head() is None:
            return ()
        said = self._asked(
            "log", "--raw", "--no-abbrev", "--no-renames", "-z",
            "--format=%x01%H%x00%ct%x00%an%x00%s", _BRANCH, "--", name,
        )  # fmt: skip
        return tuple(_versions(said.decode("utf-8", "replace")))

    def tidy(self) -> None:
        """Let Git pack its objects, if there are many loose ones."""
        if self._is_there():
            with gate(self.folder):
                self._asked("gc", "--auto", "--quiet")

    def _commit(self, name: str, id: str, note: Note) -> None:
        head = self._head()
        entries = self._asked("ls-tree", "-z", head) if head else b""
        others = [e for e in entries.split(b"\0") if e and e.partition(b"\t")[2] != name.encode()]
        lines = [*others, f"100644 blob {id}\t{name}".encode(), b""]
        tree = self._asked("mktree", "-z", given=b"\0".join(lines)).decode().strip()
        parent = ["-p", head] if head else []
        message = f"{note.about}\n".encode()
        made = self._asked("commit-tree", tree, *parent, given=message, note=note).decode().strip()
        self._asked("update-ref", _BRANCH, made, head or "0" * len(made))

    def _head(self) -> str | None:
        found = self._git("rev-parse", "--verify", "--quiet", f"{_BRANCH}^{{commit}}")
        return found.stdout.decode().strip() or None

    def _is_there(self) -> bool:
        return all((self.folder / part).exists() for part in _PARTS)

    def _make(self) -> None:
        """Make the repository, or finish making it. Raises OSError."""
        if self._is_there():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with gate(self.folder):
            if self._is_there():
                return
            for lock in ("config.lock", "HEAD.lock"):
                (self.folder / lock).unlink(missing_ok=True)
            self._asked("init", "--bare", "--quiet", "--template=", "--initial-branch=main")

    def _asked(self, *arguments: str, given: bytes = b"", note: Note | None = None) -> bytes:
        """What Git answers. Raises RolloutError if it doesn't."""
        done = self._git(*arguments, given=given, note=note)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise RolloutError(
                f"Git refused {arguments[0]} in {self.folder}: {said[-1] if said else 'no reason'}",
                f"see for yourself: git --git-dir {self.folder} fsck; and whether the disk is full",
            )
        return done.stdout

    def _git(
        self, *arguments: str, given: bytes = b"", note: Note | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        command = ["git", *_OPTIONS, "--git-dir", str(self.folder), *arguments]
        try:
            return subprocess.run(
                command,
                env=_environment(note),
                input=given,
                capture_output=True,
                check=False,
                umask=0o077,
            )
        except FileNotFoundError as error:
            raise RolloutError(
                "the program git can't be started", "install Git, and see that it is on the PATH"
            ) from error


def _environment(note: Note | None) -> dict[str, str]:
    """Nothing of a user's own Git has a say in this repository."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    made = {"LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    if note is not None:
        # Git strips these from the ends of a name, and takes no empty one.
        name = note.by.strip(" .,:;<>\"\\'") or "unknown"
        for who in ("AUTHOR", "COMMITTER"):
            made[f"GIT_{who}_NAME"] = name
            made[f"GIT_{who}_EMAIL"] = ""
            made[f"GIT_{who}_DATE"] = f"@{int(note.at.timestamp())} +0000"
    return kept | made


def _versions(said: str) -> Iterator[Version]:
    """What ``git log --raw -z`` says of one file."""
    for entry in said.split("\x01")[1:]:
        commit, at, by, about, raw, *_ = [part for part in entry.split("\0") if part]
        # :100644 100644 <id before> <id after> M
        id = raw.strip().split()[3]
        yield Version(id, commit, datetime.fromtimestamp(int(at), UTC), by, about)
