"""One simulated switch: its configurations, its flash, its sessions and their timer.

It lives without its clients: a timer runs out, and a configuration is put back, whether anybody is
connected or not.
"""

from __future__ import annotations

from datetime import datetime

from muniform.lab.eos import defaults, interfaces, names
from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.defaults import settle
from muniform.lab.eos.editor import load
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.management import api_fault, management_path, ssh_fault
from muniform.lab.eos.sessions import Sessions
from muniform.lab.eos.tree import Node, printed
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.fabric import Announcement
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.flash import Flash
from muniform.lab.simulated.spec import SSH, DeviceSpec
from muniform.lab.simulated.spoiling import arrived

HTTPS = 443
VERSION = "4.33.2F"
CAPACITY = 3_519_041_536
"""Of the flash, in bytes."""
NO_SPACE = "No space left on device"


class EosSwitch(SimulatedDevice):
    """A switch that keeps its state from boot to boot."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        super().__init__(spec, clock)
        self.version = spec.version or VERSION
        self.flash = Flash(CAPACITY, clock.now, lambda: self.faults.has(Condition.FLASH_FULL))
        self.hardware = Hardware(tuple(dict.fromkeys((*spec.ports, names.MANAGEMENT_PORT))))
        self.config = Node()
        self.startup = spec.startup
        self.saved_at, self.saved_by = clock.now(), ""
        self.sessions = Sessions(self)
        self.boot_messages: list[str] = []
        """What was said about lines of the startup configuration that were not accepted."""
        self.generation = 0
        """Grows when the whole tree is exchanged: references into it are stale then."""
        self.booted_at = clock.now()
        self.reload_cause = "Reload requested by the user."
        self.boot()

    # What it runs

    @property
    def running(self) -> str:
        """The running configuration without its comments on top."""
        return "\n".join(printed(self.config)) + "\n"

    @property
    def hostname(self) -> str:
        return (self.config.value("hostname") or ("localhost",))[0]

    @property
    def fqdn(self) -> str:
        domain = self.config.value("dns", "domain")
        return f"{self.hostname}.{domain[0]}" if domain else self.hostname

    @property
    def uptime(self) -> float:
        """Seconds of device time since it booted."""
        return (self.clock.now() - self.booted_at).total_seconds()

    @property
    def identity_line(self) -> str:
        return f"! device: {self.hostname} ({self.spec.model}, EOS-{self.version})"

    def service_fault(self, port: int) -> str | None:
        source = self.spec.wiring.controller
        return {HTTPS: api_fault, SSH: ssh_fault}[port](self.config, source)

    def is_up(self, port: str) -> bool:
        section = self.config.find("interface", port)
        return not self.is_away and section is not None and not section.has("shutdown")

    def announces(self, port: str) -> Announcement | None:
        section = self.config.find("interface", port)
        speaks = section is not None and not section.has("no", "lldp", "transmit")
        if not self.is_up(port) or not speaks or self.config.has("no", "lldp", "run"):
            return None
        system = f"Arista Networks EOS version {self.version} running on an {self.spec.model}"
        chassis = interfaces.mac(self, 0)
        return Announcement(self.fqdn, port, chassis, system, self.spec.declared)

    # Changing it

    def changed(self) -> None:
        """To be called after each change: what is always there is put back, and whoever came
        through what is gone now is dropped."""
        settle(self.config, self.hardware)
        self._cut = management_path(self.config, self.spec.wiring, self.spec)
        self.announce()

    def exchange(self, root: Node, user: str) -> None:  # noqa: ARG002 - the protocol's name
        """Run another configuration from now on."""
        self.config.children = root.children
        self.generation += 1
        self.changed()

    def merge(self, text: str) -> list[str]:
        """``copy file running-config``: bad lines are reported, the others apply."""
        rejected = load(self.taken_in(text), self.config, self.hardware)
        self.changed()
        return [line for each in rejected for line in str(each).split("\n")]

    def replace(self, text: str, user: str, ignores_errors: bool) -> list[str]:
        """``configure replace``: with a bad line in it, nothing happens unless errors are
        ignored. Raises CliError."""
        if self.sessions.pending is not None:
            raise CliError("Cannot replace the configuration while a commit timer is running")
        root, rejected = defaults.read("\n".join(self.taken_in(text)), self.hardware)
        report = [line for each in rejected for line in str(each).split("\n")]
        if rejected and not ignores_errors:
            raise CliError("Failed to replace the configuration: errors in the file", shown=report)
        self.exchange(root, user)
        return report

    def taken_in(self, text: str) -> list[str]:
        """The lines of a file as they arrive: a broken device loses the last third of them."""
        lines = text.replace("\r\n", "\n").split("\n")
        return arrived(lines) if self.faults.has(Condition.PARTIAL_LOAD) else lines

    # Saving and starting

    def save(self, user: str) -> None:
        """``write memory``. Raises CliError if the flash is full."""
        self.keep_startup(self.running, user)

    def keep_startup(self, text: str, user: str) -> None:
        """Boot with ``text`` from now on. Raises CliError if the flash is full."""
        if self.faults.has(Condition.FLASH_FULL):
            raise CliError(f"Error writing startup-config ({NO_SPACE})")
        self.startup, self.saved_at, self.saved_by = text, self.clock.now(), user

    def write_file(self, path: str, text: str) -> None:
        """Put a file on the flash. Raises CliError."""
        if self.faults.has(Condition.FLASH_FULL):
            raise CliError(f"Error writing {path} ({NO_SPACE})")
        if not self.flash.write(path, text.encode()):
            raise CliError(f"Error writing {path} (Invalid argument)")

    def boot(self) -> None:
        self.stop()
        root, rejected = defaults.read(self.startup, self.hardware)
        self.boot_messages = [str(each) for each in rejected]
        self.booted_at = self.clock.now()
        self.exchange(root, "")
        self.started()

    def stop(self) -> None:
        self.sessions.stop()

    def residue(self) -> list[str]:
        pending = self.sessions.pending
        left = [f"the commit timer of session {pending.candidate.name}"] if pending else []
        left += [f"session {each.name}" for each in self.sessions.open]
        return left + [f"flash:/{name}" for name in self.flash.names]


def date(moment: datetime) -> str:
    """A date as EOS prints it."""
    return moment.strftime("%a %b ") + f"{moment.day:2d} " + moment.strftime("%H:%M:%S %Y")
