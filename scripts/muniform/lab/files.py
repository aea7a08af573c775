"""The lab's files in the state folder: private, written whole, owned by whoever will read them.

The lab needs root. Under sudo what it writes is given to the account that called, so that every
other command works without root.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (0700)."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in missing:
        give(folder)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner may read (0600), whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        give(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def give(path: Path) -> None:
    """Under sudo, hand a file to the account that called sudo."""
    if os.geteuid() == 0 and "SUDO_UID" in os.environ:
        os.lchown(path, int(os.environ["SUDO_UID"]), int(os.environ.get("SUDO_GID", "-1")))
