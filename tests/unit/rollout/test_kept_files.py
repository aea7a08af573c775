"""Versions in a Git repository: whole or not at all, whatever is killed and whoever writes too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniform.errors import RolloutError
from muniform.rollout.kept_files import KeptFiles, Note

NOTE = Note(datetime(2026, 3, 1, 2, 0, tzinfo=UTC), "anna", "fs03-sw1: saved")


@pytest.fixture
def kept(tmp_path: Path) -> KeptFiles:
    return KeptFiles(tmp_path / "state" / "backups")


def fsck(kept: KeptFiles) -> str:
    """What Git has against the repository."""
    done = subprocess.run(
        ["git", "--git-dir", str(kept.folder), "fsck", "--strict", "--no-dangling"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("notice: HEAD points to an unborn branch (main)\n", "")


def test_versions_are_kept_in_order(kept: KeptFiles) -> None:
    assert kept.latest("a.cfg") is None
    assert kept.history("a.cfg") == ()
    first = kept.keep("a.cfg", b"one", NOTE)
    other = kept.keep("b.cfg", b"other", NOTE)
    second = kept.keep("a.cfg", b"two\0\xff", NOTE)
    assert kept.latest("a.cfg") == second
    assert kept.latest("b.cfg") == other
    assert kept.content(first) == b"one"
    assert kept.content(second) == b"two\0\xff"
    history = kept.history("a.cfg")
    assert [version.id for version in history] == [second, first]
    assert history[0].at == NOTE.at
    assert (history[0].by, history[0].about) == ("anna", "fs03-sw1: saved")
    assert fsck(kept) == ""


def test_nothing_of_a_users_own_git_has_a_say(
    kept: KeptFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-update", "pre-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\n\thooksPath = {hooks}\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = false\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody else")
    kept.keep("a.cfg", b"one", NOTE)
    assert kept.history("a.cfg")[0].by == "anna"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("by", ["", " . ", "<>", "Jürgen"])
def test_any_account_may_keep(kept: KeptFiles, by: str) -> None:
    kept.keep("a.cfg", b"one", Note(NOTE.at, by, "saved"))
    assert kept.history("a.cfg")[0].by == (by if by.isalpha() else "unknown")


def test_only_this_account_may_read(kept: KeptFiles) -> None:
    before = os.umask(0)
    try:
        kept.keep("a.cfg", b"one", NOTE)
    finally:
        os.umask(before)
    for path in (kept.folder, *kept.folder.rglob("*")):
        assert not path.stat().st_mode & 0o077, path


def test_the_lock_of_a_killed_process_is_in_nobodys_way(kept: KeptFiles) -> None:
    kept.keep("a.cfg", b"one", NOTE)
    (kept.folder / "refs/heads/main.lock").write_text("")
    second = kept.keep("a.cfg", b"two", NOTE)
    assert kept.latest("a.cfg") == second


@pytest.mark.parametrize("rest", ["HEAD", "config", "objects", "refs"])
def test_a_repository_that_was_half_made_is_finished(kept: KeptFiles, rest: str) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(kept.folder)], check=True)
    (kept.folder / rest).rename(kept.folder / "gone")
    (kept.folder / "config.lock").write_text("")
    (kept.folder / "HEAD.lock").write_text("")
    kept.keep("b.cfg", b"two", NOTE)
    assert kept.latest("b.cfg")


def test_what_is_damaged_is_said(kept: KeptFiles) -> None:
    id = kept.keep("a.cfg", b"one", NOTE)
    blob = kept.folder / "objects" / id[:2] / id[2:]
    blob.chmod(0o600)
    blob.write_bytes(b"not an object")
    with pytest.raises(RolloutError, match="Git refused cat-file"):
        kept.content(id)


def test_without_git_it_says_so(kept: KeptFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RolloutError, match="program git can't be started"):
        kept.keep("a.cfg", b"one", NOTE)


def test_threads_lose_nothing_of_each_other(kept: KeptFiles) -> None:
    names = [f"{n}.cfg" for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(lambda name: kept.keep(name, name.encode(), NOTE), names))
    assert [kept.latest(name) for name in names] == ids
    assert fsck(kept) == ""


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from muniform.rollout.kept_files import KeptFiles, Note
kept = KeptFiles(Path(sys.argv[1]))
for n in range(10_000):
    kept.keep("a.cfg", str(n).encode() * 1000, Note(datetime.now(UTC), "anna", "saved"))
    print(n, flush=True)
"""


def test_killed_at_any_moment_the_last_version_told_is_there(kept: KeptFiles) -> None:
    """Also its children: the whole group goes at once, as at a power cut."""
    for moment in (0.0, 0.003, 0.006, 0.01, 0.015, 0.02, 0.03):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(kept.folder)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(moment)
        os.killpg(child.pid, signal.SIGKILL)
        told = [int(line) for line in child.stdout.read().splitlines()]
        child.wait()
        latest = kept.latest("a.cfg")
        assert latest is not None
        content = kept.content(latest)
        number = int(content[: len(content) // 1000])
        assert content == str(number).encode() * 1000
        assert number >= max(told, default=0)
        kept.keep("b.cfg", os.urandom(20), NOTE)
    assert fsck(kept) == ""
