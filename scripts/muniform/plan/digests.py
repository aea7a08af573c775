"""Digests of the files a plan follows from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def files_digest(root: Path, names: Iterable[str]) -> str:
    """SHA-256 over the names and contents of files, and of all files below folders.

    ``names`` are relative to ``root``. What is missing counts as an empty folder.
    """
    digest = hashlib.sha256()
    for name in names:
        for path in _files(root / name):
            relative = path.relative_to(root)
            if "__pycache__" in relative.parts:
                continue
            label, content = os.fsencode(relative.as_posix()), path.read_bytes()
            digest.update(b"%d %s %d " % (len(label), label, len(content)))
            digest.update(content)
    return digest.hexdigest()


def _files(place: Path) -> list[Path]:
    """A file itself, or the files below a folder, in sorted order."""
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    return [path for path in found if path.is_file()]
