"""Files are replaced below the folder that was named, and nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from muniform.rendered.files import read_file, write_file

FILE = "site/sw1.cfg"


def test_a_file_is_written_once(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert write_file(tmp_path / "out", FILE, b"one\r\n")
    finally:
        os.umask(before)
    path = tmp_path / "out" / FILE
    assert path.read_bytes() == b"one\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    node = path.stat().st_ino
    assert not write_file(tmp_path / "out", FILE, b"one\r\n")
    assert path.stat().st_ino == node
    # Another file takes its place: whoever has the old one open still reads all of it.
    with path.open("rb") as old:
        assert write_file(tmp_path / "out", FILE, b"two\n")
        assert old.read() == b"one\r\n"
    assert path.read_bytes() == b"two\n"
    assert list(path.parent.iterdir()) == [path]


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    assert read_file(tmp_path, FILE) == b"\xff\xfe"
    assert write_file(tmp_path, FILE, b"text")


def test_what_is_missing_is_none(tmp_path: Path) -> None:
    assert read_file(tmp_path, FILE) is None
    assert read_file(tmp_path / "nowhere", FILE) is None
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_refused_and_what_it_leads_to_is_left_alone(tmp_path: Path, there: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    if there:
        elsewhere.write_text("precious")
    out = tmp_path / "out"
    (out / "site").mkdir(parents=True)
    (out / FILE).symlink_to(elsewhere)
    for act in (lambda: read_file(out, FILE), lambda: write_file(out, FILE, b"new")):
        with pytest.raises(OSError, match="symbolic link") as refused:
            act()
        assert refused.value.filename == str(out / FILE)
    assert (out / FILE).is_symlink()
    assert elsewhere.read_text() == "precious" if there else not elsewhere.exists()


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "site").symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic link") as refused:
        write_file(out, FILE, b"new")
    assert refused.value.filename == str(out / "site")
    assert list(elsewhere.iterdir()) == []


def test_the_named_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    assert write_file(tmp_path / "out", FILE, b"text")
    assert (tmp_path / "real" / FILE).read_bytes() == b"text"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, make: object) -> None:
    (tmp_path / "site").mkdir()
    make(tmp_path / FILE)  # type: ignore[operator]
    for act in (lambda: read_file(tmp_path, FILE), lambda: write_file(tmp_path, FILE, b"new")):
        with pytest.raises(OSError, match="no regular file"):
            act()


def test_a_failed_write_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path, FILE, b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left") as failed:
        write_file(tmp_path, FILE, b"new")
    assert failed.value.filename == str(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == b"old"
    assert list((tmp_path / "site").iterdir()) == [tmp_path / FILE]
