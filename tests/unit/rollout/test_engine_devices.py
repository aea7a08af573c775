"""Devices in a rollout: each outcome's name, its state in the journal, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fake_device import FakeDevice
from muniform.devices import Driver
from muniform.errors import SecretError
from muniform.model import City, Device
from muniform.plan import Kind, Plan, TargetPlan, Verdict
from muniform.results import Result, Status
from muniform.rollout import (
    Backups,
    Journal,
    Leases,
    Machinery,
    Rollout,
    RunState,
    TargetState,
    Watcher,
)
from muniform.secrets import SecretStore
from transactions import KEY, NEW, OLD, approved

FIRST, SECOND = "fs03-sw1", "lb05-sw1"


@dataclass
class Street:
    """Two switches with one clock, and a rollout that brings both from OLD to NEW."""

    city: City
    journal: Journal
    folder: Path
    devices: dict[str, FakeDevice]
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)
    is_pipe_closed: bool = False

    def look_on(self, *words: object) -> None:
        if self.is_pipe_closed:
            raise BrokenPipeError
        self.told += [word for word in words[:1] if isinstance(word, str)]

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        for device in self.devices.values():
            device.now = self.seconds
            device.tick()

    def connect(self, device: Device) -> Driver:
        return self.devices[device.name].connect(device)

    def roll(self, given: dict[str, str] | None = None) -> dict[str, Result]:
        machinery = Machinery(
            connect=self.connect,
            run_hosts=lambda *_: (),
            secrets=SecretStore(self.folder / "secrets"),
            key=KEY,
            journal=self.journal,
            backups=Backups(self.folder / "backups", KEY),
            clock_scale=lambda _: 1.0,
            now=lambda: self.seconds,
            sleep=self.sleep,
            given={FIRST: NEW, SECOND: NEW} if given is None else given,
        )
        hashes = approved()
        targets = tuple(
            TargetPlan(
                name,
                self.city.device(name).site,
                Kind.DEVICE,
                Verdict.CHANGE,
                "offline",
                hashes.pre_hash,
                hashes.post_hash,
                hashes.diff_digest,
            )
            for name in (FIRST, SECOND)
        )
        watcher = Watcher(self.look_on, self.look_on, self.look_on, self.look_on)
        summary = Rollout(self.city, Plan("c", "i", (), targets), machinery, watcher).run()
        return {result.target: result for result in summary.results}

    def states(self) -> dict[str, TargetState]:
        [run] = self.journal.last_runs(1)
        return {target.name: target.state for target in self.journal.targets(run)}


@pytest.fixture
def street(city: City, tmp_path: Path) -> Iterator[Street]:
    with Journal.open(tmp_path / "journal.sqlite") as journal:
        yield Street(city, journal, tmp_path, {name: FakeDevice(OLD) for name in (FIRST, SECOND)})


def test_both_are_changed_with_their_evidence(street: Street) -> None:
    found = street.roll()
    assert {result.status for result in found.values()} == {Status.CHANGED}
    assert all("confirmed" in result.evidence for result in found.values())
    assert set(street.states().values()) == {TargetState.DONE}
    assert Leases(street.journal.store, "x").holders() == ()
    assert street.journal.verify().ok


@pytest.mark.parametrize(
    ("fault", "status", "state"),
    [
        ({"rejects": True}, Status.REFUSED, TargetState.FAILED),
        ({"mangles": True}, Status.REVERTED, TargetState.REVERTED),
        ({"away_until": 1e9}, Status.UNREACHABLE, TargetState.FAILED),
        ({"drops_after_commit": True, "never_returns": True}, Status.UNKNOWN, TargetState.UNKNOWN),
        ({"mangles": True, "flash_is_read_only": True}, Status.REVERTED, TargetState.UNKNOWN),
        ({"rejects": True, "flash_is_read_only": True}, Status.REFUSED, TargetState.UNKNOWN),
    ],
)
def test_what_goes_wrong_has_its_name_and_stops_the_rollout(
    street: Street, fault: dict[str, float], status: Status, state: TargetState
) -> None:
    for device in street.devices.values():
        vars(device).update(fault)
    found = street.roll()
    first, second = street.told[0], ({FIRST, SECOND} - set(street.told)).pop()
    assert found[first].status is status
    assert found[first].evidence
    assert found[second].status is Status.SKIPPED
    assert street.states() == {first: state, second: TargetState.SKIPPED}
    assert street.journal.last_runs(1)[0].state is RunState.FAILED
    assert bool(street.journal.unread()) == (state is TargetState.UNKNOWN)


def test_who_looked_on_and_left_disturbs_nothing(street: Street) -> None:
    street.is_pipe_closed = True
    results = street.roll()
    assert {result.status for result in results.values()} == {Status.CHANGED}
    assert set(street.states().values()) == {TargetState.DONE}


def test_a_stale_device_stops_nobody(street: Street) -> None:
    street.devices[FIRST].running += "lldp run\n"
    found = street.roll()
    assert found[FIRST].status is Status.STALE
    assert found[SECOND].status is Status.CHANGED
    assert street.states()[FIRST] is TargetState.STALE


def test_an_intent_without_its_secrets_is_refused_before_anything_is_contacted(
    street: Street,
) -> None:
    found = street.roll(given={})
    first = street.told[0]
    assert found[first].status is Status.REFUSED
    assert "secret" in found[first].message.lower()
    assert street.devices[first].calls == []
    with pytest.raises(SecretError):
        SecretStore(street.folder / "secrets").get("automation_password")
