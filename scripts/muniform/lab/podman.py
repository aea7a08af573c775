"""The podman command line, as far as the lab needs it. Every call is a list of arguments.

Two settings of podman don't work on every machine: on hybrid control groups crun refuses, and
where raising limits is not permitted the default limits do. ``containers_conf`` finds out by
trying and writes a settings file, which podman reads through the environment variable
``CONTAINERS_CONF``; an ordinary machine needs none. Molecule's containers need the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import LabError
from muniform.lab import recipe
from muniform.lab.files import write_private

LIMITS = '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'
RUNC = '[engine]\nruntime = "runc"\n'
CANDIDATES: tuple[str, ...] = ("", LIMITS, RUNC, LIMITS + RUNC)
"""Settings to try, the most ordinary first."""

SETTINGS_FILE = "containers.conf"
CALL_TIMEOUT = 120.0
"""Seconds after which a call of podman counts as hanging."""


@dataclass(frozen=True)
class Podman:
    """Calls podman, with a settings file where the machine needs one."""

    conf: Path | None = None

    def environment(self) -> dict[str, str]:
        """The environment for a podman process."""
        return os.environ | ({"CONTAINERS_CONF": str(self.conf)} if self.conf else {})

    def run(
        self, arguments: Sequence[str], stdin: str | None = None, timeout: float = CALL_TIMEOUT
    ) -> str:
        """Output of ``podman ARGUMENTS``. Raises LabError with what podman said.

        ``stdin`` is where secrets go: it is neither in the process list nor in an error.
        """
        done = self.attempt(arguments, stdin, timeout)
        if done.returncode != 0:
            raise LabError(
                f"podman {arguments[0]} failed: {_last_lines(done.stderr)}",
                "see what podman says: podman info; clean up with: muniform lab down",
            )
        return done.stdout

    def attempt(
        self, arguments: Sequence[str], stdin: str | None = None, timeout: float = CALL_TIMEOUT
    ) -> subprocess.CompletedProcess[str]:
        """The same, but a failure is the caller's to judge. Raises LabError without podman."""
        return _call(["podman", *arguments], self.environment(), stdin, timeout)

    def has_image(self, tag: str) -> bool:
        return self.attempt(["image", "exists", tag]).returncode == 0

    def exec(self, container: str, command: Sequence[str], stdin: str | None = None) -> str:
        """Output of a command inside a running container."""
        return self.run(
            ["exec", *(["-i"] if stdin is not None else []), container, *command], stdin
        )


def containers_conf(folder: Path) -> Path | None:
    """The settings file podman needs on this machine, or None if it needs none.

    Decided once by starting a container of the lab's image (``image.ensure_image`` first), then
    remembered in ``folder``: an empty file means that none is needed.
    """
    path = folder / SETTINGS_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_private(path, _working_settings(path))
    return path if path.read_text() else None


def _working_settings(scratch: Path) -> str:
    """The first of CANDIDATES with which a container starts. ``scratch`` is written meanwhile."""
    complaint = ""
    for settings in CANDIDATES:
        scratch.write_text(settings)
        podman = Podman(scratch if settings else None)
        probe = ["run", "--rm", "--network", "none", recipe.tag(), "/bin/true"]
        done = podman.attempt(probe)
        if done.returncode == 0:
            return settings
        complaint = done.stderr
    scratch.unlink()
    raise LabError(
        f"podman cannot start a container here: {_last_lines(complaint)}",
        "is podman installed, with runc or crun, and is this root?",
    )


def _call(
    command: Sequence[str], environment: Mapping[str, str], stdin: str | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=dict(environment),
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise LabError(
            f"{command[0]} is not installed", "make installs it: make demo, or apt install podman"
        ) from None
    except subprocess.TimeoutExpired:
        raise LabError(
            f"{command[0]} {command[1]} did not answer within {timeout:.0f} s",
            "is the machine overloaded? try again: muniform lab down && muniform lab up",
        ) from None


def _last_lines(text: str, count: int = 3) -> str:
    return " / ".join(text.strip().splitlines()[-count:]) or "it said nothing"


def main() -> int:
    """Print the settings file kept in the folder named as the only argument, if one is needed."""
    try:
        conf = containers_conf(Path(sys.argv[1]).resolve())
    except IndexError:
        print("usage: python -m muniform.lab.podman FOLDER", file=sys.stderr)
        return 64
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if conf:
        print(conf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
