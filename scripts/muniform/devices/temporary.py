"""A private folder for the files that libraries write on our machine.

NAPALM writes a candidate in clear to the temporary folder and leaves it there after an error
(devices.md); here it goes to a folder of mode 0700 that is removed in any case.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_one_at_a_time = threading.Lock()


@contextmanager
def private_temporary_folder() -> Iterator[str]:
    """Point the standard temporary folder at a private one; one transaction at a time."""
    with _one_at_a_time:
        before = tempfile.tempdir
        with tempfile.TemporaryDirectory(prefix="muniform-") as folder:
            tempfile.tempdir = folder
            try:
                yield folder
            finally:
                tempfile.tempdir = before
