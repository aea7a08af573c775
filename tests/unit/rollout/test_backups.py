"""Backups: kept encrypted, once for each configuration, and never given to another device."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniform.devices import Backup
from muniform.errors import RolloutError, UsageError
from muniform.masking import Secret
from muniform.rollout import Backups

RUNNING = "hostname fs03-sw1\nusername muniform secret 9 $9$abcdef\nend\n"
KEY = Secret("hash_key", "of the city")


class Clock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.at = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "backups"


@pytest.fixture
def backups(folder: Path) -> Backups:
    return Backups(folder, KEY, "anna", "before a rollout", Clock())


def commits(folder: Path) -> Iterator[str]:
    """What Git's log says, commit by commit."""
    said = subprocess.run(
        ["git", "--git-dir", str(folder), "log", "--format=%an|%B%x00"],
        capture_output=True,
        text=True,
        check=True,
    )
    return (entry.strip() for entry in said.stdout.split("\0") if entry.strip())


@pytest.mark.parametrize("running", ["", "\n", RUNNING + "banner \udcff\r\n", "x" * 300_000])
def test_saved_and_loaded_byte_by_byte(backups: Backups, running: str) -> None:
    assert backups.load(backups.save("fs03-sw1", running)) == running


def test_a_commit_says_which_device_when_who_and_why(backups: Backups, folder: Path) -> None:
    reference = backups.save("fs03-sw1", RUNNING)
    assert list(commits(folder)) == ["anna|fs03-sw1: before a rollout"]
    (version,) = backups.history("fs03-sw1")
    assert reference == f"fs03-sw1@{version.id}"
    assert version.at == datetime(2025, 3, 1, 2, 0, 1, tzinfo=UTC)
    other = replace(backups, about="before a\nrestore\x1b[2J")
    other.save("fs03-sw2", RUNNING)
    assert next(commits(folder)) == "anna|fs03-sw2: before a restore [2J"


def test_nothing_in_the_repository_can_be_read(backups: Backups, folder: Path) -> None:
    """Not even by whoever unpacks what Git keeps."""
    id = backups.save("fs03-sw1", RUNNING).partition("@")[2]
    shown = subprocess.run(
        ["git", "--git-dir", str(folder), "cat-file", "blob", id], capture_output=True, check=True
    ).stdout
    assert b"hostname" not in shown
    assert b"$9$" not in shown


def test_it_is_what_devices_ask_for(backups: Backups) -> None:
    backup: Backup = backups
    assert backup.save("fs03-sw1", RUNNING)


def test_the_same_configuration_is_kept_once(backups: Backups, folder: Path) -> None:
    first = backups.save("fs03-sw1", RUNNING)
    assert backups.save("fs03-sw1", RUNNING) == first
    assert len(list(commits(folder))) == 1
    backups.save("fs03-sw1", "other")
    again = backups.save("fs03-sw1", RUNNING)
    assert again != first
    assert backups.history("fs03-sw1")[0].id == again.partition("@")[2]
    assert len(list(commits(folder))) == 3


def test_latest_is_the_newest_of_its_target(backups: Backups) -> None:
    assert backups.latest("fs03-sw1") is None
    backups.save("fs03-sw1", "one")
    second = backups.save("fs03-sw1", "two")
    backups.save("fs03-sw2", "three")
    assert backups.latest("fs03-sw1") == second


def test_another_key_opens_nothing_and_relies_on_nothing(backups: Backups, folder: Path) -> None:
    reference = backups.save("fs03-sw1", RUNNING)
    later = Backups(folder, Secret("hash_key", "replaced"), now=Clock())
    with pytest.raises(RolloutError, match="is not what was saved") as caught:
        later.load(reference)
    assert "hash_key was replaced" in caught.value.hint
    renewed = later.save("fs03-sw1", RUNNING)
    assert renewed != reference
    assert later.load(renewed) == RUNNING


def test_a_backup_of_one_target_is_none_of_another(backups: Backups) -> None:
    reference = backups.save("fs03-sw1", RUNNING)
    with pytest.raises(RolloutError, match="is not what was saved"):
        backups.load(reference.replace("fs03-sw1", "fs03-sw2"))


def test_a_damaged_backup_is_not_loaded_and_not_relied_on(backups: Backups, folder: Path) -> None:
    reference = backups.save("fs03-sw1", RUNNING)
    id = reference.partition("@")[2]
    blob = folder / "objects" / id[:2] / id[2:]
    blob.chmod(0o600)
    blob.write_bytes(blob.read_bytes()[:-5])
    with pytest.raises(RolloutError, match="can't be read"):
        backups.load(reference)
    assert backups.load(backups.save("fs03-sw1", RUNNING)) == RUNNING


@pytest.mark.parametrize(
    "reference", ["", "fs03-sw1", "fs03-sw1@HEAD", "../x@" + "0" * 40, "a@" + "0" * 39, "a@main"]
)
def test_a_reference_leads_nowhere_else(backups: Backups, reference: str) -> None:
    with pytest.raises(RolloutError, match="is no reference of a backup"):
        backups.load(reference)


@pytest.mark.parametrize("target", ["", "..", "a/b", ".hidden", "a\nb", "-x", "a:b"])
def test_a_target_is_a_name(backups: Backups, folder: Path, target: str) -> None:
    with pytest.raises(RolloutError, match="can't be the name of a target"):
        backups.save(target, RUNNING)
    assert not folder.exists()


def test_a_missing_backup_says_so(backups: Backups) -> None:
    backups.save("fs03-sw1", RUNNING)
    with pytest.raises(RolloutError, match="can't be read"):
        backups.load("fs03-sw1@" + "0" * 40)


def test_a_revision_may_be_shortened(backups: Backups) -> None:
    with pytest.raises(UsageError, match="there is no backup of fs03-sw1"):
        backups.find("fs03-sw1")
    first = backups.save("fs03-sw1", "one")
    second = backups.save("fs03-sw1", "two")
    assert backups.find("fs03-sw1") == second
    id = first.partition("@")[2]
    assert backups.find("fs03-sw1", id[:12]) == first
    for wrong, said in (("0" * 40, "no backup 0000"), ("abc", "no revision"), ("HEAD", "no rev")):
        with pytest.raises(UsageError, match=said):
            backups.find("fs03-sw1", wrong)
    with pytest.raises(UsageError):
        backups.find("fs03-sw2", id[:12])


def test_a_full_disk_is_said_and_leaves_the_latest(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = backups.save("fs03-sw1", "earlier")

    def full(*_: object, **__: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", full)
        with pytest.raises(RolloutError) as caught:
            backups.save("fs03-sw1", RUNNING)
    assert caught.value.message == (
        "the backup of fs03-sw1 could not be written: No space left on device (while writing)"
    )
    assert caught.value.hint == "free some space there and start again; nothing was changed"
    assert backups.latest("fs03-sw1") == earlier


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(RolloutError, match=r"could not be written: .*backups"):
        Backups(tmp_path / "backups", KEY).save("fs03-sw1", RUNNING)


def test_what_has_grown_is_packed_and_still_there(backups: Backups) -> None:
    references = [backups.save("fs03-sw1", str(n)) for n in range(5)]
    backups.tidy()
    assert [backups.load(reference) for reference in references] == list("01234")


@given(texts=st.lists(st.text(max_size=5), min_size=1, max_size=6))
def test_history_is_the_changes_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    backups = Backups(tmp_path_factory.mktemp("kept") / "backups", KEY, now=Clock())
    for text in texts:
        assert backups.load(backups.save("fs03-sw1", text)) == text
    changed = [t for n, t in enumerate(texts) if not n or texts[n - 1] != t]
    kept = [backups.load(f"fs03-sw1@{v.id}") for v in backups.history("fs03-sw1")]
    assert kept == changed[::-1]
