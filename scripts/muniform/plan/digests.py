"""Digests of the files a plan follows from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def files_digest(root: Path, folders: Iterable[str]) -> str:
    """SHA-256 over the names and contents of all files below the folders, in sorted order."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(root).as_posix().encode()
                content = path.read_bytes()
                digest.update(b"%d %s %d " % (len(name), name, len(content)))
                digest.update(content)
    return digest.hexdigest()
