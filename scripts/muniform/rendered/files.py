"""Files below a folder that somebody named: read and replaced without ever leaving that folder.

What stands there may be anybody's. A symbolic link could lead to any file of this account, and a
FIFO would wait for a writer that never comes: both are refused, and so is all that is no regular
file. Each folder is opened from within the one above it, so nothing can be exchanged on the way.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

_MODE = 0o644
"""No secret stands in what we write: whoever may read the folder may read the file."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read_file(root: Path, below: str) -> bytes | None:
    """A file's bytes, by its path below a folder; None if there is none.

    Raises OSError, with the path, for a link, for what is no regular file, and for what this
    account may not read.
    """
    path = PurePosixPath(below)
    try:
        with _opened(root, path.parent, make=False) as folder, _naming(root / path):
            return _content(folder, path.name)
    except FileNotFoundError:
        return None


def write_file(root: Path, below: str, data: bytes) -> bool:
    """Make a file hold these bytes; whether it had to be written. Readers never see half of it.

    Folders that are missing are made. Raises OSError, with the path, as ``read_file`` does, and
    for what cannot be written.
    """
    path = PurePosixPath(below)
    with _opened(root, path.parent, make=True) as folder, _naming(root / path):
        with suppress(FileNotFoundError):
            if _content(folder, path.name) == data:
                return False
        _replace(folder, path.name, data)
        return True


@contextmanager
def _opened(root: Path, below: PurePosixPath, make: bool) -> Iterator[int]:
    """The descriptor of a folder. Only the way to ``root`` itself may lead over links."""
    if make:
        root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, _FOLDER)
    try:
        path = root
        for part in below.parts:
            path /= part
            with _naming(path):
                inner = _entered(handle, part, make)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def _entered(folder: int, name: str, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
    if not stat.S_ISDIR(_mode(folder, name)):
        raise OSError(errno.ENOTDIR, "it is no folder")
    return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


def _content(folder: int, name: str) -> bytes:
    """Looked at before it is opened, as opening a device may do something; and after, as it may
    have been exchanged meanwhile."""
    _require_regular(_mode(folder, name))
    with open(os.open(name, _FILE, dir_fd=folder), "rb") as file:
        _require_regular(os.fstat(file.fileno()).st_mode)
        return file.read()


def _mode(folder: int, name: str) -> int:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "it is a symbolic link")
    return mode


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no regular file")


def _replace(folder: int, name: str, data: bytes) -> None:
    new = f".{name}-{os.urandom(6).hex()}"
    handle = os.open(new, _NEW, 0o600, dir_fd=folder)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            # Whatever the umask: others serve the files.
            os.fchmod(handle, _MODE)
        os.replace(new, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(new, dir_fd=folder)
        raise


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """The same errors with the whole path: a call relative to a folder only knows the name."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
