"""Leases: one process at a time may change a target, and everyone else is told who and until when.

A lease ends when it is released, when its time is over, or when its holder is provably dead:
the same machine, and its process gone or the machine started anew. Whoever takes over is told so
and must read the target before anything else: a change may be waiting there for its confirmation.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from muniform.errors import MuniformError, RolloutError
from muniform.rollout.store import Store
from muniform.rollout.tables import leases, stamp, utc_now

FREE_COMMAND = "muniform lease free"


@dataclass(frozen=True)
class Process:
    """A process, so named that no other is ever mistaken for it.

    ``machine`` is where ``pid`` means something: machine id and PID namespace. ``pid_start`` is
    in clock ticks since the machine started (proc(5), ``starttime``).
    """

    host: str
    machine: str
    boot_id: str
    pid: int
    pid_start: int

    @classmethod
    def of_row(cls, row: Row[Any]) -> Process:
        """The process that wrote a row."""
        return cls(row.host, row.machine, row.boot_id, row.pid, row.pid_start)


class Life(StrEnum):
    """What can be said from here about a process."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def this_process() -> Process:
    """The process that asks."""
    try:
        machine_id = Path("/etc/machine-id").read_text().strip()
    except OSError:
        machine_id = ""
    namespace = Path("/proc/self/ns/pid").stat().st_ino
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    started, _ = _start_and_state(os.getpid())
    return Process(socket.gethostname(), f"{machine_id}/{namespace}", boot_id, os.getpid(), started)


def life_of(process: Process, here: Process) -> Life:
    """Whether a process still lives, as far as ``here`` can know."""
    if (process.host, process.machine) != (here.host, here.machine):
        return Life.UNKNOWN
    if process.boot_id != here.boot_id:
        return Life.DEAD
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return Life.DEAD
    except PermissionError:
        pass  # it exists and belongs to another account
    try:
        started, state = _start_and_state(process.pid)
    except OSError:
        return Life.ALIVE  # /proc may hide other accounts' processes; the signal found it
    # Z, X: killed, and only its parent hasn't asked yet how it ended.
    dead = started != process.pid_start or state in "ZX"
    return Life.DEAD if dead else Life.ALIVE


def _start_and_state(pid: int) -> tuple[int, str]:
    """Start time (ticks since boot) and state of a process: fields 22 and 3 of its stat."""
    # The second field is the program's name in brackets, and may hold blanks and brackets.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[19]), fields[0]


@dataclass(frozen=True)
class Holder:
    """Who holds a target's lease, since when and until when."""

    target: str
    owner: str
    process: Process
    acquired_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Held:
    """A lease in our hands. ``taken_over`` is the holder whose dead or expired lease it was:
    then read the target first."""

    target: str
    token: str
    expires_at: datetime
    taken_over: Holder | None = None


class Leases:
    """The leases of one owner (``run 7 of alice``); fits ``muniform.devices.protocols.Lease``."""

    def __init__(
        self,
        store: Store,
        owner: str,
        now: Callable[[], datetime] = utc_now,
        process: Process | None = None,
    ) -> None:
        self._store = store
        self._owner = owner
        self._now = now
        self._process = process or this_process()

    def acquire(self, target: str, seconds: float) -> Held:
        """Take the target's lease. ``seconds`` outlive the device's confirm timer plus its grace.

        Raises RolloutError with holder, times and the way out if somebody else has it.
        """
        if seconds <= 0:
            raise ValueError(f"a lease of {seconds} seconds")
        with self._store.writing() as (connection, _):
            now = self._now()
            previous = _holder(connection, target)
            if previous and not self._is_over(previous, now):
                raise self._refusal(previous)
            held = Held(target, uuid4().hex, now + timedelta(seconds=seconds), previous)
            connection.execute(delete(leases).where(leases.c.target == target))
            connection.execute(
                insert(leases).values(
                    target=target,
                    token=held.token,
                    owner=self._owner,
                    acquired_at=stamp(now),
                    expires_at=stamp(held.expires_at),
                    **asdict(self._process),
                )
            )
        return held

    def renew(self, held: Held, seconds: float) -> Held:
        """Hold on for ``seconds`` from now. Raises RolloutError if somebody took the lease."""
        expires_at = self._now() + timedelta(seconds=seconds)
        with self._store.writing() as (connection, _):
            ours = (leases.c.target == held.target) & (leases.c.token == held.token)
            changed = connection.execute(
                update(leases).where(ours).values(expires_at=stamp(expires_at))
            )
            if not changed.rowcount:
                raise self._lost(held, _holder(connection, held.target))
        return Held(held.target, held.token, expires_at, held.taken_over)

    def release(self, held: Held) -> bool:
        """Give a lease back. False if it wasn't ours any more; nobody else's is ever freed."""
        with self._store.writing() as (connection, _):
            ours = (leases.c.target == held.target) & (leases.c.token == held.token)
            return bool(connection.execute(delete(leases).where(ours)).rowcount)

    @contextmanager
    def held(self, target: str, seconds: float) -> Iterator[Held]:
        """Hold the target's lease for a ``with`` block; see the protocol for how it is left."""
        held = self.acquire(target, seconds)
        try:
            yield held
        except MuniformError:
            # The error that is under way says more; a lease that stays ends by itself.
            with suppress(RolloutError):
                self.release(held)
            raise
        if not self.release(held):
            raise self._lost(held, self.holder(target))

    def holder(self, target: str) -> Holder | None:
        """Who holds a target now, if anybody."""
        with self._store.reading() as connection:
            return _holder(connection, target)

    def holders(self) -> tuple[Holder, ...]:
        """Every lease that was not released, by target."""
        with self._store.reading() as connection:
            rows = connection.execute(select(leases).order_by(leases.c.target))
            return tuple(_as_holder(row) for row in rows)

    def free(self, target: str) -> Holder | None:
        """End a lease whose holder can't, by an operator's decision; return whose it was.

        Raises RolloutError if the holder is alive on this machine: stop it instead.
        """
        with self._store.writing() as (connection, _):
            holder = _holder(connection, target)
            if holder and life_of(holder.process, self._process) is Life.ALIVE:
                raise self._refusal(holder)
            connection.execute(delete(leases).where(leases.c.target == target))
        return holder

    def _is_over(self, holder: Holder, now: datetime) -> bool:
        return holder.expires_at <= now or life_of(holder.process, self._process) is Life.DEAD

    def _refusal(self, holder: Holder) -> RolloutError:
        process, until = holder.process, stamp(holder.expires_at)
        hint = f"wait until then; if that process is known to be gone: {FREE_COMMAND} "
        hint += holder.target
        if life_of(process, self._process) is Life.ALIVE:
            hint = f"let it finish, or stop it: kill -INT {process.pid}"
        return RolloutError(
            f"{holder.target} is being changed by {holder.owner} (process {process.pid} on "
            f"{process.host}) since {stamp(holder.acquired_at)}, until {until} at the latest",
            hint,
        )

    def _lost(self, held: Held, holder: Holder | None) -> RolloutError:
        taker = f"{holder.owner} took it" if holder else "it was freed"
        return RolloutError(
            f"the lease on {held.target} ran until {stamp(held.expires_at)} and was lost: {taker}",
            "two changes may have met: read the target again with "
            f"muniform plan --target {held.target}",
        )


def _holder(connection: Connection, target: str) -> Holder | None:
    row = connection.execute(select(leases).where(leases.c.target == target)).one_or_none()
    return _as_holder(row) if row else None


def _as_holder(row: Row[Any]) -> Holder:
    return Holder(
        row.target,
        row.owner,
        Process.of_row(row),
        datetime.fromisoformat(row.acquired_at),
        datetime.fromisoformat(row.expires_at),
    )
