"""Hosts in a rollout: bound to their approval, under their leases, one failure hiding no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from muniform.errors import ReachError, RolloutError
from muniform.masking import Secret
from muniform.model import City, Device
from muniform.plan import Kind, Plan, TargetPlan, Verdict, host_digest
from muniform.results import Result, Status, Summary
from muniform.rollout import Journal, Leases, Machinery, Rollout, RunState, TargetState, Watcher
from muniform.rollout.backups import Backups
from muniform.rollout.hostwave import LEASE_SECONDS
from muniform.secrets import SecretStore

NTP = ("# ntp", "--- /etc/ntp", "+++ /etc/ntp", "@@ -0,0 +1 @@", "+server 10.1.1.10")
SSH = ("# sshd", "--- /etc/ssh", "+++ /etc/ssh", "@@ -0,0 +1 @@", "+PermitRootLogin yes")
A, B, LATER = "fs03-ws1", "dc01-srv1", "dc01-srv2"


class Hosts:
    """Hosts that run what was last applied. ``diffs`` is what each would still change."""

    def __init__(self, *names: str) -> None:
        self.diffs: dict[str, tuple[str, ...]] = {name: NTP for name in names}
        self.before: Callable[[Sequence[str], bool], None] = lambda _names, _check: None
        self.done: dict[str, tuple[str, ...]] = {}
        self.calls: list[tuple[tuple[str, ...], bool]] = []

    def __call__(self, names: Sequence[str], check: bool) -> tuple[Result, ...]:
        self.calls.append((tuple(names), check))
        self.before(names, check)
        results = []
        for name in names:
            diff = self.diffs[name]
            if not check:
                diff, self.diffs[name] = self.done.get(name, diff), ()
            results.append(Result(name, Status.CHANGED if diff else Status.UNCHANGED, diff))
        return tuple(results)

    @property
    def applied(self) -> list[str]:
        return [name for names, check in self.calls if not check for name in names]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield opened


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Leases]:
    """Somebody else's way to the same leases."""
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield Leases(opened.store, "run 9 of bob")


def unreachable_device(_: Device) -> object:
    raise AssertionError("no device is in these plans")


def roll(
    city: City,
    journal: Journal,
    tmp_path: Path,
    run: Callable[..., tuple[Result, ...]],
    *hosts: str,
) -> Summary:
    sites = {host.name: host.site for site in city.sites for host in site.hosts}
    targets = tuple(
        TargetPlan(
            name, sites[name], Kind.HOST, Verdict.CHANGE, "on-device",
            diff_digest=host_digest(NTP), diff=NTP,
        )
        for name in hosts
    )  # fmt: skip
    machinery = Machinery(
        unreachable_device,  # type: ignore[arg-type]
        run,
        SecretStore(tmp_path / "secrets"),
        Secret("hash_key", "x"),
        journal,
        Backups(tmp_path / "backups", Secret("hash_key", "x")),
        lambda _: 1.0,
    )
    watcher = Watcher(lambda _: None, lambda _: None, lambda _: None)
    return Rollout(city, Plan("c", "i", (), targets), machinery, watcher).run()


def by_name(summary: Summary) -> dict[str, Result]:
    return {result.target: result for result in summary.results}


def states(journal: Journal) -> dict[str, TargetState]:
    return {target.name: target.state for target in journal.targets(journal.last_runs(1)[0])}


def test_a_host_is_looked_at_changed_and_looked_at(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B, LATER)
    summary = roll(city, journal, tmp_path, hosts, B, LATER)
    assert [result.status for result in summary.results] == [Status.CHANGED] * 2
    assert hosts.calls == [((B, LATER), True), ((B, LATER), False), ((B, LATER), True)]
    assert journal.last_runs(1)[0].state is RunState.DONE
    assert Leases(journal.store, "x").holders() == ()


def test_a_host_that_would_change_otherwise_is_stale_and_the_others_go_on(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(A, B, LATER)
    hosts.diffs[B] = SSH
    found = by_name(roll(city, journal, tmp_path, hosts, A, B, LATER))
    assert sorted(hosts.applied) == sorted([A, LATER])
    assert found[B].status is Status.STALE
    assert "would change in another way than approved" in found[B].message
    assert found[A].status is found[LATER].status is Status.CHANGED
    assert states(journal)[B] is TargetState.STALE
    assert journal.last_runs(1)[0].state is RunState.FAILED
    run = journal.last_runs(1)[0]
    assert "converge" not in [event.kind for event in journal.events(run, B)]


def test_a_stale_host_keeps_no_later_wave_from_starting(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts("lb05-ws1", B)
    hosts.diffs["lb05-ws1"] = SSH
    summary = roll(city, journal, tmp_path, hosts, "lb05-ws1", B)
    assert [result.status for result in summary.results] == [Status.STALE, Status.CHANGED]
    assert [result.target for result in summary.failed] == ["lb05-ws1"]


def test_when_nothing_is_left_to_apply_nothing_is_applied(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B, LATER)
    hosts.diffs = {B: SSH, LATER: ()}
    found = by_name(roll(city, journal, tmp_path, hosts, B, LATER))
    assert hosts.calls == [((B, LATER), True)]
    assert found[LATER].status is Status.UNCHANGED
    assert found[LATER].message == "already as intended"


def test_what_was_changed_and_not_approved_is_a_failure(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B)
    hosts.done[B] = SSH
    result = by_name(roll(city, journal, tmp_path, hosts, B))[B]
    assert result.status is Status.FAILED
    assert "what was changed is not what was approved: approved '# ntp'" in result.message
    assert result.hint == f"look at it: muniform plan --target {B}"
    assert result.diff == SSH
    assert states(journal)[B] is TargetState.FAILED


def test_what_still_differs_afterwards_is_a_failure(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B)

    def drift(_: Sequence[str], check: bool) -> None:
        if check and hosts.applied:
            hosts.diffs[B] = SSH

    hosts.before = drift
    result = by_name(roll(city, journal, tmp_path, hosts, B))[B]
    assert (result.status, result.diff) == (Status.FAILED, SSH)


def test_a_taken_lease_fails_its_host_only(
    city: City, journal: Journal, stranger: Leases, tmp_path: Path
) -> None:
    stranger.acquire(B, 100)
    hosts = Hosts(B, LATER)
    found = by_name(roll(city, journal, tmp_path, hosts, B, LATER))
    assert found[B].status is Status.FAILED
    assert "is being changed by run 9 of bob" in found[B].message
    assert found[LATER].status is Status.CHANGED
    assert hosts.applied == [LATER]
    assert journal.last_runs(1)[0].state is RunState.FAILED
    assert [holder.target for holder in stranger.holders()] == [B]


@pytest.mark.parametrize("when", [1, 2, 3])
def test_an_error_of_ours_fails_the_hosts_and_ends_the_run(
    city: City, journal: Journal, tmp_path: Path, when: int
) -> None:
    hosts = Hosts(A, B)

    def refuse(_: Sequence[str], __: bool) -> None:
        if len(hosts.calls) == when:
            raise ReachError("the lab is down", "muniform lab up")

    hosts.before = refuse
    found = by_name(roll(city, journal, tmp_path, hosts, B, A))
    assert found[B].status is Status.FAILED
    assert "the lab is down" in found[B].message
    assert found[B].hint == "muniform lab up"
    assert found[B].diff == (NTP if when == 3 else ())
    assert found[A].status is Status.SKIPPED
    assert states(journal) == {B: TargetState.FAILED, A: TargetState.SKIPPED}
    assert journal.last_runs(1)[0].state is RunState.FAILED
    assert Leases(journal.store, "x").holders() == ()


def test_a_lease_that_was_lost_stops_its_host_before_it_is_changed(
    city: City, journal: Journal, stranger: Leases, tmp_path: Path
) -> None:
    hosts = Hosts(B, LATER)
    held = Leases(journal.store, "x")

    def lose(_: Sequence[str], __: bool) -> None:
        if len(hosts.calls) == 1:
            take_away(journal, B)
            stranger.acquire(B, 100)

    hosts.before = lose
    found = by_name(roll(city, journal, tmp_path, hosts, B, LATER))
    assert found[B].status is Status.FAILED
    assert "was lost: run 9 of bob took it" in found[B].message
    assert hosts.applied == [LATER]
    assert [holder.owner for holder in held.holders()] == ["run 9 of bob"]


def test_a_lease_that_was_lost_at_the_end_is_told(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B)

    def lose(_: Sequence[str], __: bool) -> None:
        if len(hosts.calls) == 3:
            take_away(journal, B)

    hosts.before = lose
    result = by_name(roll(city, journal, tmp_path, hosts, B))[B]
    assert result.status is Status.FAILED
    assert "two changes may have met" in result.message


def take_away(journal: Journal, target: str) -> None:
    """Free a lease as an operator on another machine would, where nobody sees that we live."""
    elsewhere = Leases(journal.store, "op")
    elsewhere._process = replace(elsewhere._process, host="ctl2")
    assert elsewhere.free(target)


def test_a_lease_outlives_the_longest_run_and_is_renewed_before_each(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B)
    ends = []

    def look(_: Sequence[str], __: bool) -> None:
        (holder,) = Leases(journal.store, "x").holders()
        ends.append(holder.expires_at)

    hosts.before = look
    roll(city, journal, tmp_path, hosts, B)
    assert len(set(ends)) == 3
    assert ends == sorted(ends)
    assert LEASE_SECONDS >= 3600 + 60


def test_ctrl_c_leaves_lease_and_run_for_the_next_start(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B, A)

    def interrupt(_: Sequence[str], check: bool) -> None:
        if not check:
            raise KeyboardInterrupt

    hosts.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        roll(city, journal, tmp_path, hosts, B, A)
    assert [holder.target for holder in Leases(journal.store, "x").holders()] == [B]
    assert states(journal) == {B: TargetState.RUNNING, A: TargetState.PENDING}
    assert [run.state for run in journal.unfinished()] == [RunState.RUNNING]


@pytest.mark.parametrize("fault", [OSError("disk full"), RolloutError("nothing can be written")])
def test_a_fault_between_two_targets_ends_the_run(
    city: City,
    journal: Journal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Rollout, "_wave", broken)
    with pytest.raises(type(fault)):
        roll(city, journal, tmp_path, Hosts(B), B)
    assert journal.last_runs(1)[0].state is RunState.FAILED


def test_a_fault_in_the_middle_of_a_change_leaves_the_run_open(
    city: City, journal: Journal, tmp_path: Path
) -> None:
    hosts = Hosts(B)

    def broken(_: Sequence[str], check: bool) -> None:
        if not check:
            raise OSError("disk full")

    hosts.before = broken
    with pytest.raises(OSError, match="disk full"):
        roll(city, journal, tmp_path, hosts, B)
    assert states(journal) == {B: TargetState.RUNNING}
    assert len(journal.unfinished()) == 1
