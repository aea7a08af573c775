"""Locks on files. The kernel frees them when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from muniform.errors import LabError
from muniform.lab.files import give


class LockedError(LabError):
    """Somebody else holds the lock."""


@contextmanager
def held(
    path: Path, waiting: Callable[[], None] | None = None, patience: float = 0.0
) -> Iterator[None]:
    """Hold an exclusive lock on a file, which is made if absent and never removed.

    A lock that is taken raises LockedError after ``patience`` seconds; with ``waiting``, which is
    called once, it is waited for without end.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give(path)
        _take(handle, path, waiting, patience)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, waiting: Callable[[], None] | None, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if waiting is not None:
                waiting()
                fcntl.flock(handle, fcntl.LOCK_EX)
                return
            if time.monotonic() >= deadline:
                raise LockedError(str(path)) from None
            time.sleep(0.02)


def holders(table: str, inode: int) -> tuple[int, ...]:
    """Who holds an exclusive lock on an inode, in the text of /proc/locks.

    Waiters (``->``) hold nothing. Devices are not compared, since some file systems show another
    there than to ``stat``: the caller makes sure that it knows the process.
    """
    rows = [line.split() for line in table.splitlines()]
    return tuple(
        int(row[4])
        for row in rows
        if len(row) >= 6
        and (row[1], row[3]) == ("FLOCK", "WRITE")
        and row[5].rsplit(":", 1)[-1] == str(inode)
    )
