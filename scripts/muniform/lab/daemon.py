"""Starts and stops the lab's daemon, and tells whether it lives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from muniform.errors import LabError
from muniform.lab import channel
from muniform.lab.containers import processes_with
from muniform.lab.files import give
from muniform.lab.locks import holders
from muniform.lab.paths import LabPaths
from muniform.owned import is_held

MODULE = "muniform.lab.server"
START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0
PAUSE = 0.05


def running(paths: LabPaths) -> bool:
    """Whether a daemon holds this lab's lock."""
    return is_held(paths.lock)


def start(paths: LabPaths) -> None:
    """Start the daemon, detached, and wait until it serves. Raises LabError with its last words."""
    with os.fdopen(os.open(paths.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as log:
        give(paths.log)
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, "--state", str(paths.state)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT
    while not paths.description.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise LabError(f"the lab's daemon did not start: {_last_words(paths)}", str(paths.log))
        time.sleep(PAUSE)
    # Answers only after it has begun to serve; a description alone proves a file.
    channel.ask(paths.socket, {"do": "status"})


def stop(paths: LabPaths) -> bool:
    """End the daemon, by force if it doesn't listen; False if none ran. Raises LabError."""
    if not running(paths):
        return False
    with suppress(LabError):
        channel.ask(paths.socket, {"do": "stop"})
        if gone(paths, STOP_TIMEOUT):
            return True
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _processes(paths):
            os.kill(pid, number)
        if gone(paths, STOP_TIMEOUT):
            return True
    raise LabError("the lab's daemon does not end", f"who holds it? fuser -v {paths.lock}")


def states() -> tuple[Path, ...]:
    """The state folders of all labs whose daemons run on this machine."""
    found = []
    for pid in processes_with({MODULE}):
        with suppress(OSError, ValueError):  # it may have ended meanwhile
            words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
            found.append(Path(words[words.index("--state") + 1]))
    return tuple(found)


def _processes(paths: LabPaths) -> tuple[int, ...]:
    """The daemon's process, by the lock it holds and the command it was started with."""
    table = Path("/proc/locks").read_text()
    return tuple(set(holders(table, paths.lock.stat().st_ino)) & set(processes_with({MODULE})))


def gone(paths: LabPaths, patience: float) -> bool:
    """Whether no daemon runs any more. One that dies may hold its lock for so many seconds."""
    deadline = time.monotonic() + patience
    while running(paths):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def _last_words(paths: LabPaths) -> str:
    lines = paths.log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
