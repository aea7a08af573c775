"""NX-OS: NAPALM's own code over a switch made of text, whose scheduler takes a change back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from muniform.devices import Change
from muniform.devices.nxos import NxosDriver, RevertingNexus, armed_lines, without_timer
from muniform.errors import CandidateRejected

OLD = "hostname nx1\nfeature scheduler\ninterface Ethernet1/1\n  description old\n"
NEW = OLD.replace("old", "new")


@dataclass
class Nexus:
    """A Netmiko connection to a switch that keeps text. The scheduler fires when it is told to."""

    running: str = OLD
    startup: str = OLD
    checkpoints: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    scheduler_works: bool = True
    refuses_replace: bool = False
    said: list[str] = field(default_factory=list)

    def send_command(self, command: str, **_: object) -> str:
        self.said.append(command)
        words = command.split()
        if command == "show running-config":
            return f"!Command: show running-config\n{self.running}"
        if command == "show startup-config":
            return self.startup
        if words[:2] == ["no", "checkpoint"]:
            return "" if self.checkpoints.pop(words[2], None) else "ERROR: no such checkpoint"
        if words[0] == "checkpoint":
            self.checkpoints[words[1]] = self.running
        if words[0] == "dir":
            return "100 candidate" if words[1] in self.files else "No such file or directory"
        if words[:3] == ["rollback", "running-config", "checkpoint"]:
            self.running = self.checkpoints[words[3]]
            return "Rollback completed successfully."
        return ""

    def send_multiline(self, commands: Sequence[str], **_: object) -> str:
        self.said += commands
        for command in commands:
            if command.startswith("rollback running-config file"):
                if self.refuses_replace:
                    return "Rollback failed. Restoring the original configuration"
                self.running = self.files[command.split()[-1]].partition("\n")[2]
            if command.startswith("delete "):
                self.files.pop(command.split()[-1])
        return "Rollback completed"

    def send_config_set(self, commands: list[str]) -> str:
        self.said += commands
        for command in commands:
            gone = re.fullmatch(r"no (scheduler \w+ name \S+)", command)
            if gone:
                section = re.compile(rf"^{re.escape(gone[1])}\n(?:[ \t]+.*\n)*", re.M)
                self.running = section.sub("", self.running)
            elif command.startswith("scheduler"):
                self.running += f"{command}\n"
            elif self.scheduler_works and command != "end-job":
                shown = command.replace("+5", "2025:03:01:02:05")
                self.running += f"  {shown}\n"
        return "ok"

    def save_config(self) -> str:
        self.startup = self.running
        return "Copy complete."

    def fire(self) -> None:
        """What the scheduler does when the time has come."""
        assert "time start" in armed_lines(self.running)
        self.running = self.checkpoints["muniform-revert"]


class Wired(RevertingNexus):
    """On a fake connection; what SCP would bring is laid down."""

    def __init__(self, nexus: Nexus) -> None:
        super().__init__("nx1", "muniform", "x")
        self.device = self._netmiko_device = nexus

    def load_replace_candidate(
        self, filename: str | None = None, config: str | None = None
    ) -> None:
        assert filename is None
        self.device.files[self.candidate_cfg] = config or ""
        self.replace = self.loaded = True


@pytest.fixture
def nexus() -> Nexus:
    return Nexus()


def driver(nexus: Nexus, folder: Path) -> NxosDriver:
    return NxosDriver("nx1", Wired(nexus), folder)


def committed(nexus: Nexus, folder: Path) -> None:
    made = driver(nexus, folder)
    assert made.stage(NEW, OLD) == {
        Change(("interface Ethernet1/1", "description old"), "-"),
        Change(("interface Ethernet1/1", "description new"), "+"),
    }
    made.commit(300)


def test_the_revert_is_armed_before_a_line_changes_and_shows_as_pending(
    nexus: Nexus, tmp_path: Path
) -> None:
    committed(nexus, tmp_path)
    armed = nexus.said.index("time start +5")
    assert armed < nexus.said.index("rollback running-config file candidate_config.txt")
    assert nexus.startup == OLD
    found = driver(nexus, tmp_path).snapshot()
    assert found.pending
    assert found.running.rstrip() == NEW.rstrip()


def test_unconfirmed_it_goes_back_by_itself(nexus: Nexus, tmp_path: Path) -> None:
    committed(nexus, tmp_path)
    nexus.fire()
    fresh = driver(nexus, tmp_path)
    found = fresh.snapshot()
    assert (found.running, found.startup, found.pending) == (OLD, OLD, False)
    fresh.discard()
    assert (nexus.files, nexus.checkpoints) == ({}, {})


def test_a_fresh_session_confirms_and_nothing_stays(nexus: Nexus, tmp_path: Path) -> None:
    committed(nexus, tmp_path)
    fresh = driver(nexus, tmp_path)
    fresh.discard()
    assert nexus.checkpoints  # the revert still needs it
    fresh.confirm(NEW)
    fresh.discard()
    found = fresh.snapshot()
    assert (found.running, found.startup, found.pending) == (NEW, NEW, False)
    assert (nexus.files, nexus.checkpoints) == ({}, {})
    with pytest.raises(CandidateRejected, match="nothing waits"):
        fresh.confirm(NEW)


def test_it_can_be_taken_back_at_once(nexus: Nexus, tmp_path: Path) -> None:
    committed(nexus, tmp_path)
    driver(nexus, tmp_path).rollback()
    assert nexus.running == OLD


def test_without_a_timer_nothing_is_changed(nexus: Nexus, tmp_path: Path) -> None:
    nexus.scheduler_works = False
    with pytest.raises(CandidateRejected, match="could not be armed"):
        committed(nexus, tmp_path)
    assert "candidate_config.txt" not in nexus.files
    assert without_timer(nexus.running) == OLD


def test_a_refused_replace_leaves_the_timer_to_end_it(nexus: Nexus, tmp_path: Path) -> None:
    nexus.refuses_replace = True
    with pytest.raises(CandidateRejected, match="Rollback failed"):
        committed(nexus, tmp_path)
    assert driver(nexus, tmp_path).snapshot().pending


@pytest.mark.parametrize(("running", "intended"), [("hostname nx1\n", NEW), (OLD, "hostname x\n")])
def test_without_the_scheduler_it_is_refused(
    nexus: Nexus, tmp_path: Path, running: str, intended: str
) -> None:
    with pytest.raises(CandidateRejected, match="feature scheduler"):
        driver(nexus, tmp_path).stage(intended, running)
    assert (nexus.running, nexus.checkpoints, nexus.files) == (OLD, {}, {})
