"""A private folder for the files that libraries write on our machine.

NAPALM writes a candidate in clear to the temporary folder and leaves it there after an error
(devices.md); here it goes to a folder of mode 0700 below the state folder. That is removed in any
case: by its owner, or, if the owner was killed, at the next start or the next use.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muniform.owned import owned_folder, sweep

_one_at_a_time = threading.Lock()


@contextmanager
def private_temporary_folder(parent: Path) -> Iterator[str]:
    """Point the standard temporary folder at a private one; one transaction at a time.

    ``parent`` is ``temporary_folders(state)``, where the next run looks for what a killed process
    left. Raises RolloutError if there can be no folder.
    """
    with _one_at_a_time:
        before = tempfile.tempdir
        with owned_folder(parent, "candidate-") as folder:
            tempfile.tempdir = str(folder)
            try:
                yield str(folder)
            finally:
                tempfile.tempdir = before


def temporary_folders(state: Path) -> Path:
    """Where the private folders of a city's state lie."""
    return state / "tmp"


def sweep_temporary_folders(state: Path) -> None:
    """Remove what killed processes left. Raises RolloutError if the folder can't be read."""
    sweep(temporary_folders(state))
