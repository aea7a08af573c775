"""One simulated switch: its configurations, its flash, its revert timer, and who is logged in.

The device lives without its sessions: a timer runs out, and a configuration is put back, whether
anybody is connected or not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from muniform.lab.ios import users, vlans
from muniform.lab.ios.archive import Archive
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.defaults import blank, boot_configuration, settle
from muniform.lab.ios.editor import load
from muniform.lab.ios.flash import Flash
from muniform.lab.ios.lockout import Lockout
from muniform.lab.ios.management import management_path
from muniform.lab.ios.tree import Node, printed
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.spec import DeviceSpec

ABORTED = "Rollback aborted after 5 passes"


@dataclass
class Pending:
    """A change that reverts unless it is confirmed in time."""

    before: Node
    user: str
    minutes: int
    since: datetime
    timer: asyncio.TimerHandle


@dataclass(frozen=True)
class Replaced:
    """What came of ``configure replace``."""

    lines: list[str]
    is_applied: bool


VERSION = "17.12.4"


class IosSwitch(SimulatedDevice):
    """A switch that keeps its state from boot to boot."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        super().__init__(spec, clock)
        self.version = spec.version or VERSION
        self.flash = Flash(clock.now)
        self.archive = Archive(self.flash)
        self.lockout = Lockout(clock.now)
        self.hardware = Hardware(
            frozenset(spec.ports), ".".join(self.version.split(".")[:2]), spec.serial
        )
        self.config = Node()
        self.startup = spec.startup
        self.pending: Pending | None = None
        self.boot_messages: list[str] = []
        """What the console said about lines of the startup configuration it did not accept."""
        self.generation = 0
        """Grows when the whole tree is exchanged: references into it are stale then."""
        self.changed_at, self.changed_by = clock.now(), ""
        self.saved_at: datetime | None = None
        self._saved_users: list[Node] = []
        self.booted_at = clock.now()
        self._cut: str | None = None
        self.boot()

    # What it runs

    @property
    def running(self) -> str:
        """The running configuration without its volatile head."""
        return "\n".join(printed(self.config)) + "\n"

    @property
    def hostname(self) -> str:
        return (self.config.value("hostname") or ("Switch",))[0]

    def way_in(self) -> str | None:
        return self._cut

    def head(self) -> list[str]:
        """The comment lines that say when the configuration was changed and saved."""
        by = f" by {self.changed_by}" if self.changed_by else ""
        lines = ["!", f"! Last configuration change at {date(self.changed_at)}{by}"]
        if self.saved_at is not None:
            lines.append(f"! NVRAM config last updated at {date(self.saved_at)}")
        return [*lines, "!"]

    def running_file(self) -> str:
        """The running configuration as it is written into a file."""
        return "\n".join([*self.head(), *printed(self.config)]) + "\n"

    # Changing it

    def changed(self, user: str) -> None:
        """To be called after each change: what is always there is put back, and if the way in is
        gone now, every session is."""
        settle(self.config, self.hardware)
        self.changed_at, self.changed_by = self.clock.now(), user
        self._cut = management_path(self.config, self.spec.wiring, self.spec)
        self.announce()

    def exchange(self, root: Node, user: str) -> None:
        """Run another configuration from now on."""
        vlans.keep(self.config, root)
        users.keep(self.config, root)
        self.config.children = root.children
        self.generation += 1
        self.changed(user)

    def merge(self, text: str, user: str) -> list[str]:
        """``copy file running-config``: bad lines are reported, the others apply."""
        rejected = load(text, self.config, self.hardware)
        self.changed(user)
        return [line for each in rejected for line in str(each).split("\n")]

    def replace(self, text: str, user: str, revert_on_error: bool) -> Replaced:
        """``configure replace``: with ``revert_on_error`` a bad line means that nothing changes."""
        lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
        if not lines or lines[-1].strip() != "end" or not _has_version(lines):
            return Replaced(["%The input file is not a valid config file."], False)
        root = blank(self.hardware)
        rejected = load(text, root, self.hardware, strict=True)
        settle(root, self.hardware)
        report: list[str] = []
        if rejected:
            failed = [each.line for each in rejected]
            report = ["The following commands are failed to apply to the IOS image."]
            report += ["********", *failed, "********", ""]
        if rejected and revert_on_error:
            report += [ABORTED, "Reverting to the original configuration"]
            report += ["The original configuration has been successfully restored."]
            return Replaced(report, False)
        unseen = [node.line for node in users.users(root)]
        passes = 0
        vlans.keep(self.config, root)
        users.keep(self.config, root)
        if printed(root, with_database=True) != printed(self.config, with_database=True):
            passes = 1
            self.exchange(root, user)
        if rejected:
            return Replaced([*report, "Total number of passes: 5", ABORTED, ""], True)
        if unseen:
            return Replaced(_never_equal(unseen), True)
        return Replaced([f"Total number of passes: {passes}", "Rollback Done", ""], True)

    # Reverting

    def start_revert(self, minutes: int, user: str) -> list[str]:
        """Remember what runs now; in ``minutes`` of device time it runs again."""
        before = self.config.copy()
        users.forget(before)  # a revert leaves those alone
        kept = self.keep_copy()
        timer = self.clock.call_later(minutes * 60, self._run_out)
        self.pending = Pending(before, user, minutes, self.clock.now(), timer)
        return [
            f"Rollback Confirmed Change: Backing up current running config to {kept}",
            "",
        ]

    def restart_revert(self, minutes: int) -> bool:
        """Give a pending change another deadline. False if nothing was pending."""
        if self.pending is None:
            return False
        self.pending.timer.cancel()
        self.pending.minutes, self.pending.since = minutes, self.clock.now()
        self.pending.timer = self.clock.call_later(minutes * 60, self._run_out)
        return True

    def keep_copy(self) -> str | None:
        """Put the running configuration into the archive."""
        stamp = self.clock.now().strftime("%b-%d-%H-%M-%S.%f")[:-3]
        return self.archive.keep(self.config, self.running_file(), stamp)

    def confirm(self) -> bool:
        """Keep what runs. False if nothing was pending."""
        if self.pending is None:
            return False
        self.pending.timer.cancel()
        self.pending = None
        return True

    def revert_now(self) -> bool:
        """Go back at once. False if nothing was pending."""
        pending = self.pending
        if pending is None:
            return False
        pending.timer.cancel()
        self.pending = None
        self.exchange(pending.before, pending.user)
        return True

    def _run_out(self) -> None:
        self.revert_now()

    # Saving and starting

    def save(self) -> None:
        """``write memory``."""
        self.saved_at = self.clock.now()
        self.startup = self.running_file()
        self._saved_users = [node.copy() for node in users.users(self.config)]
        if self.archive.saves_on_write(self.config):
            self.keep_copy()

    @property
    def is_modified(self) -> bool:
        """True if running and startup differ."""
        root, _ = boot_configuration(self.startup, self.hardware)
        return printed(root) != printed(self.config)

    def boot(self) -> None:
        self.stop()
        root, self.boot_messages = boot_configuration(self.startup, self.hardware)
        if self.config.children:
            vlans.restore(self.config, root)
        users.forget(self.config)
        root.children += [node.copy() for node in self._saved_users]
        self.booted_at = self.clock.now()
        self.lockout = Lockout(self.clock.now)
        self.exchange(root, "")
        self.started()

    def stop(self) -> None:
        self.confirm()


def _never_equal(unseen: list[str]) -> list[str]:
    """IOS compares again after each pass: a line of the file that it never prints stays a
    difference, until it gives up. Everything is applied all the same."""
    stars = "********"
    head = "The rollback configlet from the last pass is listed below:"
    configlet = ["!List of Rollback Commands:", *unseen, "end"]
    return [head, stars, *configlet, stars, "", "", ABORTED, ""]


def _has_version(lines: list[str]) -> bool:
    return any(line.startswith("version ") for line in lines)


def date(moment: datetime) -> str:
    """A date as IOS prints it."""
    return moment.strftime("%H:%M:%S UTC %a %b ") + f"{moment.day} {moment.year}"
