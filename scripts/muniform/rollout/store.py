"""The database behind the journal and the leases: SQLite in a file, or PostgreSQL by URL.

Opening brings the schema up to date, one process at a time. ``writing`` lets one writer at a time
in, over all threads and processes, and ``reading`` sees one moment. Not for anything that knows
what the tables mean.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from muniform.errors import RolloutError
from muniform.rollout.tables import Head, chain_head

BUSY_SECONDS = 30
# Any number will do, as long as nothing else in that database locks the same one.
MIGRATION_LOCK = 0x6D756E69
WRITES = "muniform_writes"

NOTHING_RECORDED = "nothing was recorded; check the journal's disk or its database server"
HINTS = (
    ("is locked", "another process is writing for long; start again when it has ended"),
    ("disk is full", "free some space where the journal lies, then start again"),
    ("disk I/O", "check the file system on which the journal lies"),
    ("readonly", "run as the account that owns the state folder"),
    ("unable to open", "run as the account that owns the state folder"),
    ("not a database", "move the file aside, keep it, and put a backup in its place"),
    ("malformed", "move the file aside, keep it, and put a backup in its place"),
    ("FOREIGN KEY", "the run is not in this journal"),
)


class Store:
    """An open database with the newest schema."""

    def __init__(self, reader: Engine, writer: Engine, where: str) -> None:
        self.where = where
        self._reader = reader
        self._writer = writer
        # SQLite lets waiting writers in by chance; among our own threads a lock is fair.
        self._one_writer = threading.Lock()

    @classmethod
    def open(cls, where: str | Path) -> Store:
        """Open a file, or a URL of SQLAlchemy, and make or update its schema.

        Raises RolloutError if that can't be done.
        """
        url = _url(where)
        if url.get_backend_name() == "sqlite":
            path = Path(url.database or "")
            with _explained(str(path)):
                return _open_sqlite(path)
        shown = url.render_as_string(hide_password=True)
        with _explained(shown):
            return _open_postgresql(url, shown)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and keeps nobody from writing."""
        with _explained(self.where), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Head]]:
        """A transaction of the only writer, and the head of the chain; durable when it ends."""
        with _explained(self.where), self._one_writer, self._writer.begin() as connection:
            # On PostgreSQL this row is the lock; SQLite has taken its own with BEGIN IMMEDIATE.
            row = connection.execute(select(chain_head).with_for_update()).one_or_none()
            if row is None:
                raise RolloutError(
                    f"{self.where} has lost the head of its chain of events",
                    "look at it with: muniform journal verify",
                )
            yield connection, Head(row.length, row.hash)

    def close(self) -> None:
        """Give all connections back."""
        self._reader.dispose()


def private_folder(path: Path) -> Path:
    """Make a folder, and what is missing above it, for this account alone (0700)."""
    if not path.is_dir():
        if path.parent != path:
            private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def _url(where: str | Path) -> URL:
    """What to open: a path is SQLite's."""
    if "://" not in str(where):
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(str(where))
        known = url.get_backend_name() in ("sqlite", "postgresql")
    except ArgumentError:
        known = False
    if not known:
        # The text isn't repeated: what isn't understood as a URL may still hold a password.
        raise RolloutError(
            "the journal's URL is not understood",
            "give the path of a file, or postgresql+psycopg://USER@HOST/DATABASE",
        )
    return url


def _open_sqlite(path: Path) -> Store:
    """Open a file of SQLite. A lock beside it keeps two first openings apart."""
    if path.name in ("", ":memory:"):
        raise RolloutError(
            "a journal in memory would not survive its process", "give the path of a file"
        )
    private_folder(path.parent)
    with _locked(path.with_name(path.name + ".lock")):
        # SQLite gives the files it adds (-wal, -shm) the mode of the first.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        _use_write_ahead_log(path)
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": BUSY_SECONDS},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        writer = engine.execution_options(**{WRITES: True})
        with writer.begin() as connection:
            _migrate(connection)
    return Store(engine, writer, str(path))


def _open_postgresql(url: URL, shown: str) -> Store:
    """Open a database of PostgreSQL. A lock inside it keeps two first openings apart."""
    writer = create_engine(url, hide_parameters=True)
    with writer.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        _migrate(connection)
    # Without this a reader could see events that are newer than the head it has read.
    reader = writer.execution_options(isolation_level="REPEATABLE READ")
    return Store(reader, writer, shown)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; other threads and processes wait."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _use_write_ahead_log(path: Path) -> None:
    """Readers don't keep the writer out then. The file remembers it.

    Called under the lock: SQLite doesn't wait here, it fails if another one is about.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    finally:
        connection.close()
    if mode != "wal":
        raise RolloutError(
            f"{path} lies on a file system that can't hold a journal (SQLite says: {mode})",
            "move it to a local disk with MUNIFORM_STATE, or give a URL of PostgreSQL",
        )


def _configure_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # None: the driver begins no transactions by itself, so that BEGIN is ours (below).
    connection.isolation_level = None
    # A row with bytes that aren't text must be found by the chain, not end the search for it.
    connection.text_factory = _tolerant_text
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _tolerant_text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that first reads must not find out only later that another one was faster.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    """Bring the schema up to the newest migration, in the transaction of the caller."""
    config = Config()
    # A percent sign would start an interpolation of ConfigParser.
    location = str(Path(__file__).with_name("migrations")).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise RolloutError(
            f"the journal was written by a newer muniform ({error})",
            "update muniform on this machine; the journal was not changed",
        ) from error


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn what the database or the file system says into an error that says what to do."""
    try:
        yield
    except NoSuchModuleError as error:
        raise RolloutError(f"the journal {where}: {error}", "check the URL's driver") from error
    except ModuleNotFoundError as error:
        raise RolloutError(
            f"the journal {where} needs the Python module {error.name}",
            f"install it in muniform's environment: pip install {error.name}",
        ) from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error)
        hint = next((hint for part, hint in HINTS if part in said), NOTHING_RECORDED)
        raise RolloutError(f"the journal {where}: {said.strip()}", hint) from error
