"""A backup is whole, private and the one that was saved, or there is an error and no file."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniform.devices.protocols import Backup
from muniform.errors import RolloutError
from muniform.masking import Secret
from muniform.rollout.backups import Backups

KEY = Secret("hash_key", "key")
RUNNING = "hostname fs03-sw1\nusername muniform secret 9 $9$abc\n\x03\nend\n"


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "backups"


@pytest.fixture
def backups(folder: Path) -> Backups:
    return Backups(folder, KEY, Clock())


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_saved_and_loaded_byte_by_byte(backups: Backups, folder: Path) -> None:
    running = RUNNING + "banner \udcff\r\n"  # a byte that is no UTF-8, as read from a device
    ref = backups.save("fs03-sw1", running)
    assert backups.load(ref) == running
    assert (folder / ref).read_bytes().endswith(b"banner \xff\r\n")


def digest(ref: str) -> str:
    return ref.rpartition("-")[2].removesuffix(".cfg")


def test_a_reference_tells_target_time_and_content(backups: Backups) -> None:
    ref = backups.save("fs03-sw1", RUNNING)
    assert re.fullmatch(r"fs03-sw1/20250301T020001\.000000Z-[0-9a-f]{32}\.cfg", ref)
    assert digest(backups.save("fs03-sw1", RUNNING + "!")) != digest(ref)


def test_a_reference_tells_nothing_without_the_key(backups: Backups, tmp_path: Path) -> None:
    """Whoever reads the journal can't try out what a secret in the configuration might be."""
    told = digest(backups.save("fs03-sw1", RUNNING))
    for prefix in (b"", b"fs03-sw1", b"backup\0fs03-sw1\0"):
        content = prefix + RUNNING.encode()
        plain = [hashlib.new(name, content) for name in ("md5", "sha1", "sha256", "sha512")]
        assert not any(hashed.hexdigest().startswith(told[:8]) for hashed in plain)
    other = Backups(tmp_path / "other", Secret("hash_key", "another"), Clock())
    assert digest(other.save("fs03-sw1", RUNNING)) != told


def test_another_key_can_not_check_and_does_not_rely_on_it(backups: Backups, folder: Path) -> None:
    ref = backups.save("fs03-sw1", RUNNING)
    later = Backups(folder, Secret("hash_key", "replaced"), Clock())
    with pytest.raises(RolloutError, match="hash_key was replaced"):
        later.load(ref)
    renewed = later.save("fs03-sw1", RUNNING)
    assert renewed != ref
    assert later.load(renewed) == RUNNING


def test_a_backup_of_one_target_is_none_of_another(backups: Backups, folder: Path) -> None:
    ref = backups.save("fs03-sw1", RUNNING)
    other = ref.replace("fs03-sw1", "fs03-sw2")
    (folder / "fs03-sw2").mkdir()
    (folder / other).write_bytes((folder / ref).read_bytes())
    with pytest.raises(RolloutError, match="is not what was saved"):
        backups.load(other)


def test_it_is_what_devices_ask_for(backups: Backups) -> None:
    backup: Backup = backups
    assert backup.save("fs03-sw1", RUNNING)


def test_only_this_account_may_read(backups: Backups, folder: Path) -> None:
    old = os.umask(0)
    try:
        ref = backups.save("fs03-sw1", RUNNING)
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / ref).stat().st_mode) == 0o600
    for path in (folder, folder / "fs03-sw1"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_latest_is_the_newest_of_its_target(backups: Backups) -> None:
    assert backups.latest("fs03-sw1") is None
    backups.save("fs03-sw1", "one")
    second = backups.save("fs03-sw1", "two")
    backups.save("fs03-sw2", "three")
    assert backups.latest("fs03-sw1") == second


def test_the_same_configuration_is_kept_once(backups: Backups, folder: Path) -> None:
    assert backups.save("fs03-sw1", RUNNING) == backups.save("fs03-sw1", RUNNING)
    assert len(files(folder)) == 1
    backups.save("fs03-sw1", "other")
    assert backups.save("fs03-sw1", RUNNING) == backups.latest("fs03-sw1")
    assert len(files(folder)) == 3


def test_a_damaged_backup_is_not_loaded_and_not_relied_on(backups: Backups, folder: Path) -> None:
    ref = backups.save("fs03-sw1", RUNNING)
    (folder / ref).write_text(RUNNING[:-5])
    with pytest.raises(RolloutError, match="its content has another digest"):
        backups.load(ref)
    assert backups.load(backups.save("fs03-sw1", RUNNING)) == RUNNING


@pytest.mark.parametrize(
    "ref", ["", "fs03-sw1", "../secrets/tsig_key", "fs03-sw1/../../secrets/tsig_key", "a/b.cfg"]
)
def test_a_reference_leads_nowhere_else(backups: Backups, ref: str) -> None:
    with pytest.raises(RolloutError, match="is no reference of a backup"):
        backups.load(ref)


@pytest.mark.parametrize("target", ["", "..", "a/b", ".hidden", "a\nb"])
def test_a_target_is_a_name(backups: Backups, folder: Path, target: str) -> None:
    with pytest.raises(RolloutError, match="can't be the name of a target"):
        backups.save(target, RUNNING)
    assert not folder.exists()


def test_a_missing_backup_says_so(backups: Backups) -> None:
    with pytest.raises(RolloutError, match="No such file or directory"):
        backups.load("fs03-sw1/20250301T020001.000000Z-5c4f0f3bbd5c5c4f0f3bbd5c5c4f0f3b.cfg")


def failing(code: int) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_nothing_behind(
    backups: Backups, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    monkeypatch.setattr(os, call, failing(code))
    with pytest.raises(RolloutError) as caught:
        backups.save("fs03-sw1", RUNNING)
    assert caught.value.message == (
        f"the backup of fs03-sw1 could not be written: {os.strerror(code)} (while writing)"
    )
    assert caught.value.hint == ("free some space there and start again; nothing was changed")
    assert files(folder) == []


def test_a_disk_that_fills_up_half_way(
    backups: Backups, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel takes a part first, and says ENOSPC only at the next call."""
    earlier = backups.save("fs03-sw1", "earlier")
    real, calls = os.write, []

    def write(handle: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, bytes(data)[:5])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(RolloutError, match="No space left"):
        backups.save("fs03-sw1", RUNNING)
    assert calls == [len(RUNNING), len(RUNNING) - 5]
    assert files(folder) == [folder / earlier]
    assert backups.latest("fs03-sw1") == earlier


def test_short_writes_are_continued(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:7]))
    ref = backups.save("fs03-sw1", RUNNING)
    monkeypatch.undo()
    assert backups.load(ref) == RUNNING


def test_what_a_killed_process_left_half_written_is_removed(backups: Backups, folder: Path) -> None:
    rest = (
        folder / "fs03-sw1" / ".20250301T010000.000000Z-5c4f0f3bbd5c5c4f0f3bbd5c5c4f0f3b.cfg.part"
    )
    rest.parent.mkdir(parents=True)
    rest.write_text("username muniform sec")
    assert backups.latest("fs03-sw1") is None
    backups.save("fs03-sw1", RUNNING)
    assert not rest.exists()
