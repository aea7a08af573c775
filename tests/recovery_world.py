"""Devices, a journal and leases on one clock: what a recovery works on in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fake_device import FakeDevice
from muniform.devices import Driver, fingerprint, normalise
from muniform.masking import Secret
from muniform.model import City, Device
from muniform.rollout import Backups, Journal, Machinery, Run, TargetState, recover
from muniform.rollout.journal import RunState
from muniform.rollout.leases import Process
from muniform.rollout.store import Store
from muniform.secrets import SecretStore

KEY = Secret("hash_key", "key")
OLD = "hostname sw\n"
NEW = "hostname sw\nntp server 10.1.1.10\n"
NAMES = ("fs03-sw1", "lb05-sw1")
START = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)


@dataclass
class World:
    """Devices by name, and one clock for them, for us and for the journal."""

    state: Path
    devices: Mapping[str, FakeDevice]
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store.open(self.state / "journal.sqlite")
        self.journal = Journal(self.store, now=self.utc_now)

    def utc_now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        for device in self.devices.values():
            device.now = self.seconds
            device.tick()

    def connect(self, device: Device) -> Driver:
        self.tried.append(device.name)
        return self.devices[device.name].connect(device)

    def machinery(self) -> Machinery:
        return Machinery(
            connect=self.connect,
            run_hosts=lambda *_: (),
            secrets=SecretStore(self.state / "secrets"),
            key=KEY,
            journal=self.journal,
            backups=Backups(self.state / "backups", KEY),
            clock_scale=lambda _: 1.0,
            now=lambda: self.seconds,
            sleep=self.sleep,
            utc_now=self.utc_now,
        )

    def recover(self, city: City) -> frozenset[str]:
        self.said.clear()
        self.tried.clear()
        return recover(city, self.machinery(), self.said.append)

    def left_by(self, process: Process, committed: bool = True) -> Run:
        """A run that was changing both switches when its process went."""
        journal = Journal(self.store, now=self.utc_now, process=process)
        run = journal.start_run("rollout", "c0ffee", "digest", NAMES, operator="alice")
        before, after = (fingerprint(normalise(text, "ios"), KEY) for text in (OLD, NEW))
        for name in NAMES:
            journal.set_state(run, name, TargetState.RUNNING, before, after)
            if committed:
                journal.record(run, name, "commit", {"revert_seconds": 300})
        return run

    def states(self, run: Run) -> dict[str, TargetState]:
        return {target.name: target.state for target in self.journal.targets(run)}

    def run_state(self, run: Run) -> RunState:
        return next(kept.state for kept in self.journal.last_runs() if kept.id == run.id)
