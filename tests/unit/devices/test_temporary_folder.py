"""A candidate on our disk is private, and gone afterwards, even after a kill."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from muniform.devices.temporary import (
    private_temporary_folder,
    sweep_temporary_folders,
    temporary_folders,
)
from muniform.errors import RolloutError

STAGE = """
import sys, tempfile, time
from pathlib import Path
from muniform.devices.temporary import private_temporary_folder, temporary_folders
with private_temporary_folder(temporary_folders(Path(sys.argv[1]))):
    with tempfile.NamedTemporaryFile("w", delete=False) as candidate:
        candidate.write("username muniform secret 9 clear")
    print(candidate.name, flush=True)
    time.sleep(60)
"""


def stage(state: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process in the middle of staging, and the candidate that its library wrote."""
    process = subprocess.Popen(
        [sys.executable, "-c", STAGE, str(state)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_what_libraries_write_lies_there_and_goes(tmp_path: Path) -> None:
    before = tempfile.tempdir
    parent = temporary_folders(tmp_path)
    with private_temporary_folder(parent) as folder:
        with tempfile.NamedTemporaryFile(delete=False) as written:
            pass
        assert Path(written.name).parent == Path(folder)
        assert Path(folder).parent == parent
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        assert stat.S_IMODE(parent.stat().st_mode) == 0o700
    assert list(parent.iterdir()) == []
    assert tempfile.tempdir == before


def test_it_goes_after_an_error_too(tmp_path: Path) -> None:
    parent = temporary_folders(tmp_path)

    def fail() -> None:
        with private_temporary_folder(parent) as folder:
            (Path(folder) / "candidate").write_text("x")
            raise ValueError("staging failed")

    with pytest.raises(ValueError, match="staging failed"):
        fail()
    assert list(parent.iterdir()) == []


@pytest.mark.parametrize("by", ["start", "use"])
def test_what_a_killed_process_left_is_swept(tmp_path: Path, by: str) -> None:
    process, candidate = stage(tmp_path)
    kill(process)
    assert candidate.is_file()
    if by == "start":
        sweep_temporary_folders(tmp_path)
    else:
        with private_temporary_folder(temporary_folders(tmp_path)):
            assert not candidate.exists()
    assert list(temporary_folders(tmp_path).iterdir()) == []


def test_a_living_process_keeps_its_folder(tmp_path: Path) -> None:
    process, candidate = stage(tmp_path)
    try:
        sweep_temporary_folders(tmp_path)
        with private_temporary_folder(temporary_folders(tmp_path)):
            pass
        assert candidate.is_file()
    finally:
        kill(process)


def test_a_sweep_follows_no_link_and_touches_no_file(tmp_path: Path) -> None:
    parent = temporary_folders(tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    parent.mkdir()
    (parent / "link").symlink_to(kept)
    sweep_temporary_folders(tmp_path)
    assert (kept / "file").is_file()


def test_nothing_to_sweep(tmp_path: Path) -> None:
    sweep_temporary_folders(tmp_path / "new")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_a_state_that_is_a_file_is_said(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("")
    with (
        pytest.raises(RolloutError, match="no folder can be made"),
        private_temporary_folder(temporary_folders(state)),
    ):
        pass
