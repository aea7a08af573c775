"""What is known of configurations that were rendered before: digests, never texts.

A site that is built from the same declarations by the same code renders to the same bytes. So one
digest of its inputs and one of each text are enough to know that a file is as it should be, or that
a device renders at all, without rendering it. The file is disposable: whoever removes it loses
time. It holds no text, so no secret and nothing that could be executed; it is read only if this
account alone can write it; and whatever is not as it was written is taken for nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_FILE = "rendered.json"
_LIBRARIES = ("aerleon", "Jinja2", "MarkupSafe", "pydantic", "pydantic-core", "PyYAML")
"""What a configuration's bytes depend on beside our own code and Python itself."""


class Kind(StrEnum):
    """The two texts that a device has."""

    CONFIGURATION = "configuration"
    FIRST_BOOT = "first_boot"


@dataclass(frozen=True)
class Known:
    """One site as it was rendered: the digest of its inputs, and of each device's texts."""

    inputs: str
    texts: Mapping[Kind, Mapping[str, str]]
    """By device. A kind that was never rendered is missing."""


class RenderMemory:
    """What earlier runs of the same code rendered. Without a folder it forgets everything."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._code = code_digest() if folder else ""
        self._known = _read(folder, self._code) if folder else {}
        self._new: dict[str, Known] = {}

    def known(self, site_id: str, inputs: str, kind: Kind) -> Mapping[str, str] | None:
        """The digests of a site's texts by device; None if these inputs were never rendered."""
        found = self._known.get(site_id)
        return found.texts.get(kind) if found and found.inputs == inputs else None

    def learn(self, site_id: str, inputs: str, kind: Kind, texts: Mapping[str, str]) -> None:
        """Note the digests of all texts of a site. They are kept by ``save``."""
        found = self._known.get(site_id)
        if found is None or found.inputs != inputs:
            found = Known(inputs, {})
        found = replace(found, texts={**found.texts, kind: texts})
        self._known[site_id] = self._new[site_id] = found

    def save(self, sites: frozenset[str]) -> None:
        """Keep what was learned, of these sites only: others are no longer declared.

        A state folder that can't be written costs time, nothing else.
        """
        if self._folder is None or not (self._new or self._known.keys() - sites):
            return
        if code_digest() != self._code:
            return  # Replaced while we ran: nobody knows by which of the two codes we rendered.
        with suppress(OSError), _alone(self._folder):
            # Another run may have learned something meanwhile.
            merged = _read(self._folder, self._code) | self._new
            kept = {name: merged[name] for name in sorted(merged.keys() & sites)}
            _write(self._folder, self._code, kept)


def code_digest() -> str:
    """A digest of all code that a configuration's bytes depend on."""
    digest = sha256(sys.version.encode())
    for name in _LIBRARIES:
        digest.update(f"{name}={version(name)}\n".encode())
    for path, data in _sources(files("muniform"), ""):
        digest.update(f"{path}={len(data)}\n".encode() + data)
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, name)
        elif entry.name.endswith((".py", ".j2", ".yml")):
            yield name, entry.read_bytes()


def _read(folder: Path, code: str) -> dict[str, Known]:
    """What stands in the file; nothing if it is not ours, of other code, or damaged."""
    try:
        _require_private(folder.stat())
        with open(folder / _FILE, "rb", opener=_opened) as file:
            found = os.fstat(file.fileno())
            _require_private(found)
            if not stat.S_ISREG(found.st_mode):
                return {}
            body, _, digest = file.read().rpartition(b"\n")
        if sha256(body).hexdigest().encode() != digest:
            return {}
        content = json.loads(body)
        return _decoded(content["sites"]) if content["code"] == code else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _opened(path: str, flags: int) -> int:
    """Without O_NONBLOCK a FIFO in the file's place would wait for a writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _decoded(sites: Mapping[str, Any]) -> dict[str, Known]:
    return {
        name: Known(entry["inputs"], {Kind(k): dict(v) for k, v in entry["texts"].items()})
        for name, entry in sites.items()
    }


def _write(folder: Path, code: str, known: Mapping[str, Known]) -> None:
    """The whole file at once: a reader sees the old or the new one, whoever is killed when.

    Its last line is a digest of all before it, for disks that lose what was not yet written.
    """
    sites = {name: {"inputs": k.inputs, "texts": k.texts} for name, k in known.items()}
    body = json.dumps({"code": code, "sites": sites}).encode()
    new = folder / f"{_FILE}.new"
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body + b"\n" + sha256(body).hexdigest().encode())
    new.replace(folder / _FILE)


def _require_private(found: os.stat_result) -> None:
    """PermissionError for what another account could have written."""
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time writes. The lock falls with the process that holds it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_private(folder.stat())
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
