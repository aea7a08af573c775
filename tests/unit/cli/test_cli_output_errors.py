"""What the system refuses is told in a line, and a folder of files is told about to programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
THIN = ROOT / "tests" / "cities" / "thin" / "inventory"


def muniform(
    *words: str, folder: Path, out: str = "", first: str = "pass"
) -> subprocess.CompletedProcess[str]:
    """Runs the command as a process: its own output streams and working directory."""
    code = f"import os; {first}; from muniform.cli.main import main; main()"
    environment = os.environ | {
        "MUNIFORM_INVENTORY": str(THIN),
        "MUNIFORM_STATE": str(folder / "state"),
    }
    with open(out or os.devnull, "w", encoding="utf-8") as stream:
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            stdout=stream if out else subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.mark.parametrize(
    "words",
    [["render"], ["render", "fs03-sw1"], ["show"], ["show", "--json"], ["version"], ["--help"]],
    ids=" ".join,
)
def test_an_answer_that_cannot_be_written(tmp_path: Path, words: list[str]) -> None:
    done = muniform(*words, folder=tmp_path, out="/dev/full")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "error: the system refused: No space left on device"
    assert len(lines) == 2


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    first = f"os.chdir({str(tmp_path / 'gone')!r}); os.rmdir(os.getcwd())"
    done = muniform("show", folder=tmp_path, first=first)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: the working directory is gone",
        "  -> go to a folder that exists",
    ]


@pytest.mark.parametrize("words", [["render"], ["render", "fs03-sw1"], ["schema"]], ids=" ".join)
def test_an_empty_folder_name_is_refused(tmp_path: Path, words: list[str]) -> None:
    done = muniform(*words, "--out", "", folder=tmp_path)
    assert (done.returncode, done.stdout) == (64, "")
    assert "--out names no folder" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name != "state"]


@pytest.mark.parametrize("words", [[], ["fire_station_3"]], ids=["city", "site"])
def test_what_was_written_as_json(tmp_path: Path, words: list[str]) -> None:
    names = {"fs03-rtr1", "fs03-sw1", "fs03-sw2"}
    written = {f"fire_station_3/{name}.cfg" for name in names}
    told = [
        json.loads(muniform("render", *words, "-o", "out", "--json", folder=tmp_path).stdout)
        for _ in range(2)
    ]
    assert told[0]["folder"] == "out"
    assert written <= set(told[0]["written"])
    assert told[0]["files"] == len(told[0]["written"])
    assert all((tmp_path / "out" / path).is_file() for path in told[0]["written"])
    assert told[1] == told[0] | {"written": []}


@pytest.mark.parametrize("words", [[], ["fs03-sw1"]], ids=["city", "device"])
@pytest.mark.parametrize("kind", ["link", "folder link", "fifo"])
def test_what_stands_in_the_way_is_named(tmp_path: Path, words: list[str], kind: str) -> None:
    site = tmp_path / "out" / "fire_station_3"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site.parent.mkdir()
    path = site / "fs03-sw1.cfg"
    if kind == "folder link":
        site.symlink_to(elsewhere)
        path = site
    else:
        site.mkdir()
        os.mkfifo(path) if kind == "fifo" else path.symlink_to(elsewhere / "x")
    done = muniform("render", *words, "--out", str(tmp_path / "out"), folder=tmp_path)
    assert done.returncode == 64
    assert f"error: {path} cannot be written: it is" in done.stderr
    assert list(elsewhere.iterdir()) == []
