"""The same promises on PostgreSQL, where locks and snapshots work differently.

Needs an empty database and its driver: MUNIFORM_TEST_POSTGRESQL=postgresql+psycopg://... pytest
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from muniform.errors import RolloutError
from muniform.rollout.journal import Journal, RunState, TargetState
from muniform.rollout.leases import Leases

URL = os.environ.get("MUNIFORM_TEST_POSTGRESQL", "")

pytestmark = pytest.mark.skipif(not URL, reason="MUNIFORM_TEST_POSTGRESQL names no database")

WRITE = """
import sys
from muniform.rollout.journal import Journal
journal = Journal.open(sys.argv[1])
run = journal.start_run("test", "c", "d", ["t"])
for number in range(int(sys.argv[2])):
    journal.record(run, "t", "note", {"number": number})
    print(number, flush=True)
"""


@pytest.fixture
def url() -> Iterator[str]:
    yield URL
    engine = create_engine(URL)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def start(url: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITE, url, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_make_the_tables_and_write_one_chain(url: str) -> None:
    writers = [start(url, 50) for _ in range(2)]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0]
    with Journal.open(url) as journal:
        report = journal.verify()
        assert report.ok, report
        assert report.head.count == 2 * (1 + 50)


def test_kill_nine_while_another_verifies(url: str) -> None:
    with Journal.open(url) as journal:
        writer = start(url, 1_000_000)
        assert writer.stdout
        for _ in range(50):
            writer.stdout.readline()
            assert journal.verify().ok
        writer.kill()
        acknowledged = 50 + len(writer.communicate()[0].splitlines())
        (run,) = journal.unfinished()
        assert len(journal.events(run, "t")) - acknowledged in (0, 1)
        assert journal.verify().ok
        journal.mark_unknown()
        journal.end_run(run, RunState.INTERRUPTED)
        assert journal.verify().ok


def test_states_secrets_and_odd_characters(url: str) -> None:
    with Journal.open(url) as journal:
        run = journal.start_run("merge", "c", "d", ["a", "b"])
        journal.set_state(run, "a", TargetState.RUNNING, pre_hash="aa")
        odd = {"text": "\x00 \ud800 ä 🚒"}
        journal.record(run, "a", "note", odd)
        assert journal.events(run)[-1].payload == odd
        assert [target.state for target in journal.targets(run)] == ["RUNNING", "PENDING"]
        assert journal.verify().ok


def test_leases_exclude(url: str) -> None:
    with Journal.open(url) as journal:
        leases = Leases(journal.store, "run 7 of alice")
        with leases.held("t", 60), pytest.raises(RolloutError, match="run 7 of alice"):
            Leases(journal.store, "run 8 of bob").acquire("t", 60)
        assert leases.holder("t") is None
