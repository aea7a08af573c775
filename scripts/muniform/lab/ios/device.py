"""One simulated switch: its configurations, its flash, its revert timer, and who is logged in.

The device lives without its sessions: a timer runs out, and a configuration is put back, whether
anybody is connected or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from muniform.lab.ios import applying, discovery, loading, replacing, users, vlans
from muniform.lab.ios.applying import Applied
from muniform.lab.ios.archive import Archive
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.dates import date
from muniform.lab.ios.defaults import boot_configuration, settle
from muniform.lab.ios.editor import load
from muniform.lab.ios.lockout import Lockout
from muniform.lab.ios.management import management_path
from muniform.lab.ios.reloading import PlannedReload
from muniform.lab.ios.replacing import Replaced
from muniform.lab.ios.reverting import Pending
from muniform.lab.ios.tree import printed
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.flash import Flash
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.spec import DeviceSpec

VERSION = "17.12.4"
CAPACITY = 11_353_194_496
"""Of the flash, in bytes."""


class IosSwitch(SimulatedDevice):
    """A switch that keeps its state from boot to boot."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        super().__init__(spec, clock)
        self.version = spec.version or VERSION
        self.flash = Flash(CAPACITY, clock.now, lambda: self.faults.has(Condition.FLASH_FULL))
        self.archive = Archive(self.flash)
        self.lockout = Lockout(clock.now)
        self.hardware = Hardware(
            frozenset(spec.ports), ".".join(self.version.split(".")[:2]), spec.serial
        )
        self.config = Node()
        self.startup = spec.startup
        self.pending: Pending | None = None
        self.planned_reload: PlannedReload | None = None
        self.boot_messages: list[str] = []
        """What the console said about lines of the startup configuration it did not accept."""
        self.generation = 0
        """Grows when the whole tree is exchanged: references into it are stale then."""
        self.changed_at, self.changed_by = clock.now(), ""
        self.saved_at: datetime | None = None
        self._saved_users: list[Node] = []
        self.booted_at = clock.now()
        self.boot()

    # What it runs

    @property
    def running(self) -> str:
        """The running configuration without its volatile head."""
        return "\n".join(printed(self.config)) + "\n"

    @property
    def hostname(self) -> str:
        return (self.config.value("hostname") or ("Switch",))[0]

    @property
    def description(self) -> str:
        return (
            "Cisco IOS Software, Catalyst L3 Switch Software (CAT9K_IOSXE), "
            f"Version {self.version}, RELEASE SOFTWARE (simulated)"
        )

    def announces(self, port: str) -> Announcement | None:
        return discovery.announcement(self, port, self.description)

    def is_up(self, port: str) -> bool:
        section = self.config.find("interface", port)
        return not self.is_away and section is not None and not section.has("shutdown")

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
        loading.disturb(self.config, self.faults)
        self.changed(user)
        return [line for each in rejected for line in str(each).split("\n")]

    def replace(self, text: str, user: str, revert_on_error: bool) -> Replaced:
        """``configure replace``: with ``revert_on_error`` a line that is refused to the end means
        that the switch goes back to where it was."""
        candidate = replacing.read(text, self.hardware, self.faults)
        if candidate is None:
            return replacing.NO_CONFIGURATION
        before, unseen = self.config.copy(), candidate.unseen
        done = self._turn_into(candidate.root, user)
        if revert_on_error and (candidate.rejected or not done.is_complete):
            self._turn_into(before.copy(), user)
            self.exchange(before, user)
            return candidate.taken_back(done.refused)
        return candidate.applied(done.passes, done.refused, unseen)

    def _turn_into(self, wanted: Node, user: str) -> Applied:
        """Apply what differs, line by line. Sessions that a line cuts off are gone, and the switch
        goes on without them."""
        start = self.config.copy()

        def watch() -> None:
            seen = applying.seen_by_sessions(self.config, start)
            cut = management_path(seen, self.spec.wiring, self.spec)
            if cut != self._cut:
                self._cut = cut
                self.announce()

        done = applying.apply(self.config, wanted, self.hardware, watch)
        if done.passes:
            self.generation += 1
            self.changed(user)
        return done

    # Reverting

    def start_revert(self, minutes: int, user: str) -> list[str] | None:
        """Remember what runs now; in ``minutes`` of device time it runs again.

        None if there is no room for the copy that must be kept.
        """
        kept = self.keep_copy()
        if kept is None:
            return None
        before = self.config.copy()
        users.forget(before)  # a revert leaves those alone
        timer = self.revert_after(minutes * 60, self._run_out)
        self.pending = Pending(before, user, minutes, self.clock.now(), timer)
        return [
            f"Rollback Confirmed Change: Backing up current running config to {kept}",
            "",
        ]

    def restart_revert(self, minutes: int) -> bool:
        """Give a pending change another deadline. False if nothing was pending."""
        if self.pending is None:
            return False
        self.pending.cancel()
        self.pending.minutes, self.pending.since = minutes, self.clock.now()
        self.pending.timer = self.revert_after(minutes * 60, self._run_out)
        return True

    def keep_copy(self) -> str | None:
        """Put the running configuration into the archive."""
        stamp = self.clock.now().strftime("%b-%d-%H-%M-%S.%f")[:-3]
        return self.archive.keep(self.config, self.running_file(), stamp)

    def confirm(self) -> bool:
        """Keep what runs. False if nothing was pending."""
        if self.pending is None:
            return False
        self.pending.cancel()
        self.pending = None
        return True

    def revert_now(self) -> bool:
        """Go back at once. False if nothing was pending."""
        pending = self.pending
        if not self.confirm() or pending is None:
            return False
        self._turn_into(pending.before, pending.user)
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
        self.cancel_reload()

    def reload_in(self, minutes: int, user: str) -> None:
        """Start anew after so much device time, unless it is cancelled."""
        self.cancel_reload()
        at = self.clock.now() + timedelta(minutes=minutes)
        timer = self.clock.call_later(minutes * 60, self.reload)
        self.planned_reload = PlannedReload(at, user, str(self.spec.wiring.controller), timer)

    def cancel_reload(self) -> bool:
        """False if none was planned."""
        planned, self.planned_reload = self.planned_reload, None
        if planned is not None:
            planned.timer.cancel()
        return planned is not None

    def residue(self) -> list[str]:
        left = ["a revert timer"] if self.pending is not None else []
        left += ["a planned reload"] if self.planned_reload is not None else []
        # The archive's copies are the switch's own.
        kept = {Flash.name_of(name) for name in self.archive.names}
        return left + [f"flash:/{name}" for name in self.flash.names if name not in kept]


Show = Callable[[IosSwitch, Sequence[str]], list[str]]
"""A ``show`` command: the lines that are printed for its arguments."""
