"""Folders that belong to one process for as long as it lives, whatever ends it.

The owner holds a lock (flock(2)) on its folder. The kernel takes the lock back when the owner dies,
so a folder without a lock is a leftover, and whoever needs a folder there next removes it. No
process ever touches the folder of a living one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from muniform.errors import RolloutError

Remove = Callable[[Path], None]


def remove_tree(folder: Path) -> None:
    """Remove a folder. What can't be removed now is a leftover, and is tried again later."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def owned_folder(parent: Path, prefix: str, remove: Remove = remove_tree) -> Iterator[Path]:
    """A new folder (0700) below ``parent``, ours until the block ends; leftovers go first.

    Everything below ``parent`` must be made by this function. Raises RolloutError if there can be
    no folder.
    """
    with _explained(parent):
        _make_private(parent)
        with gate(parent):
            _sweep(parent, remove)
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            lock = _open(folder)
            fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        try:
            # What is left over now goes at the next use; the block's own error says more.
            with suppress(OSError), gate(parent):
                remove(folder)
        finally:
            os.close(lock)


def sweep(parent: Path, remove: Remove = remove_tree) -> None:
    """Remove the folders below ``parent`` whose owners are dead. Raises RolloutError."""
    with _explained(parent):
        if parent.exists():
            with gate(parent):
                _sweep(parent, remove)


@contextmanager
def gate(parent: Path) -> Iterator[None]:
    """One at a time, over all threads and processes, makes or removes folders below ``parent``.

    Without it a folder could be swept between its making and its locking.
    """
    handle = _open(parent)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether somebody holds an exclusive lock on a file now."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _sweep(parent: Path, remove: Remove) -> None:
    for folder in sorted(parent.iterdir()):
        if folder.is_symlink() or not folder.is_dir():
            continue
        lock = _open(folder)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # its owner lives
        else:
            remove(folder)
        finally:
            os.close(lock)


def _make_private(folder: Path) -> None:
    """Make a folder, and what is missing above it, for this account alone."""
    if not folder.is_dir():
        if folder.parent != folder:
            _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


@contextmanager
def _explained(parent: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RolloutError(
            f"no folder can be made in {parent}: {error.strerror} ({error.filename or parent})",
            "check the state folder (MUNIFORM_STATE names another one), its disk, and the account "
            "that muniform runs as",
        ) from error
