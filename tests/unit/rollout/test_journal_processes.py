"""Several processes, some of them killed: the chain never forks and never loses an event."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniform.rollout.journal import Journal, TargetState

WRITE = """
import sys
from muniform.rollout.journal import Journal
journal = Journal.open(sys.argv[1])
run = journal.start_run("test", "c", "d", ["t"])
for number in range(int(sys.argv[2])):
    journal.record(run, "t", "note", {"number": number})
    print(number, flush=True)
"""

DIE_RUNNING = """
import os, signal, sys
from muniform.rollout.journal import Journal, TargetState
journal = Journal.open(sys.argv[1])
run = journal.start_run("test", "c", "d", ["a", "b"])
journal.set_state(run, "a", TargetState.RUNNING, pre_hash="aa")
os.kill(os.getpid(), signal.SIGKILL)
"""

DIE_MIGRATING = """
import os, signal, sys
from alembic import op
from muniform.rollout.store import Store
op.create_index = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Store.open(sys.argv[1])
"""


def start(code: str, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def test_two_processes_write_one_chain(path: Path) -> None:
    """They also open it at once, so one of them finds the other making the tables."""
    writers = [start(WRITE, path, 50) for _ in range(2)]
    assert [len(writer.communicate(timeout=60)[0].split()) for writer in writers] == [50, 50]
    assert [writer.returncode for writer in writers] == [0, 0]
    with Journal.open(path) as journal:
        report = journal.verify()
        assert report.ok, report
        assert report.head.count == 2 * (1 + 50)
        for run in journal.last_runs():
            notes = [event.payload["number"] for event in journal.events(run, "t")]
            assert notes == list(range(50))


def test_kill_nine_in_the_middle_of_writing(path: Path) -> None:
    """What was acknowledged is there, what is there is whole, and the next one goes on."""
    moments = random.Random(7)  # noqa: S311 - when to kill, not a secret
    for _ in range(5):
        writer = start(WRITE, path, 1_000_000)
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(moments.uniform(0, 0.2))
        writer.kill()
        acknowledged = 1 + len(writer.communicate()[0].split("\n")) - 1
        with Journal.open(path) as journal:
            report = journal.verify()
            assert report.ok, report
            notes = [
                event.payload["number"] for event in journal.events(journal.last_runs()[0])[1:]
            ]
            assert notes == list(range(len(notes)))
            # One event more may be durable than its writer lived to tell.
            assert len(notes) - acknowledged in (0, 1)


def test_a_killed_runs_running_target_becomes_unknown(path: Path) -> None:
    process = start(DIE_RUNNING, path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with Journal.open(path) as journal:
        (run,) = journal.unfinished()
        assert journal.life_of(run) == "dead"
        (unknown,) = journal.mark_unknown()
        assert (unknown.name, unknown.pre_hash) == ("a", "aa")
        states = [target.state for target in journal.targets(run)]
        assert states == [TargetState.UNKNOWN, TargetState.PENDING]
        assert journal.verify().ok


def test_a_run_of_a_living_process_is_left_alone_by_others(path: Path) -> None:
    writer = start(WRITE, path, 1_000_000)
    try:
        assert writer.stdout
        writer.stdout.readline()
        with Journal.open(path) as journal:
            (run,) = journal.unfinished()
            assert journal.life_of(run) == "alive"
            assert journal.mark_unknown() == ()
    finally:
        writer.kill()
        writer.communicate()


def test_kill_nine_in_the_middle_of_a_migration(path: Path) -> None:
    process = start(DIE_MIGRATING, path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with Journal.open(path) as journal:
        journal.start_run("test", "c", "d", ["t"])
        assert journal.verify().ok


def test_four_first_openings_at_once(path: Path) -> None:
    writers = [start(WRITE, path, 1) for _ in range(4)]
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0] * 4
    with Journal.open(path) as journal:
        assert journal.verify().head.count == 8
