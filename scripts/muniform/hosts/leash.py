"""Runs a command for as long as its rope is held: what every Ansible run is started through.

    python leash.py FOLDER COMMAND [ARGUMENT ...]

The rope is the lock (flock(2)) on FOLDER/rope, held by whoever waits for the command. The kernel
takes it back when the holder dies, kill -9 included; then, or when the holder lets go, the command
is ended with everything it started: no further task begins. While this program lives it holds the
lock on FOLDER/leash, so that the next run can wait until nothing of the last one works any more.

Started by its path and importing nothing of ours: its start is part of every Ansible run.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROPE = "rope"
LEASH = "leash"
GRACE = 10.0
"""Seconds a command has to end by itself before it is killed."""

_LET_GO = 75
"""Our exit code when there is nobody to run for (sysexits.h, EX_TEMPFAIL)."""
_PR_SET_PDEATHSIG = 1
_POLL = 0.02


def main() -> int:
    """Run the command; return its exit code."""
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    try:
        rope = os.open(folder / ROPE, os.O_RDWR)
        alive = os.open(folder / LEASH, os.O_RDWR)
    except FileNotFoundError:
        return _LET_GO  # its holder died, and its folder was removed already
    fcntl.flock(alive, fcntl.LOCK_EX)
    if _was_let_go(rope):
        return _LET_GO
    child = subprocess.Popen(command, start_new_session=True, preexec_fn=_follower(os.getpid()))
    ending = threading.Event()
    watcher = threading.Thread(target=_watch, args=(rope, child, ending), daemon=True)
    watcher.start()
    code = child.wait()
    if ending.is_set():
        watcher.join()
    return code if code >= 0 else 128 - code


def _was_let_go(rope: int) -> bool:
    try:
        fcntl.flock(rope, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _follower(leash: int) -> Callable[[], None]:
    """Run in the new process before the command: it ends also when this one is killed.

    The kernel sends the signal when the *thread* that started a process ends; that is our main
    thread, which lives as long as we do.
    """
    libc = ctypes.CDLL(None)

    def follow() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != leash:
            os._exit(_LET_GO)

    return follow


def _watch(rope: int, child: subprocess.Popen[bytes], ending: threading.Event) -> None:
    fcntl.flock(rope, fcntl.LOCK_EX)
    ending.set()
    _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the command and all below it; what does not end in time is killed.

    It is stopped first, so that it starts nothing while its descendants are listed: Ansible's
    workers have sessions of their own, and no signal to a group reaches them.
    """
    child.send_signal(signal.SIGSTOP)
    living = _family(child.pid)
    child.terminate()
    child.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + GRACE
    while living := [one for one in living if _read(one.pid) == one]:
        if time.monotonic() >= deadline:
            for one in living:
                with suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)
            return
        time.sleep(_POLL)


@dataclass(frozen=True)
class _Process:
    """A process that is not over; with its start time no other is taken for it."""

    pid: int
    started: str


def _family(root: int) -> list[_Process]:
    parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
    family = newest = {root}
    while newest:
        newest = {pid for pid, parent in parents.items() if parent in newest}
        family = family | newest
    return [process for pid in sorted(family) if (process := _read(pid))]


def _parent(path: Path) -> int:
    fields = _fields(path)
    return int(fields[1]) if fields else 0


def _read(pid: int) -> _Process | None:
    fields = _fields(Path(f"/proc/{pid}"))
    return _Process(pid, fields[19]) if fields and fields[0] not in "ZX" else None


def _fields(path: Path) -> list[str]:
    """The fields of a process's stat (proc(5)) from its state, the third, on; none if it's gone."""
    try:
        # The second field is the program's name in brackets, and may hold blanks and brackets.
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())
