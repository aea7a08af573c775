"""NX-OS through NAPALM, with a revert of our own: NAPALM has none there (``revert_in``).

Before the first line changes, the switch takes a checkpoint and gets a job of its own scheduler
that rolls back to it; so the revert needs nobody who can reach the switch. The rollback also takes
the job away, for it is younger than the checkpoint. What the scheduler shows of the job is carried
over into the candidate, since a replace would remove it. The configuration must hold
``feature scheduler``.

Never run on a device: built from Cisco's configuration guides for the Nexus 9000 (system
management: scheduler, rollback) and from NAPALM's code, and tested against a switch made of text.
"""

from __future__ import annotations

import re
from pathlib import Path

from napalm.base.exceptions import CommitConfirmException, CommitError, ReplaceConfigException
from napalm.nxos_ssh.nxos_ssh import NXOSSSHDriver

from muniform.devices.channel import watch
from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.driver import Snapshot
from muniform.devices.napalm_driver import NapalmDriver
from muniform.devices.opening import Access, ssh_arguments
from muniform.devices.temporary import private_temporary_folder
from muniform.devices.translating import translated
from muniform.errors import CandidateRejected
from muniform.model import Device
from muniform.reach import Endpoint

NAME = "muniform-revert"
"""Of the checkpoint, the job and the schedule."""
_FEATURE = re.compile(r"^feature scheduler\s*$", re.M)
_HEADER = "!Command: Checkpoint cmd vdc 1\n"
"""Without it the switch takes a file for no checkpoint."""
_ARMED = re.compile(rf"^scheduler (?:job|schedule) name {NAME}\n(?:[ \t]+.*\n)*", re.M)
_FILES = ("candidate_config.txt", "rollback_config.txt", "sot_file")
_WORDS_OF_REFUSAL = ("% Invalid", "% Incomplete", "% Ambiguous", "ERROR:", "Rollback failed")


def open_nxos(device: Device, endpoint: Endpoint, access: Access) -> NxosDriver:
    """Log in over SSH with the account's password."""
    switch = RevertingNexus(
        hostname=endpoint.host,
        username=device.baseline.account.name,
        password=access.password(device),
        timeout=60,
        optional_args=ssh_arguments(endpoint, access),
    )
    with translated(device.name):
        switch.open()
    watch(switch.device)
    return NxosDriver(device.name, switch, access.temporary)


class RevertingNexus(NXOSSSHDriver):  # type: ignore[misc]
    """NAPALM's driver with a commit that reverts by itself, and saves nothing unconfirmed."""

    def armed(self) -> str:
        """The scheduler's lines of our revert, as the switch prints them; "" without one."""
        return armed_lines(self.get_config(retrieve="running")["running"])

    def commit_reverting(self, candidate: str, minutes: int) -> None:
        """Run a whole configuration; it is taken back after so many minutes.

        Raises CommitError before anything has changed, ReplaceConfigException after that.
        """
        self._commands(f"no checkpoint {NAME}", f"checkpoint {NAME}")
        self._configure(
            f"scheduler job name {NAME}",
            f"rollback running-config checkpoint {NAME}",
            "end-job",
            f"scheduler schedule name {NAME}",
            f"job name {NAME}",
            f"time start +{minutes}",
        )
        timer = self.armed()
        if "time start" not in timer:
            raise CommitError("the revert could not be armed, nothing was changed")
        self.load_replace_candidate(config=f"{_HEADER}{candidate.rstrip()}\n{timer}")
        self._load_cfg_from_checkpoint()

    def confirm_commit(self) -> None:
        """Disarm the revert and save."""
        if not self.armed():
            raise CommitConfirmException("nothing waits for a confirmation")
        self._configure(f"no scheduler schedule name {NAME}", f"no scheduler job name {NAME}")
        self._copy_run_start()

    def take_back(self) -> None:
        """Back to the checkpoint, at once."""
        said = self._commands("terminal dont-ask", f"rollback running-config checkpoint {NAME}")
        if "completed" not in said.lower():
            raise ReplaceConfigException(said)

    def clean(self) -> None:
        """Remove our files, and the checkpoint unless the revert still needs it."""
        for name in _FILES:
            if self._check_file_exists(name):
                self._delete_file(name)
        if not self.armed():
            self._commands(f"no checkpoint {NAME}")

    def save(self) -> None:
        self._copy_run_start()

    def _commands(self, *commands: str) -> str:
        return "\n".join(str(self._send_command(command)) for command in commands)

    def _configure(self, *commands: str) -> None:
        said = str(self._send_config(list(commands)))
        if any(word in said for word in _WORDS_OF_REFUSAL):
            raise CommitError(said)


class NxosDriver(NapalmDriver):
    """One connection to one Nexus."""

    def __init__(self, name: str, switch: RevertingNexus, folders: Path) -> None:
        super().__init__(name, switch)
        self._switch = switch
        self._folders = folders
        self._candidate = ""

    def snapshot(self) -> Snapshot:
        with translated(self._name):
            config = self._switch.get_config()
        running, startup = (without_timer(config[kind]) for kind in ("running", "startup"))
        return Snapshot(running, startup, bool(armed_lines(config["running"])))

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        """Nothing is sent yet: the candidate needs the lines of the timer, which isn't armed."""
        for text, does in ((running, "runs"), (intended, "would keep")):
            if not _FEATURE.search(text):
                raise CandidateRejected(
                    f"{self._name}: it {does} no 'feature scheduler', with which a change is taken "
                    "back",
                    "add the line to the configuration",
                )
        self._candidate = intended
        return difference(normalise(running, "nxos"), normalise(intended, "nxos"))

    def commit(self, revert_seconds: int) -> None:
        minutes = -(-revert_seconds // 60)
        with translated(self._name), private_temporary_folder(self._folders):
            self._switch.commit_reverting(self._candidate, minutes)

    def confirm(self, _: str) -> None:
        with translated(self._name):
            self._switch.confirm_commit()

    def rollback(self) -> None:
        with translated(self._name):
            self._switch.take_back()

    def save(self, _: str) -> None:
        with translated(self._name):
            self._switch.save()

    def discard(self) -> None:
        with translated(self._name):
            self._switch.clean()


def armed_lines(running: str) -> str:
    """The sections of our job and its schedule in a configuration."""
    return "".join(match.group(0) for match in _ARMED.finditer(f"{running.rstrip()}\n"))


def without_timer(text: str) -> str:
    """A configuration without them: they are no part of what is intended."""
    return _ARMED.sub("", f"{text.rstrip()}\n")
