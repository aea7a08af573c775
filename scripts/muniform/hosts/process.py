"""One Ansible run as a process that cannot outlive us, and can be ended at any moment."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ansible_runner.interface import init_runner

from muniform.errors import HostRunError
from muniform.hosts import leash
from muniform.hosts.settings import RunSettings
from muniform.owned import owned_folder, remove_tree
from muniform.places import STATE

Event = Mapping[str, object]

_PREFIX = "run-"
_POLL = 0.1
_LAST_ONE = 3 * leash.GRACE
"""Seconds that a killed run has to end before a new one is refused."""


class Hold:
    """A private folder for one Ansible run, and the rope that keeps the run going."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reason = ""
        """Why the run was ended; empty while it may go on."""
        (folder / leash.LEASH).touch(mode=0o600)
        rope = os.open(folder / leash.ROPE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(rope, fcntl.LOCK_EX)
        self._rope: int | None = rope
        # A number that was closed may be another file's by now.
        self._closing = threading.Lock()

    def let_go(self, reason: str) -> None:
        """End the run: it starts no further task. Returns at once; may be called repeatedly."""
        with self._closing:
            if self._rope is not None:
                self.reason = self.reason or reason
                fcntl.flock(self._rope, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go for good."""
        with self._closing:
            rope, self._rope = self._rope, None
        if rope is not None:
            os.close(rope)


@contextmanager
def hold(state: Path) -> Iterator[Hold]:
    """A hold for one run. What killed runs left is removed first, once they have ended.

    Raises RolloutError if there can be no folder, HostRunError if a killed run does not end.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with owned_folder(state / "hosts", _PREFIX, _remove) as folder:
        held = Hold(folder)
        try:
            yield held
        finally:
            held.close()


def _remove(folder: Path) -> None:
    """Remove a run's folder as soon as nothing works for that run any more."""
    try:
        alive = os.open(folder / leash.LEASH, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        remove_tree(folder)
        return
    try:
        _await(alive, folder)
        remove_tree(folder)
    finally:
        os.close(alive)


def _await(lock: int, folder: Path) -> None:
    deadline = time.monotonic() + _LAST_ONE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise HostRunError(
                    f"an Ansible run that was killed still works ({folder})",
                    f"see which process it is: fuser {folder / leash.LEASH}",
                ) from None
            time.sleep(_POLL)
        else:
            return


def play(
    playbook: str,
    names: Sequence[str],
    check: bool,
    settings: RunSettings,
    held: Hold,
    tell: Callable[[Event], None],
) -> list[Event]:
    """One Ansible run, as its events. Nothing it writes outlives the hold's folder."""
    events: list[Event] = []
    deadline = time.monotonic() + settings.timeout

    def keep(event: Event) -> bool:
        events.append(event)
        tell(event)
        return False  # not on the disk: a diff may hold what only memory should

    def watch_time() -> bool:
        if time.monotonic() >= deadline:
            held.let_go(f"the run was ended after {settings.timeout} seconds")
        # Never ended by ansible-runner: its kill reaches no worker of Ansible's.
        return False

    limit = held.folder / "limit"
    limit.write_text("".join(f"{name}\n" for name in names))
    runner = init_runner(
        private_data_dir=str(held.folder),
        project_dir=str(settings.playbooks),
        playbook=str(settings.playbooks / playbook),
        inventory=str(settings.inventory),
        roles_path=str(settings.roles),
        limit=f"@{limit}",
        cmdline="--check --diff" if check else "--diff",
        envvars=_environment(settings, held.folder),
        settings={"suppress_output_file": True, "pexpect_timeout": 1},
        suppress_env_files=True,
        quiet=True,
        event_handler=keep,
        cancel_callback=watch_time,
    )
    runner.config.command = [
        *(sys.executable, "-I", leash.__file__, str(held.folder)),
        *runner.config.command,
    ]
    runner.run()
    return events


def _environment(settings: RunSettings, folder: Path) -> dict[str, str]:
    """What Ansible is told beyond our own environment. No secret is ever in it."""
    programs = str(Path(sys.executable).parent)
    return {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "ANSIBLE_CONFIG": str(settings.config),
        # ansible-runner switches this off unless it is told otherwise.
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_NOCOLOR": "1",
        # Templates are filled in there before they travel; some hold keys.
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        STATE: str(settings.state),
    }
