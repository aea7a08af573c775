"""The journal's tables, and the chain that ties its events together.

``migrations/`` makes the tables; a test holds that both agree. Times are UTC, ISO 8601 with
microseconds, as text, so that both databases keep the same bytes and text order is time order.

Each event carries the hash of the one before it, over all runs, and ``chain_head`` keeps the
number and the hash of the last. ``check_chain`` says where the chain is broken. What it can see:

* an event that was edited, deleted, inserted or moved, and events missing from the end;
* an event that was edited *and* hashed anew: the next one doesn't follow it any more.

What it can't: someone who may write the database can hash everything anew from the edited event
on, head included. Only a head that was noted elsewhere (an ``anchor``) shows that.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    select,
)

from muniform.masking import Secret, mask

GENESIS = "0" * 64
# Events that the journal writes by itself, together with the rows of runs and target_states.
RUN_STARTED, RUN_ADOPTED, RUN_ENDED = "run-started", "run-adopted", "run-ended"
STATE_SET = "state"
OWN_KINDS = frozenset({RUN_STARTED, RUN_ADOPTED, RUN_ENDED, STATE_SET})
FIRST_STATE = "PENDING"

Rows = dict[tuple[object, ...], dict[str, object]]

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _process_columns() -> tuple[Column[str] | Column[int], ...]:
    """Which process wrote a row: the fields of ``leases.Process``."""
    return (
        Column("host", String, nullable=False),
        Column("machine", String, nullable=False),
        Column("boot_id", String, nullable=False),
        Column("pid", Integer, nullable=False),
        Column("pid_start", Integer, nullable=False),
    )


runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    # "commit" alone is a reserved word.
    Column("commit_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("operator", String, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    *_process_columns(),
)

target_states = Table(
    "target_states",
    metadata,
    Column("run_id", Integer, ForeignKey(runs.c.id), primary_key=True),
    Column("target", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("pre_hash", String),
    Column("post_hash", String),
    Column("updated_at", String, nullable=False),
)

events = Table(
    "events",
    metadata,
    # Counted by us from the head, without a gap; a sequence of the database would leave gaps.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("run_id", Integer, ForeignKey(runs.c.id), nullable=False),
    Column("target", String),
    Column("kind", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "run_id", "target"),
)

chain_head = Table(
    "chain_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("target", String, primary_key=True),
    Column("token", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("acquired_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    *_process_columns(),
)


def utc_now() -> datetime:
    """The clock that everything here uses unless it is given another."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as text. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: object) -> str:
    """JSON with one spelling for each value: sorted keys, no blanks, ASCII only."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def clean(value: object, secrets: Collection[Secret], path: str = "payload") -> object:
    """A payload as plain JSON data, every secret's value in its texts masked.

    Raises TypeError, naming the path, for a Secret and for whatever JSON has no word for.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return mask(str(value), secrets)
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [clean(item, secrets, f"{path}[{n}]") for n, item in enumerate(value)]
        case Mapping():
            return {
                _clean_key(key, secrets, path): clean(item, secrets, f"{path}.{key}")
                for key, item in value.items()
            }
    # The value isn't shown: it may hold a secret in a form that no mask knows.
    raise TypeError(f"{path} can't be recorded: it is {type(value).__name__}")


def _clean_key(key: object, secrets: Collection[Secret], path: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{path} can't be recorded: a key is {type(key).__name__}")
    return mask(key, secrets)


@dataclass(frozen=True)
class EventRow:
    """A row of ``events`` as it is stored; after tampering a field may be anything."""

    seq: int
    run_id: int
    target: str | None
    kind: str
    payload: str
    at: str
    prev_hash: str
    hash: str = ""

    def computed_hash(self) -> str:
        """SHA-256 over everything but ``hash``. The payload counts as text, byte by byte."""
        fields = [self.seq, self.run_id, self.target, self.kind, self.payload, self.at]
        # repr: a tampered row may hold bytes, which must end as another hash, not as a crash.
        text = json.dumps([*fields, self.prev_hash], separators=(",", ":"), default=repr)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many events, and the hash of the last."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


@dataclass(frozen=True)
class VerifyReport:
    """Whether a chain holds. ``broken_seq`` is the first event that doesn't, ``head`` the end of
    what holds (to be noted elsewhere), ``disagreements`` the state rows that aren't what the
    events say."""

    head: Head
    broken_seq: int | None = None
    reason: str = ""
    disagreements: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.broken_seq is None and not self.disagreements


def check_chain(
    rows: Iterable[EventRow], head: Head | None, anchor: Head | None = None
) -> VerifyReport:
    """Follow the chain through all rows, in the order of ``seq``, to its head.

    ``head`` is what the database keeps (None: the row is gone); ``anchor`` is a head that was
    noted elsewhere at an earlier time.
    """
    last = Head(0, GENESIS)
    for row in rows:
        broken, reason = row.seq, _break_between(last, row)
        if not reason and anchor and row.seq == anchor.count and row.hash != anchor.hash:
            reason = "isn't the one that was noted elsewhere: the chain was written anew"
        if reason:
            if row.seq > last.count + 1:
                broken = last.count + 1
            return VerifyReport(last, broken, f"event {broken} {reason}")
        last = Head(row.seq, row.hash)
    for end, name in ((head, "the head"), (anchor, "the head that was noted elsewhere")):
        if end and end.count > last.count:
            reason = f"events {last.count + 1} to {end.count} are missing from the end, says {name}"
            return VerifyReport(last, last.count + 1, reason)
    if head != last:
        known = f"the head says {head}" if head else "the head is missing"
        broken = head.count + 1 if head and head.count < last.count else last.count
        return VerifyReport(last, broken, f"the last event is {last}, but {known}")
    return VerifyReport(last)


def _break_between(last: Head, row: EventRow) -> str:
    """Why a row can't come after the last good one; empty if it can."""
    if row.seq > last.count + 1:
        return "is missing"
    if row.seq <= last.count:
        return "doesn't belong into the chain"
    if row.hash != row.computed_hash():
        return "was edited"
    if row.prev_hash != last.hash:
        return "doesn't follow the event before it: one of the two was replaced or moved"
    return ""


def disagreements(connection: Connection) -> tuple[str, ...]:
    """Where the rows of runs and targets aren't what the events of a sound chain say."""
    said_runs: Rows = defaultdict(dict)
    said_targets: Rows = defaultdict(dict)
    own = select(events).where(events.c.kind.in_(OWN_KINDS)).order_by(events.c.seq)
    for row in connection.execute(own.execution_options(yield_per=1000)):
        payload = json.loads(row.payload)
        if row.kind == RUN_STARTED:
            start = {"state": FIRST_STATE, "pre_hash": None, "post_hash": None}
            for name in payload.pop("targets"):
                said_targets[row.run_id, name] = {**start, "updated_at": row.at}
            said_runs[(row.run_id,)] = {**payload, "ended_at": None}
        elif row.kind == RUN_ADOPTED:
            said_runs[(row.run_id,)] |= payload
        elif row.kind == RUN_ENDED:
            said_runs[(row.run_id,)] |= {**payload, "ended_at": row.at}
        else:
            said_targets[row.run_id, row.target] |= {**payload, "updated_at": row.at}
    return (
        *_compare(connection, runs, said_runs),
        *_compare(connection, target_states, said_targets),
    )


def _compare(connection: Connection, table: Table, said: Rows) -> list[str]:
    """The rows of a table that differ from what the events say, in words."""
    key = table.primary_key.columns
    rows = connection.execute(select(table)).mappings()
    stored = {tuple(row[column] for column in key): row for row in rows}
    found = []
    for name in sorted({*stored, *said}, key=repr):
        where = f"{table.name} {' '.join(map(str, name))}"
        if name not in stored or name not in said:
            found.append(f"{where}: " + ("is missing" if name in said else "no event made it"))
            continue
        found += [
            f"{where}: {field} is {stored[name][field]!r}, the events say {value!r}"
            for field, value in said[name].items()
            if stored[name][field] != value
        ]
    return found
