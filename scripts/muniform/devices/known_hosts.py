"""The enrolled host keys, read once for each state of their file.

A city's file holds a key for every device, and the libraries parse all of it for each connection:
with 200 devices 7 ms of computing, three times in a change.
"""

from __future__ import annotations

import threading
from pathlib import Path

import paramiko

SSH = 22
_State = tuple[int, int, int]
_read: dict[Path, tuple[_State, paramiko.HostKeys]] = {}
_one_at_a_time = threading.Lock()


def enrolled(path: Path, host: str, port: int) -> paramiko.HostKeys:
    """The keys that ``host`` may show at ``port``, and nobody else's.

    Raises OSError if the file can't be read; one that isn't there holds no keys.
    """
    name = host if port == SSH else f"[{host}]:{port}"
    found = paramiko.HostKeys()
    for kind, key in (_all_of(path).lookup(name) or {}).items():
        found.add(name, kind, key)
    return found


def trust(client: paramiko.SSHClient, path: Path, host: str, port: int) -> None:
    """Let a client that is not connected yet accept the enrolled keys of one host."""
    for name, keys in enrolled(path, host, port).items():
        for kind, key in keys.items():
            client.get_host_keys().add(name, kind, key)


def _all_of(path: Path) -> paramiko.HostKeys:
    with _one_at_a_time:
        try:
            told = path.stat()
        except FileNotFoundError:
            return paramiko.HostKeys()
        # Whoever enrolls a key writes the file anew or makes it longer.
        state = (told.st_mtime_ns, told.st_size, told.st_ino)
        if path not in _read or _read[path][0] != state:
            _read[path] = (state, paramiko.HostKeys(str(path)))
        return _read[path][1]
