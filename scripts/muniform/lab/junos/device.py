"""One simulated Junos device: what it runs, its revert timer, and how it starts.

Committing is saving: what is committed is what a boot starts with. Only a commit that waits for its
confirmation is not: a boot takes it back.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from muniform.lab.junos import interfaces
from muniform.lab.junos.checks import Refusal, refusals
from muniform.lab.junos.concealing import conceal
from muniform.lab.junos.database import Database, Editor, LockedError, held_by
from muniform.lab.junos.loading import Action, Complaint, Loaded, load_text
from muniform.lab.junos.management import closed_services, management_path
from muniform.lab.junos.printing import printed
from muniform.lab.junos.spoiling import part_of, spoiled
from muniform.lab.junos.tree import Node, empty
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.spec import DeviceSpec

VERSION = "23.4R2-S4.5"
NO_SPACE = "could not save to juniper.save+: No space left on device"
_STRANGER_PID = 4711


@dataclass
class Pending:
    """A commit that is taken back unless it is confirmed in time."""

    before: Node
    user: str
    timer: asyncio.TimerHandle


class CommitRefused(Exception):
    """Nothing was committed. The refusals say why."""

    def __init__(self, reasons: list[Refusal]) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons = reasons


class JunosDevice(SimulatedDevice):
    """A switch or a firewall that keeps its state from boot to boot."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        super().__init__(spec, clock)
        self.version = spec.version or VERSION
        self.database = Database(clock.now)
        self.pending: Pending | None = None
        self.boot_messages: list[Complaint] = []
        """What was said of statements of the first configuration that it did not accept."""
        self.booted_at = clock.now()
        self._pids = 5000
        self._stranger = Editor("netops", "cli", _STRANGER_PID, clock.now())
        self._closed: Mapping[int, str] = {}
        first = load_text(spec.startup, empty(), Action.OVERRIDE)
        self.boot_messages = first.complaints
        conceal(first.root)
        self.database.commit(first.root, "root", "other")
        self.boot()

    # What it runs

    @property
    def config(self) -> Node:
        """What is committed."""
        return self.database.committed

    @property
    def running(self) -> str:
        """The committed configuration without its volatile head."""
        return printed(self.config)

    @property
    def hostname(self) -> str:
        return self.config.value("system", "host-name") or "Amnesiac"

    @property
    def chassis(self) -> str:
        """The MAC address that it is known by."""
        digest = hashlib.sha256(self.spec.serial.encode() or self.spec.name.encode()).digest()
        return ":".join(f"{byte:02x}" for byte in (0x2C, 0x6B, 0xF5, *digest[:3]))

    def service_fault(self, port: int) -> str | None:
        return self._closed.get(port)

    def is_up(self, port: str) -> bool:
        return not self.is_away and interfaces.is_enabled(self.config, port)

    def announces(self, port: str) -> Announcement | None:
        if not self.is_up(port) or not interfaces.speaks_lldp(self.config, port):
            return None
        domain = self.config.value("system", "domain-name")
        name = f"{self.hostname}.{domain}" if domain else self.hostname
        return Announcement(name, port, self.chassis, self.description, self.spec.declared)

    @property
    def description(self) -> str:
        """What it says of itself over LLDP and SNMP."""
        return (
            f"Juniper Networks, Inc. {self.spec.model.lower()} Ethernet Switch, kernel JUNOS "
            f"{self.version}"
        )

    # Changing it

    def editor(self, user: str, client: str) -> Editor:
        """A new session that may work on the configuration."""
        self._pids += 1
        return Editor(user, client, self._pids, self.clock.now())

    def may_change(self, editor: Editor) -> None:
        """Raises LockedError if somebody else holds the configuration."""
        if self.faults.has(Condition.LOCKED):
            raise LockedError(held_by(self._stranger))
        self.database.may_change(editor)

    def lock(self, editor: Editor) -> None:
        """Raises LockedError."""
        self.may_change(editor)
        self.database.lock(editor)

    def stage(self, editor: Editor, loaded: Loaded) -> None:
        """What was loaded becomes the editor's candidate. Raises LockedError."""
        self.may_change(editor)
        root = loaded.root
        if self.faults.has(Condition.PARTIAL_LOAD):
            root = part_of(root, self.database.of(editor))
        conceal(root)
        self.database.change(editor, root)

    def check(self, editor: Editor) -> None:
        """``commit check``. Raises CommitRefused or LockedError."""
        self.may_change(editor)
        reasons = refusals(self.database.of(editor))
        if reasons:
            raise CommitRefused(reasons)

    def commit(self, editor: Editor, log: str = "", minutes: int | None = None) -> None:
        """Run the candidate from now on; with ``minutes`` only until they are over.

        It also confirms what was committed before. Raises CommitRefused or LockedError.
        """
        self.check(editor)
        if self.faults.has(Condition.FLASH_FULL):
            raise CommitRefused([Refusal(NO_SPACE)])
        if editor.private is not None and editor.private_base is not self.config:
            raise LockedError("configuration database modified since private copy was made")
        before = self.pending.before if self.pending else self.config
        self._cancel()
        root = self.database.of(editor)
        # Going back takes the device's own copy, not what a client gave it.
        if self.faults.has(Condition.COMMITS_OTHER) and printed(root) != printed(before):
            root = spoiled(root)
        comment = ""
        if minutes is not None:
            comment = f"commit confirmed, rollback in {minutes}mins"
            timer = self.revert_after(minutes * 60, self.run_out)
            self.pending = Pending(before, editor.user, timer)
        self.database.commit(root, editor.user, editor.client, comment, log)
        if editor.private is not None:
            editor.private = editor.private_base = root
        self.changed()

    def changed(self) -> None:
        """If the way in is gone now, every session that came by it is."""
        self._cut = management_path(self.config, self.spec.wiring, self.spec)
        self._closed = closed_services(self.config, self.spec.wiring, self.spec)
        self.announce()

    def run_out(self) -> None:
        """The time to confirm is over."""
        if self.pending is not None:
            self._revert(self.pending)
            self.changed()

    def _revert(self, pending: Pending) -> None:
        self._cancel()
        self.database.commit(pending.before, pending.user, "other")

    def _cancel(self) -> None:
        if self.pending is not None:
            self.pending.timer.cancel()
            self.pending = None

    # Starting

    def boot(self) -> None:
        if self.pending is not None:
            self._revert(self.pending)
        self.database.candidate = self.database.committed
        self.database.locked_by = None
        self.booted_at = self.clock.now()
        self.changed()
        self.started()

    def stop(self) -> None:
        if self.pending is not None:
            self.pending.timer.cancel()

    def residue(self) -> list[str]:
        left = ["a commit that waits for its confirmation"] if self.pending else []
        holder = self.database.locked_by
        left += [f"the lock of {holder.user}"] if holder else []
        return [*left, *(["a changed candidate"] if self.database.is_modified else [])]

    def uptime(self) -> int:
        """Seconds since the last boot."""
        return int((self.clock.now() - self.booted_at).total_seconds())

    def committed_at(self) -> datetime:
        return self.database.history[0].at
