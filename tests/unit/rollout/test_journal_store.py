"""Opening the journal: schema, modes, and errors that say what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from muniform.errors import RolloutError
from muniform.rollout.journal import Journal
from muniform.rollout.store import Store
from muniform.rollout.tables import metadata


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state" / "journal.sqlite"


def test_migrations_and_tables_describe_the_same_schema(path: Path) -> None:
    with Store.open(path).reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        )


def test_foreign_keys_of_tables_and_migrations_agree(path: Path) -> None:
    """Alembic's comparison doesn't look at primary keys and nullability of SQLite's ids."""
    Store.open(path).close()
    made = sqlite3.connect(path)
    for table in metadata.sorted_tables:
        info = made.execute(f"PRAGMA table_info({table.name})").fetchall()
        found = [(name, bool(notnull), bool(pk)) for _, name, _, notnull, _, pk in info]
        declared = [(c.name, not c.nullable, c.primary_key) for c in table.columns]
        assert found == declared
        references = {row[2] for row in made.execute(f"PRAGMA foreign_key_list({table.name})")}
        assert references == {key.column.table.name for key in table.foreign_keys}


def test_every_file_is_for_this_account_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        with Journal.open(path) as journal:
            journal.start_run("merge", "c", "d", ["t"])
            modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert set(modes) >= {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite.lock"}
    assert set(modes.values()) == {0o600}
    assert {stat.S_IMODE(f.stat().st_mode) for f in (path.parent, path.parent.parent)} == {0o700}


def test_every_connection_is_durable_and_strict(path: Path) -> None:
    store = Store.open(path)
    with store.writing() as (first, _), store.reading() as second:
        for connection in (first, second):
            for pragma, value in (
                ("journal_mode", "wal"),
                ("synchronous", 2),
                ("foreign_keys", 1),
                ("busy_timeout", 30_000),
            ):
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_readers_see_one_moment_and_keep_nobody_from_writing(path: Path) -> None:
    with Journal.open(path) as journal, journal.store.reading() as reader:
        count = "SELECT count(*) FROM events"
        assert reader.exec_driver_sql(count).scalar() == 0
        journal.start_run("merge", "c", "d", [])
        assert reader.exec_driver_sql(count).scalar() == 0
        assert len(journal.events()) == 1


def test_threads_share_a_journal(path: Path) -> None:
    with Journal.open(path) as journal:
        run = journal.start_run("merge", "c", "d", [])

        def write() -> None:
            for number in range(25):
                journal.record(run, None, "note", {"number": number})

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert journal.verify().head.count == 101


def test_first_openings_at_the_same_moment(tmp_path: Path) -> None:
    """Turning on the write-ahead log fails at once, without waiting, if others are about."""
    for attempt in range(10):
        path, together = tmp_path / str(attempt) / "journal.sqlite", threading.Barrier(6)

        def open_journal(path: Path, together: threading.Barrier) -> int:
            together.wait()
            with Journal.open(path) as journal:
                return journal.start_run("merge", "c", "d", []).id

        with ThreadPoolExecutor(6) as pool:
            runs = [pool.submit(open_journal, path, together) for _ in range(6)]
            assert sorted(run.result() for run in runs) == [1, 2, 3, 4, 5, 6]


def test_a_newer_schema_is_not_touched(path: Path) -> None:
    Store.open(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(RolloutError) as caught:
        Store.open(path)
    assert "the journal was written by a newer muniform" in caught.value.message
    assert caught.value.hint == "update muniform on this machine; the journal was not changed"


def test_a_url_of_sqlite_is_a_path(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    assert path.exists()


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (":memory:", "a journal in memory would not survive its process"),
        ("sqlite://", "a journal in memory would not survive its process"),
        ("mysql://alice:hunter2@db/journal", "the journal's URL is not understood"),
        (
            "postgresql+nothing://alice:hunter2@db/journal",
            "the journal postgresql+nothing://alice:***@db/journal: ",
        ),
        ("://alice:hunter2@", "the journal's URL is not understood"),
    ],
)  # fmt: skip
def test_where_no_journal_can_be(where: str, message: str) -> None:
    with pytest.raises(RolloutError) as caught:
        Store.open(where)
    assert caught.value.message.startswith(message)
    assert "hunter2" not in str(caught.value)


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(RolloutError) as caught:
        Store.open("postgresql+psycopg://alice:hunter2@127.0.0.1/journal")
    assert str(caught.value) == (
        "the journal postgresql+psycopg://alice:***@127.0.0.1/journal needs the Python module "
        "psycopg\n  -> install it in muniform's environment: pip install psycopg"
    )


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("no database at all, but long enough to be looked at\n" * 40)
    with pytest.raises(RolloutError) as caught:
        Store.open(path)
    assert caught.value.message == f"the journal {path}: file is not a database"
    assert caught.value.hint == "move the file aside, keep it, and put a backup in its place"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RolloutError, match="File exists"):
        Store.open(tmp_path / "file" / "journal.sqlite")


def test_a_full_disk_records_nothing_and_says_so(path: Path) -> None:
    """SQLite's own limit of pages gives the real SQLITE_FULL."""
    with Journal.open(path) as journal:
        run = journal.start_run("merge", "c", "d", ["t"])
        with journal.store.writing() as (connection, _):
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(RolloutError) as caught:
            journal.record(run, "t", "load", {"text": "x" * 100_000})
        assert caught.value.message == f"the journal {path}: database or disk is full"
        assert caught.value.hint.startswith("free some space")
        assert len(journal.events()) == 1
        assert journal.verify().ok
