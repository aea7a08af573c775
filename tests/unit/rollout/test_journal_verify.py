"""Whoever alters the journal's file behind its back is found, and told apart."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from muniform.errors import RolloutError
from muniform.rollout.journal import Journal, Run, RunState, TargetState
from muniform.rollout.tables import EventRow, Head, VerifyReport


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of one ended run with six events."""
    path = tmp_path / "journal.sqlite"
    with Journal.open(path) as journal:
        run = journal.start_run("merge", "4f2a", "d1", ["fs03-sw1"], operator="alice")
        journal.set_state(run, "fs03-sw1", TargetState.RUNNING)
        journal.record(run, "fs03-sw1", "commit", {"timer": 120})
        journal.record(run, "fs03-sw1", "confirm", {})
        journal.set_state(run, "fs03-sw1", TargetState.DONE)
        journal.end_run(run, RunState.DONE)
    return path


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def verify(path: Path, anchor: Head | None = None) -> VerifyReport:
    with Journal.open(path) as journal:
        return journal.verify(anchor)


def rehash(path: Path, seq: int) -> None:
    """What an attacker who knows the code does after an edit."""
    connection = sqlite3.connect(path)
    with connection:
        row = connection.execute("SELECT * FROM events WHERE seq = ?", [seq]).fetchone()
        update = "UPDATE events SET hash = ? WHERE seq = ?"
        connection.execute(update, [EventRow(*row).computed_hash(), seq])
    connection.close()


def test_an_untouched_journal_verifies(path: Path) -> None:
    report = verify(path)
    assert report.ok
    assert report.head.count == 6
    assert verify(path, anchor=report.head).ok


@pytest.mark.parametrize(
    ("statements", "seq", "reason"),
    [
        (["UPDATE events SET payload = '{}' WHERE seq = 3"], 3, "event 3 was edited"),
        (["UPDATE events SET target = x'ff00' WHERE seq = 3"], 3, "event 3 was edited"),
        (["UPDATE events SET kind = CAST(x'ff' AS TEXT) WHERE seq = 3"], 3, "event 3 was edited"),
        (["DELETE FROM events WHERE seq = 4"], 4, "event 4 is missing"),
        (["DELETE FROM events WHERE seq = 1"], 1, "event 1 is missing"),
        (
            ["DELETE FROM events WHERE seq > 4"],
            5,
            "events 5 to 6 are missing from the end, says the head",
        ),
        (
            [
                "UPDATE events SET seq = 99 WHERE seq = 3",
                "UPDATE events SET seq = 3 WHERE seq = 4",
                "UPDATE events SET seq = 4 WHERE seq = 99",
            ],
            3,
            "event 3 was edited",
        ),
        (
            ["INSERT INTO events SELECT 0, run_id, target, kind, payload, at, prev_hash, hash "
             "FROM events WHERE seq = 1"],
            0,
            "event 0 doesn't belong into the chain",
        ),
    ],
)  # fmt: skip
def test_the_first_broken_event_is_named(
    path: Path, statements: list[str], seq: int, reason: str
) -> None:
    alter(path, *statements)
    report = verify(path)
    assert not report.ok
    assert (report.broken_seq, report.reason) == (seq, reason)


def test_an_edit_with_a_new_hash_shows_at_the_next_event(path: Path) -> None:
    alter(path, "UPDATE events SET payload = '{}' WHERE seq = 3")
    rehash(path, 3)
    report = verify(path)
    assert report.broken_seq == 4
    assert report.reason.startswith("event 4 doesn't follow the event before it")


def test_the_last_event_with_a_new_hash_is_told_by_the_head(path: Path) -> None:
    alter(path, 'UPDATE events SET payload = \'{"state":"FAILED"}\' WHERE seq = 6')
    rehash(path, 6)
    report = verify(path)
    assert report.broken_seq == 6
    assert "but the head says 6:" in report.reason


def test_a_lost_head_is_found_and_nothing_is_recorded(path: Path) -> None:
    alter(path, "DELETE FROM chain_head")
    assert "the head is missing" in verify(path).reason
    with Journal.open(path) as journal, pytest.raises(RolloutError, match="has lost the head"):
        journal.start_run("merge", "c", "d", [])


def test_a_truncated_journal_takes_no_more_events(path: Path) -> None:
    alter(path, "DELETE FROM events WHERE seq = 6")
    with Journal.open(path) as journal:
        with pytest.raises(RolloutError, match="last event is 5, its head says 6: it was altered"):
            journal.start_run("merge", "c", "d", [])
        assert len(journal.last_runs()) == 1


def truncate_with_head(path: Path) -> None:
    """Take the last event off, and move the head back as well."""
    alter(
        path,
        "DELETE FROM events WHERE seq = 6",
        "UPDATE chain_head SET length = 5, hash = (SELECT hash FROM events WHERE seq = 5)",
        "UPDATE runs SET ended_at = NULL, state = 'RUNNING'",
    )


def test_a_truncation_with_its_head_shows_only_against_an_anchor(path: Path) -> None:
    anchor = verify(path).head
    truncate_with_head(path)
    assert verify(path).ok
    report = verify(path, anchor)
    assert report.broken_seq == 6
    assert report.reason == (
        "events 6 to 6 are missing from the end, says the head that was noted elsewhere"
    )


def test_a_chain_written_anew_shows_only_against_an_anchor(path: Path) -> None:
    anchor = verify(path).head
    truncate_with_head(path)
    with Journal.open(path) as journal:
        journal.end_run(journal.last_runs()[0], RunState.STOPPED)
        journal.start_run("merge", "c", "d", [])
    assert verify(path).ok
    report = verify(path, anchor)
    assert report.broken_seq == 6
    assert "noted elsewhere" in report.reason


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE target_states SET state = 'PENDING'",
            "target_states 1 fs03-sw1: state is 'PENDING', the events say 'DONE'",
        ),
        ("DELETE FROM target_states", "target_states 1 fs03-sw1: is missing"),
        (
            "INSERT INTO target_states VALUES (1, 'x', 'DONE', NULL, NULL, 'now')",
            "target_states 1 x: no event made it",
        ),
        (
            "UPDATE runs SET operator = 'bob'",
            "runs 1: operator is 'bob', the events say 'alice'",
        ),
    ],
)
def test_rows_that_contradict_the_chain_are_named(path: Path, statement: str, said: str) -> None:
    alter(path, statement)
    report = verify(path)
    assert not report.ok
    assert report.broken_seq is None
    assert report.disagreements == (said,)


def test_verifying_while_another_writes_raises_no_false_alarm(path: Path) -> None:
    with Journal.open(path) as writer, Journal.open(path) as reader:
        run: Run = writer.last_runs()[0]
        for number in range(30):
            writer.record(run, None, "note", {"number": number})
            assert reader.verify().ok
