"""One simulated switch: its configurations, its scheduled reload, and who is logged in.

It has no revert timer. What it has is ``reload after``: the switch starts anew with its startup
configuration, and what was not saved is lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from muniform.lab.procurve.arguments import Hardware
from muniform.lab.procurve.editor import load
from muniform.lab.procurve.management import management_path
from muniform.lab.procurve.printing import printed
from muniform.lab.procurve.state import Setting, State
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.spec import DeviceSpec

NAMES = {
    "J9773A": ("HP J9773A 2530-24G-PoEP Switch", "YA"),
    "JL255A": ("Aruba JL255A 2930F-24G-PoE+-4SFP+ Switch", "WC"),
    "JL256A": ("Aruba JL256A 2930F-48G-PoE+-4SFP+ Switch", "WC"),
}
"""What a model calls itself, and the letters of its software."""
RELEASE = "16.11.0012"
FULL = "Unable to write the configuration: no space left in flash."


@dataclass
class Schedule:
    """A reload that will happen. ``timer`` is None for one that the fault ``locked`` plays."""

    at: datetime
    timer: asyncio.TimerHandle | None = None


class ProcurveSwitch(SimulatedDevice):
    """A switch that keeps its state from boot to boot."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        super().__init__(spec, clock)
        self.title, letters = NAMES.get(spec.model, (f"HP {spec.model} Switch", "WC"))
        self.release = spec.version or f"{letters}.{RELEASE}"
        self.hardware = Hardware(spec.ports)
        self.startup = spec.startup
        self.boot_messages: list[str] = []
        """What it refused of its startup configuration."""
        self.generation = 0
        """Grows when the whole state is exchanged: references into it are stale then."""
        self._read_startup = "", ""
        self._schedule: Schedule | None = None
        self._passwords: list[Setting] = []
        self.booted_at = clock.now()
        self.state = State(self.hardware)
        self.boot()

    # What it runs

    @property
    def hostname(self) -> str:
        return (self.state.root.value("hostname") or ('"Switch"',))[0].strip('"')

    @property
    def running(self) -> str:
        """The running configuration without its volatile head."""
        return "\n".join(printed(self.state)) + "\n"

    @property
    def head(self) -> list[str]:
        return [
            f"; {self.spec.model} Configuration Editor; Created on release #{self.release}",
            f"; Ver #14:{':'.join(('6f', *sha256(self.release.encode()).hexdigest()[:8:2]))}",
        ]

    @property
    def mac(self) -> str:
        digest = sha256(self.spec.serial.encode()).hexdigest()
        return "3863bb" + digest[:6]

    @property
    def is_modified(self) -> bool:
        return self.running != self.saved

    @property
    def saved(self) -> str:
        """The startup configuration as it is printed."""
        if self._read_startup[0] != self.startup:
            state, _ = load(self.startup, self.hardware)
            self._read_startup = self.startup, "\n".join(printed(state)) + "\n"
        return self._read_startup[1]

    def changed(self) -> None:
        """To be called after each change: if the way in is gone now, every session is."""
        self._cut = management_path(self.state, self.spec.wiring, self.spec)
        self.announce()

    # Saving and starting

    def save(self) -> list[str]:
        """``write memory``; what it says."""
        if self.faults.has(Condition.FLASH_FULL):
            return [FULL]
        self.startup = self.running
        self._passwords = [
            *self.state.root.starting("password", "manager"),
            *self.state.root.starting("password", "operator"),
        ]
        return []

    def boot(self) -> None:
        self.stop()
        self.state, self.boot_messages = load(self.startup, self.hardware)
        # Passwords that the configuration does not include are kept apart from it.
        for setting in self._passwords:
            if not self.state.root.has("include-credentials"):
                self.state.root.put(setting)
        self.generation += 1
        self.booted_at = self.clock.now()
        self._cut = management_path(self.state, self.spec.wiring, self.spec)
        self.started()

    def stop(self) -> None:
        self.cancel_reload()

    def residue(self) -> list[str]:
        """What a transaction must not leave behind."""
        return ["a scheduled reload"] if self._schedule is not None else []

    # The scheduled reload

    @property
    def schedule(self) -> Schedule | None:
        if self._schedule is None and self.faults.has(Condition.LOCKED):
            return Schedule(self.clock.now() + timedelta(days=1))
        return self._schedule

    def reload_in(self, delay: timedelta) -> None:
        """Start anew after ``delay`` of device time, in place of what was scheduled before."""
        self.cancel_reload()
        timer = self.clock.call_later(delay.total_seconds(), self.reload)
        self._schedule = Schedule(self.clock.now() + delay, timer)

    def cancel_reload(self) -> None:
        if self._schedule is not None and self._schedule.timer is not None:
            self._schedule.timer.cancel()
        self._schedule = None

    def left_configuration(self) -> None:
        """A session has left configuration mode: two faults wait for that."""
        if self._schedule is not None and self.faults.has(Condition.EARLY_TIMER):
            self.reload_in(timedelta(0))

    # Its neighbours

    def announces(self, port: str) -> Announcement | None:
        if not self.is_up(port) or not self._speaks(port):
            return None
        mac = ":".join(self.mac[at : at + 2] for at in range(0, 12, 2))
        system = f"{self.title}, revision {self.release}"
        return Announcement(self.hostname, port, mac, system, self.spec.declared)

    def is_up(self, port: str) -> bool:
        return not self.is_away and not self.state.interface(port).has("disable")

    def neighbours(self) -> list[tuple[str, Announcement]]:
        """Who is heard on which port."""
        found = []
        for port in self.spec.ports:
            heard = self.fabric.hears(self.spec.name, port)
            if heard is not None and self.is_up(port) and self._speaks(port):
                found.append((port, heard))
        return found

    def _speaks(self, port: str) -> bool:
        root = self.state.root
        status = root.value("lldp", "admin-status", port)
        return not root.is_off("lldp", "run") and status != ("disable",)

    def has_link(self, port: str) -> bool:
        return self.is_up(port) and self.fabric.has_link(self.spec.name, port)

    def carrier(self, port: str) -> str:
        """The aggregation that a port belongs to, or the port itself."""
        return self.state.trunk_of(port) or port
