"""Whatever is done to a chain behind the journal's back, it no longer verifies."""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from muniform.rollout.journal import Journal, RunState, TargetState
from muniform.rollout.tables import GENESIS, EventRow, Head, canonical, check_chain

WORDS = st.text(max_size=8)
CONTENTS = st.tuples(st.integers(1, 9), st.none() | WORDS, WORDS, st.dictionaries(WORDS, WORDS))
FIELDS = [field.name for field in fields(EventRow)]
VALUES = st.none() | st.integers(-5, 50) | WORDS | st.binary(max_size=4)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[EventRow]:
    rows, prev = [], GENESIS
    for seq, (run, target, kind, payload) in enumerate(
        draw(st.lists(CONTENTS, min_size=least, max_size=8)), start=1
    ):
        row = EventRow(seq, run, target, kind, canonical(payload), f"2025-03-01T{seq}", prev)
        rows.append(replace(row, hash=row.computed_hash()))
        prev = rows[-1].hash
    return rows


def head_of(rows: list[EventRow]) -> Head:
    return Head(len(rows), rows[-1].hash)


@given(chains())
def test_an_untouched_chain_holds(rows: list[EventRow]) -> None:
    assert check_chain(rows, head_of(rows)).ok
    for row in rows:
        assert check_chain(rows, head_of(rows), anchor=Head(row.seq, row.hash)).ok


@given(chains(), st.data())
def test_an_edit_is_found_at_its_event(rows: list[EventRow], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from([name for name in FIELDS if name != "seq"]))
    value = data.draw(VALUES)
    assume(value != getattr(rows[at], field))
    tampered = [*rows]
    tampered[at] = replace(rows[at], **{field: value})
    assert check_chain(tampered, head_of(rows)).broken_seq == at + 1


@given(chains(), st.data())
def test_an_edit_with_a_new_hash_is_found_right_after(
    rows: list[EventRow], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    payload = data.draw(WORDS)
    assume(payload != rows[at].payload)
    edited = replace(rows[at], payload=payload)
    tampered = [*rows]
    tampered[at] = replace(edited, hash=edited.computed_hash())
    report = check_chain(tampered, head_of(rows))
    assert report.broken_seq == min(at + 2, len(rows))


@given(chains(), st.data())
def test_a_gap_is_named_by_its_first_event(rows: list[EventRow], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows) - 1))
    last = data.draw(st.integers(first, len(rows) - 1))
    report = check_chain(rows[:first] + rows[last + 1 :], head_of(rows))
    assert report.broken_seq == first + 1
    assert "missing" in report.reason


@given(chains(least=2), st.randoms(use_true_random=False))
def test_another_order_is_found(rows: list[EventRow], shuffler: object) -> None:
    """Also if the numbers were put right afterwards, as they stand in a database."""
    order = [*rows]
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    assume(order != rows)
    renumbered = [replace(row, seq=seq) for seq, row in enumerate(order, start=1)]
    moved = next(n for n, (a, b) in enumerate(zip(rows, order, strict=True), start=1) if a != b)
    assert check_chain(renumbered, head_of(rows)).broken_seq == moved


@given(chains(), CONTENTS)
def test_an_event_added_behind_the_journals_back_is_found(
    rows: list[EventRow], content: tuple[int, str | None, str, dict[str, str]]
) -> None:
    run, target, kind, payload = content
    forged = EventRow(len(rows) + 1, run, target, kind, canonical(payload), "", rows[-1].hash)
    forged = replace(forged, hash=forged.computed_hash())
    assert check_chain([*rows, forged], head_of(rows)).broken_seq == len(rows) + 1


@cache
def _small_journal() -> bytes:
    """A file of SQLite; the last to close it has emptied its write-ahead log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        _fill(path)
        return path.read_bytes()


def _fill(path: Path) -> None:
    with Journal.open(path) as journal:
        for commit in ("4f2a", "77b0"):
            run = journal.start_run("merge", commit, "d1", ["fs03-sw1", "lb05-sw1"])
            journal.set_state(run, "fs03-sw1", TargetState.RUNNING, pre_hash="aa")
            journal.record(run, "fs03-sw1", "commit", {"timer": 120})
            journal.set_state(run, "fs03-sw1", TargetState.DONE, post_hash="bb")
            journal.end_run(run, RunState.DONE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["runs", "target_states", "events", "chain_head"]),
    st.integers(0, 9),
    st.integers(0, 19),
    VALUES,
)
def test_any_cell_of_the_database_that_is_changed_is_found(
    table: str, row_number: int, column_number: int, value: object
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        path.write_bytes(_small_journal())
        connection = sqlite3.connect(path)
        before = connection.execute(f"SELECT rowid, * FROM {table}").fetchall()  # noqa: S608
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        rowid = before[row_number % len(before)][0]
        name = names[column_number % len(names)]
        try:
            with connection:
                connection.execute(f"UPDATE {table} SET {name} = ? WHERE rowid = ?", [value, rowid])  # noqa: S608
        except sqlite3.IntegrityError:
            assume(False)  # the schema itself says no
        after = connection.execute(f"SELECT rowid, * FROM {table}").fetchall()  # noqa: S608
        connection.close()
        assume(after != before)
        assume((table, name) != ("chain_head", "id"))  # one row: its id says nothing
        with Journal.open(path) as journal:
            assert not journal.verify().ok
