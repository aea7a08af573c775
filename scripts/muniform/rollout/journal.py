"""The journal: what was about to be done, to which target, and how each target stands.

The only source of truth of a rollout. An event is durable before ``record`` returns, and is
written before the act it announces; so whatever is killed, the next start knows where to look.
Events are only ever added, masked and chained (see ``tables``); the states of runs and targets
are kept beside them for quick reading, and ``verify`` holds both against each other.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Row, func, insert, select, update

from muniform.errors import RolloutError
from muniform.masking import Secret, mask
from muniform.rollout.leases import Life, Process, life_of, this_process
from muniform.rollout.store import Store
from muniform.rollout.tables import (
    FIRST_STATE,
    OWN_KINDS,
    RUN_ADOPTED,
    RUN_ENDED,
    RUN_STARTED,
    STATE_SET,
    EventRow,
    Head,
    VerifyReport,
    canonical,
    chain_head,
    check_chain,
    clean,
    disagreements,
    events,
    runs,
    stamp,
    target_states,
    utc_now,
)


class TargetState(StrEnum):
    """How one target of a run stands."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    UNKNOWN = "UNKNOWN"  # nobody read how it ended, or what was left on it: must be read again
    DONE = "DONE"
    FAILED = "FAILED"
    REVERTED = "REVERTED"
    STALE = "STALE"
    SKIPPED = "SKIPPED"


class RunState(StrEnum):
    """How a run stands, or ended."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"  # by an operator
    INTERRUPTED = "INTERRUPTED"  # its process died; another one cleaned up after it


@dataclass(frozen=True)
class Run:
    """One run: what was to be applied (commit, digest of the plan), by whom, and how it stands."""

    id: int
    kind: str
    commit: str
    digest: str
    operator: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    process: Process


@dataclass(frozen=True)
class Target:
    """How one target of a run stands. The hashes are of its configuration before and after."""

    run_id: int
    name: str
    state: TargetState
    pre_hash: str | None
    post_hash: str | None
    updated_at: datetime


@dataclass(frozen=True)
class Event:
    """Something that was about to be done, or was found."""

    seq: int
    run_id: int
    target: str | None
    kind: str
    payload: Mapping[str, Any]
    at: datetime
    hash: str


class Journal:
    """An open journal. Threads may share it; processes open their own."""

    def __init__(
        self,
        store: Store,
        secrets: Iterable[Secret] = (),
        now: Callable[[], datetime] = utc_now,
        process: Process | None = None,
    ) -> None:
        self.store = store
        self._secrets = tuple(secrets)
        self._now = now
        self._process = process or this_process()

    @classmethod
    def open(
        cls,
        where: str | Path,
        secrets: Iterable[Secret] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the journal in a file or behind a URL. ``secrets`` are masked in all it keeps."""
        return cls(Store.open(where), secrets, now)

    def close(self) -> None:
        """Close it; a journal that is never closed loses nothing."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def start_run(
        self,
        kind: str,
        commit: str,
        digest: str,
        targets: Iterable[str],
        operator: str | None = None,
    ) -> Run:
        """Begin a run: all its targets are PENDING. ``operator`` is this account by default."""
        names = list(dict.fromkeys(targets))
        said = {"kind": kind, "commit_id": commit, "digest": digest}
        said |= {"operator": operator or current_operator(), "state": RunState.RUNNING.value}
        with self.store.writing() as (connection, head):
            at = stamp(self._now())
            masked = {field: mask(value, self._secrets) for field, value in said.items()}
            row = {**masked, **asdict(self._process), "started_at": at}
            run = _as_run(connection.execute(insert(runs).values(row).returning(runs)).one())
            started = {**row, "targets": names}
            self._append(connection, head, run.id, at, [(None, RUN_STARTED, started)])
            pending = {"run_id": run.id, "state": FIRST_STATE, "updated_at": at}
            if names:
                rows = [{**pending, "target": name} for name in names]
                connection.execute(insert(target_states), rows)
        return run

    def record(
        self, run: Run, target: str | None, kind: str, payload: Mapping[str, object]
    ) -> None:
        """Add an event; call it before the act. Durable when it returns.

        Values that contain a secret are masked. Raises TypeError for a Secret, and for what isn't
        JSON's; RolloutError if nothing could be written: then the act must not be done.
        """
        if kind in OWN_KINDS:
            raise ValueError(f"events of the kind {kind!r} are written by the journal itself")
        with self.store.writing() as (connection, head):
            self._append(connection, head, run.id, stamp(self._now()), [(target, kind, payload)])

    def recorder(self, run: Run) -> RunRecorder:
        """What the device layer is given to record with."""
        return RunRecorder(self, run)

    def set_state(
        self,
        run: Run,
        target: str,
        state: TargetState,
        pre_hash: str | None = None,
        post_hash: str | None = None,
    ) -> None:
        """Say how a target stands now, as event and as state. A hash of None stays what it was."""
        hashes = {"pre_hash": pre_hash, "post_hash": post_hash}
        known = {name: value for name, value in hashes.items() if value is not None}
        self._set_states(run, [target], {"state": state.value, **known})

    def set_states(self, run: Run, targets: Iterable[str], state: TargetState) -> None:
        """The same state for many targets, in one go: all or none."""
        self._set_states(run, list(dict.fromkeys(targets)), {"state": state.value})

    def end_run(self, run: Run, state: RunState) -> Run:
        """End a run, once. Raises RolloutError if it has ended before."""
        with self.store.writing() as (connection, head):
            at = stamp(self._now())
            ended = update(runs).where(runs.c.id == run.id, runs.c.ended_at.is_(None))
            if not connection.execute(ended.values(state=state.value, ended_at=at)).rowcount:
                raise RolloutError(f"run {run.id} has ended already", "start a new run")
            self._append(connection, head, run.id, at, [(None, RUN_ENDED, {"state": state.value})])
        return replace(run, state=state, ended_at=datetime.fromisoformat(at))

    def mark_unknown(self, given_up: Collection[int] = ()) -> tuple[Target, ...]:
        """Adopt the runs whose process is dead, and turn their RUNNING into UNKNOWN.

        Returns every UNKNOWN target of those runs: each must be read again. A run that is alive
        on this machine is left alone, and so is one on another machine, since nothing can be said
        about it from here, unless an operator gave it up (by its id).
        """
        unknown: list[Target] = []
        with self.store.writing() as (connection, head):
            at = stamp(self._now())
            for run in _unfinished(connection):
                if not self._is_dead(run, given_up):
                    continue
                # From now on it is ours, so that no third process adopts it as well.
                mine = asdict(self._process)
                connection.execute(update(runs).where(runs.c.id == run.id).values(mine))
                head = self._append(connection, head, run.id, at, [(None, RUN_ADOPTED, mine)])
                running = [
                    target.name
                    for target in _targets(connection, run.id)
                    if target.state is TargetState.RUNNING
                ]
                said = {"state": TargetState.UNKNOWN.value}
                head = self._write_states(connection, head, run.id, at, running, said)
                unknown += _targets(connection, run.id)
        return tuple(target for target in unknown if target.state is TargetState.UNKNOWN)

    # Reading

    def unfinished(self) -> tuple[Run, ...]:
        """Runs that never ended, the oldest first: under way, or left by a dead process."""
        with self.store.reading() as connection:
            return _unfinished(connection)

    def unread(self) -> tuple[Run, ...]:
        """Runs with a target that must be read again, the oldest first; most of them ended."""
        of_unknown = select(target_states.c.run_id).where(
            target_states.c.state == TargetState.UNKNOWN.value
        )
        with self.store.reading() as connection:
            rows = connection.execute(
                select(runs).where(runs.c.id.in_(of_unknown)).order_by(runs.c.id)
            )
            return tuple(_as_run(row) for row in rows)

    def was_adopted(self, run: Run) -> bool:
        """Whether the process of a run is not the one that started it."""
        return any(event.kind == RUN_ADOPTED for event in self.events(run))

    def last_runs(self, count: int = 10) -> tuple[Run, ...]:
        """The newest runs, the newest first."""
        with self.store.reading() as connection:
            rows = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(count))
            return tuple(_as_run(row) for row in rows)

    def life_of(self, run: Run) -> Life:
        """Whether the process of a run still lives, as far as can be known here."""
        return life_of(run.process, self._process)

    def targets(self, run: Run) -> tuple[Target, ...]:
        """How the targets of a run stand, by name."""
        with self.store.reading() as connection:
            return _targets(connection, run.id)

    def events(self, run: Run | None = None, target: str | None = None) -> tuple[Event, ...]:
        """Events in their order: all, of one run, of one target, or of one target in one run."""
        wanted = select(events).order_by(events.c.seq)
        if run:
            wanted = wanted.where(events.c.run_id == run.id)
        if target:
            wanted = wanted.where(events.c.target == target)
        with self.store.reading() as connection:
            return tuple(_as_event(row) for row in connection.execute(wanted))

    def verify(self, anchor: Head | None = None) -> VerifyReport:
        """Check the chain from its first event to its head, and the states against the events.

        ``anchor`` is an earlier report's head that was noted elsewhere; see ``tables`` for what
        can be found only with it.
        """
        with self.store.reading() as connection:
            row = connection.execute(select(chain_head)).one_or_none()
            # What isn't a number is as good as gone.
            head = Head(row.length, row.hash) if row and isinstance(row.length, int) else None
            rows = connection.execute(
                select(events).order_by(events.c.seq).execution_options(yield_per=1000)
            )
            report = check_chain((EventRow(*row) for row in rows), head, anchor)
            if report.ok:
                report = replace(report, disagreements=disagreements(connection))
            return report

    # Inside

    def _append(
        self,
        connection: Connection,
        head: Head,
        run_id: int,
        at: str,
        items: Sequence[tuple[str | None, str, Mapping[str, object]]],
    ) -> Head:
        """Add events to the end of the chain and move its head, in the writer's transaction."""
        last = connection.execute(select(func.max(events.c.seq))).scalar() or 0
        if last != head.count:
            raise RolloutError(
                f"the journal's last event is {last}, its head says {head.count}: it was altered",
                "nothing is recorded any more; look at it with: muniform journal verify",
            )
        rows = []
        for target, kind, payload in items:
            text = canonical(clean(payload, self._secrets))
            row = EventRow(head.count + 1, run_id, target, kind, text, at, head.hash)
            row = replace(row, hash=row.computed_hash())
            rows.append(asdict(row))
            head = Head(row.seq, row.hash)
        connection.execute(insert(events), rows)
        connection.execute(update(chain_head).values(length=head.count, hash=head.hash))
        return head

    def _set_states(self, run: Run, names: Sequence[str], said: Mapping[str, str]) -> None:
        with self.store.writing() as (connection, head):
            at = stamp(self._now())
            self._write_states(connection, head, run.id, at, names, said)

    def _write_states(
        self,
        connection: Connection,
        head: Head,
        run_id: int,
        at: str,
        names: Sequence[str],
        said: Mapping[str, str],
    ) -> Head:
        """Add the events of new states and bring the rows beside them up to date."""
        if not names:
            return head
        rows = (target_states.c.run_id == run_id) & target_states.c.target.in_(names)
        change = update(target_states).where(rows).values(**said, updated_at=at)
        if connection.execute(change).rowcount != len(names):
            known = {target.name for target in _targets(connection, run_id)}
            strangers = ", ".join(sorted({*names} - known))
            raise RolloutError(f"run {run_id} has no target {strangers}", "start a new run")
        items = [(name, STATE_SET, said) for name in names]
        return self._append(connection, head, run_id, at, items)

    def _is_dead(self, run: Run, given_up: Collection[int]) -> bool:
        life = self.life_of(run)
        return life is Life.DEAD or (life is Life.UNKNOWN and run.id in given_up)


@dataclass(frozen=True)
class RunRecorder:
    """Records into one run; fits ``muniform.devices.protocols.Recorder``."""

    journal: Journal
    run: Run

    def record(self, target: str, kind: str, payload: Mapping[str, object]) -> None:
        """See ``Journal.record``."""
        self.journal.record(self.run, target, kind, payload)


def current_operator() -> str:
    """The account of the person at the keyboard, also behind sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def _unfinished(connection: Connection) -> tuple[Run, ...]:
    open_runs = select(runs).where(runs.c.ended_at.is_(None)).order_by(runs.c.id)
    return tuple(_as_run(row) for row in connection.execute(open_runs))


def _targets(connection: Connection, run_id: int) -> tuple[Target, ...]:
    of_run = select(target_states).where(target_states.c.run_id == run_id)
    rows = connection.execute(of_run.order_by(target_states.c.target))
    return tuple(_as_target(row) for row in rows)


def _as_run(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.kind,
        row.commit_id,
        row.digest,
        row.operator,
        RunState(row.state),
        datetime.fromisoformat(row.started_at),
        datetime.fromisoformat(row.ended_at) if row.ended_at else None,
        Process.of_row(row),
    )


def _as_target(row: Row[Any]) -> Target:
    return Target(
        row.run_id,
        row.target,
        TargetState(row.state),
        row.pre_hash,
        row.post_hash,
        datetime.fromisoformat(row.updated_at),
    )


def _as_event(row: Row[Any]) -> Event:
    return Event(
        row.seq,
        row.run_id,
        row.target,
        row.kind,
        json.loads(row.payload),
        datetime.fromisoformat(row.at),
        row.hash,
    )
