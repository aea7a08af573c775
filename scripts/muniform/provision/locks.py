"""Locks that the engine leaves in its file backend: who holds a stack, and is he still alive?

An engine that was killed leaves its lock behind, and every later run would stop at it.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Lock:
    """One lock file: the process that wrote it, where, and when (seconds since the epoch)."""

    path: Path
    pid: int
    user: str
    machine: str
    since: float

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self.since, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"process {self.pid} of {self.user} on {self.machine}, since {moment}"

    @property
    def is_stale(self) -> bool:
        """Whether its owner is provably gone: it was on this machine and doesn't run any more."""
        if self.machine != socket.gethostname():
            return False
        started = _process_start(self.pid)
        # A younger process with the same number is another one.
        return started is None or started > self.since + 1


def read_locks(folder: Path) -> list[Lock]:
    """The locks of one stack. ``folder`` is the backend's folder of that stack's locks."""
    locks = []
    for path in sorted(folder.glob("*.json")):
        try:
            told = json.loads(path.read_text())
            since = datetime.fromisoformat(told["timestamp"]).timestamp()
            locks.append(Lock(path, told["pid"], told["username"], told["hostname"], since))
        except FileNotFoundError:
            continue  # given back meanwhile
        except (ValueError, KeyError, TypeError):
            # Half written by an engine that starts just now, or unknown to us: never stale.
            locks.append(Lock(path, 0, "somebody", "an unknown machine", path.stat().st_mtime))
    return locks


def clear_stale(folder: Path) -> list[Lock]:
    """Remove the locks of dead owners; returns those that are left.

    Each file by its own name: ``pulumi cancel`` would also take the lock of a run that begins
    at this moment.
    """
    left = []
    for lock in read_locks(folder):
        if lock.is_stale:
            lock.path.unlink(missing_ok=True)
        else:
            left.append(lock)
    return left


def _process_start(pid: int) -> float | None:
    """When a process of this machine began, in seconds since the epoch; None if there is none."""
    try:
        # The second field, the name in brackets, may hold anything: count from its end.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return None
    state, start_ticks = fields[0], int(fields[19])
    if state in ("Z", "X"):
        return None
    return datetime.now(UTC).timestamp() - uptime + start_ticks / CLOCK_TICKS
