"""Waits until a pushing process comes to a step: its journal says so before it is taken."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path


def await_step(process: subprocess.Popen[str], journal: Path, step: str) -> bool:
    """Whether the process is still running when its journal says that it has come to a step."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        if step in _kinds(journal):
            return True
        time.sleep(0.003)
    return False


def _kinds(journal: Path) -> set[str]:
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as opened:
            return {str(kind) for (kind,) in opened.execute("select kind from events")}
    except sqlite3.OperationalError:
        return set()  # not there yet
