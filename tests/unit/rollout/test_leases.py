"""One holder per target; the others are told who, until when, and what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniform.devices.protocols import Lease
from muniform.errors import RolloutError, StaleTarget
from muniform.rollout.leases import Leases, Life, Process, life_of, this_process
from muniform.rollout.store import Store

HERE = this_process()
ELSEWHERE = replace(HERE, host="ctl2", pid=4711)

HOLD = """
import sys, time
from muniform.rollout.leases import Leases
from muniform.rollout.store import Store
Leases(Store.open(sys.argv[1]), "run 7 of alice").acquire("fs03-sw1", 600)
print("held", flush=True)
time.sleep(60)
"""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def store(path: Path) -> Store:
    return Store.open(path)


@pytest.fixture
def alice(store: Store, clock: Clock) -> Leases:
    return Leases(store, "run 7 of alice", clock)


@pytest.fixture
def bob(store: Store, clock: Clock) -> Leases:
    return Leases(store, "run 8 of bob", clock)


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease of fs03-sw1."""
    command = [sys.executable, "-c", HOLD, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_one_at_a_time(alice: Leases, bob: Leases) -> None:
    held = alice.acquire("fs03-sw1", 300)
    assert held.taken_over is None
    with pytest.raises(RolloutError):
        bob.acquire("fs03-sw1", 300)
    assert bob.acquire("fs03-sw2", 300).taken_over is None
    assert alice.release(held)
    assert bob.acquire("fs03-sw1", 300).taken_over is None


def test_the_lease_is_what_devices_ask_for(alice: Leases) -> None:
    lease: Lease = alice
    with lease.held("fs03-sw1", 300):
        assert alice.holder("fs03-sw1") is not None
    assert alice.holder("fs03-sw1") is None


def test_a_living_holder_is_refused_with_the_way_out(
    bob: Leases, store: Store, clock: Clock
) -> None:
    Leases(store, "run 7 of alice", clock, replace(HERE, host=HERE.host)).acquire("fs03-sw1", 300)
    with pytest.raises(RolloutError) as caught:
        bob.acquire("fs03-sw1", 60)
    assert str(caught.value) == (
        f"fs03-sw1 is being changed by run 7 of alice (process {os.getpid()} on {HERE.host}) since "
        "2025-03-01T02:00:00.000000+00:00, until 2025-03-01T02:05:00.000000+00:00 at the latest\n"
        f"  -> let it finish, or stop it: kill -INT {os.getpid()}"
    )


def test_a_holder_elsewhere_is_refused_with_the_command_that_frees_it(
    bob: Leases, store: Store, clock: Clock
) -> None:
    Leases(store, "run 7 of alice", clock, ELSEWHERE).acquire("fs03-sw1", 300)
    with pytest.raises(RolloutError) as caught:
        bob.acquire("fs03-sw1", 60)
    assert "(process 4711 on ctl2)" in caught.value.message
    assert caught.value.hint == (
        "wait until then; if that process is known to be gone: muniform lease free fs03-sw1"
    )


def test_a_living_process_is_refused(holder: subprocess.Popen[str], path: Path) -> None:
    with pytest.raises(RolloutError) as caught:
        Leases(Store.open(path), "run 8 of bob").acquire("fs03-sw1", 60)
    assert f"run 7 of alice (process {holder.pid} on {HERE.host})" in caught.value.message
    assert caught.value.hint == f"let it finish, or stop it: kill -INT {holder.pid}"


@pytest.mark.parametrize("reaped", [True, False])
def test_a_killed_process_is_taken_over(
    holder: subprocess.Popen[str], path: Path, reaped: bool
) -> None:
    holder.send_signal(signal.SIGKILL)
    if reaped:
        holder.wait()
    else:
        os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
    held = Leases(Store.open(path), "run 8 of bob").acquire("fs03-sw1", 60)
    assert held.taken_over is not None
    assert held.taken_over.owner == "run 7 of alice"
    assert held.taken_over.process.pid == holder.pid


def test_an_expired_lease_is_taken_over_and_the_late_holder_learns_it(
    store: Store, bob: Leases, clock: Clock
) -> None:
    there = Leases(store, "run 7 of alice", clock, ELSEWHERE)
    late = there.acquire("fs03-sw1", 300)
    clock.pass_by(299.999999)
    with pytest.raises(RolloutError):
        bob.acquire("fs03-sw1", 60)
    clock.pass_by(0.000001)
    held = bob.acquire("fs03-sw1", 60)
    assert held.taken_over
    assert held.taken_over.process == ELSEWHERE
    with pytest.raises(RolloutError, match="was lost: run 8 of bob took it"):
        there.renew(late, 300)
    assert not there.release(late)
    now_holding = bob.holder("fs03-sw1")
    assert now_holding is not None
    assert now_holding.owner == "run 8 of bob"


def test_renewing_holds_on(alice: Leases, store: Store, clock: Clock) -> None:
    there = Leases(store, "run 9 of carol", clock, ELSEWHERE)
    held = there.acquire("fs03-sw1", 100)
    clock.pass_by(90)
    held = there.renew(held, 100)
    clock.pass_by(90)
    with pytest.raises(RolloutError):
        alice.acquire("fs03-sw1", 100)
    assert held.expires_at - clock() == timedelta(seconds=10)


def test_a_block_whose_lease_was_taken_does_not_end_well(
    alice: Leases, bob: Leases, clock: Clock
) -> None:
    with pytest.raises(RolloutError, match="two changes may have met"), alice.held("t", 10):  # noqa: PT012
        clock.pass_by(10)
        bob.acquire("t", 10)
    holder = bob.holder("t")
    assert holder is not None
    assert holder.owner == "run 8 of bob"


def test_a_known_error_frees_the_target_and_is_the_one_that_is_raised(alice: Leases) -> None:
    with pytest.raises(StaleTarget), alice.held("t", 300):
        raise StaleTarget("t has changed")
    assert alice.holder("t") is None


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_unforeseen_end_leaves_the_lease_to_expire(
    alice: Leases, error: type[BaseException]
) -> None:
    """Nobody knows then whether the device is still counting down to its revert."""
    with pytest.raises(error), alice.held("t", 300):
        raise error
    assert alice.holder("t") is not None


def test_freeing_by_hand(store: Store, alice: Leases, bob: Leases, clock: Clock) -> None:
    Leases(store, "run 7 of carol", clock, ELSEWHERE).acquire("a", 300)
    alice.acquire("b", 300)
    freed = bob.free("a")
    assert freed is not None
    assert freed.owner == "run 7 of carol"
    assert bob.free("a") is None
    with pytest.raises(RolloutError, match="b is being changed by run 7 of alice"):
        bob.free("b")
    assert [holder.target for holder in bob.holders()] == ["b"]


def test_a_lease_of_no_time_is_a_mistake(alice: Leases) -> None:
    with pytest.raises(ValueError, match="a lease of 0 seconds"):
        alice.acquire("t", 0)


@pytest.mark.parametrize(
    ("process", "life"),
    [
        (HERE, Life.ALIVE),
        (replace(HERE, pid_start=HERE.pid_start + 1), Life.DEAD),  # the number was given anew
        (replace(HERE, boot_id="earlier"), Life.DEAD),
        (replace(HERE, host="ctl2"), Life.UNKNOWN),
        (replace(HERE, machine="other container"), Life.UNKNOWN),
        (replace(HERE, host="ctl2", boot_id="earlier"), Life.UNKNOWN),
    ],
)
def test_what_can_be_said_about_a_process(process: Process, life: Life) -> None:
    assert life_of(process, HERE) is life
