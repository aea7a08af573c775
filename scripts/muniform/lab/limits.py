"""What the machine must allow so that many containers with a systemd each can run.

Each systemd, with its message bus and its sessions, watches files through some of the kernel's
inotify instances, and all containers of one account share their number: an ordinary machine allows
for about 18. A container that gets none does not start, and says so nowhere.
"""

from __future__ import annotations

from pathlib import Path

from muniform.errors import LabError
from muniform.lab.image import Progress

INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
OF_A_CONTAINER = 16
"""Seven as measured, and those of the sessions that people and Ansible open in it."""
OF_OTHERS = 128


def allow_containers(count: int, progress: Progress, limit: Path = INSTANCES) -> None:
    """Raise the limit if it is too low for so many containers; never lower it.

    It stays raised until the machine starts again: another lab may count on it by then. Raises
    LabError where it can't be raised.
    """
    allowed = int(limit.read_text())
    needed = count * OF_A_CONTAINER + OF_OTHERS
    if allowed >= needed:
        return
    name = "fs.inotify.max_user_instances"
    try:
        limit.write_text(f"{needed}\n")
    except OSError as error:
        raise LabError(
            f"{count} containers need {name} to be {needed}, it is {allowed} and can't be set "
            f"here: {error.strerror}",
            f"sysctl -w {name}={needed} on the machine itself, or name fewer sites",
        ) from None
    progress(f"{name} raised from {allowed} to {needed} until this machine starts again")
