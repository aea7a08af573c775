"""A lab's containers: started without any network, found again by their label, removed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from muniform.errors import LabError
from muniform.lab.blank import Credentials, boot_script, host_keys, script
from muniform.lab.podman import Podman
from muniform.lab.spec import LabSpec, Machine, Part

LABEL = "muniform.lab"
STATE_LABEL = "muniform.state"
"""For people: which state folder a lab on this machine belongs to."""
AT_ONCE = 4
"""Containers worked on side by side: podman is bound by the processor, not by waiting."""

SHUTDOWN_TIME = 10
"""Seconds that a machine has to shut down before it is switched off."""

ORPHAN_PATIENCE = 30.0
"""Seconds that a podman call may need to end when its caller was killed."""

CAPABILITIES: dict[Part, str] = {
    # FRR's daemons ask for SYS_ADMIN and don't start without it (they could switch namespaces).
    Part.ROUTER: "NET_ADMIN,NET_RAW,SYS_ADMIN,AUDIT_WRITE",
    Part.HOST: "NET_ADMIN,NET_RAW,AUDIT_WRITE",
}

Item = TypeVar("Item")
Out = TypeVar("Out")


def container_name(lab: str, machine: str) -> str:
    """What podman knows a lab's machine by."""
    return f"muniform-{lab}-{machine}"


@dataclass(frozen=True)
class Containers:
    """The containers of one lab. ``lab`` is its id, ``image`` what they start from."""

    podman: Podman
    lab: str
    image: str

    def name(self, machine: str) -> str:
        return container_name(self.lab, machine)

    def start(self, spec: LabSpec, state: str) -> None:
        """Start every container of a lab, side by side. ``state`` is written on their label."""
        _side_by_side(lambda machine: self._start(machine, state), spec.machines)

    def _start(self, machine: Machine, state: str) -> None:
        sysctls = ["net.ipv4.ip_forward=1"] if machine.part is Part.ROUTER else []
        self.podman.run(
            [
                "run",
                "--detach",
                f"--name={self.name(machine.name)}",
                f"--hostname={machine.name}",
                f"--label={LABEL}={self.lab}",
                f"--label={STATE_LABEL}={state}",
                "--network=none",
                "--no-hosts",
                "--systemd=always",
                f"--cap-add={CAPABILITIES[machine.part]}",
                *(f"--sysctl={sysctl}" for sysctl in sysctls),
                self.image,
            ]
        )

    def make_blank(self, spec: LabSpec, credentials: Credentials) -> dict[str, tuple[str, ...]]:
        """Turn started, wired containers into blank machines; the host keys of each."""

        def prepare(machine: Machine) -> tuple[str, ...]:
            text = script(spec, machine, credentials)
            return host_keys(self.podman.exec(self.name(machine.name), ["sh", "-s"], text))

        results = _side_by_side(prepare, spec.machines)
        return {machine.name: keys for machine, keys in zip(spec.machines, results, strict=True)}

    def pids(self, spec: LabSpec) -> dict[str, int]:
        """The first process of each container, as the machine numbers it."""
        names = [self.name(machine.name) for machine in spec.machines]
        if not names:
            return {}
        lines = self.podman.run(["inspect", "--format={{.State.Pid}}", *names]).split()
        return {machine.name: int(pid) for machine, pid in zip(spec.machines, lines, strict=True)}

    def running(self, spec: LabSpec) -> dict[str, int]:
        """As ``pids``, without the containers that stand still."""
        return {name: pid for name, pid in self.pids(spec).items() if pid}

    def stop(self, machine: str) -> None:
        """Shut a machine down, as its own ``poweroff`` would; its disk stays."""
        self.podman.run(["stop", f"--time={SHUTDOWN_TIME}", self.name(machine)])

    def start_again(self, machine: str) -> None:
        """Switch a stopped machine on. It has no interface then but its loopback."""
        self.podman.run(["start", self.name(machine)])

    def settle(self, spec: LabSpec, machine: Machine) -> None:
        """Wait until a machine has booted, and give it back what only lives while it runs."""
        self.podman.exec(self.name(machine.name), ["sh", "-s"], boot_script(spec, machine))

    def remove(self) -> tuple[str, ...]:
        """Remove every container of this lab, running or not; their names.

        An ``up`` that was killed may have left podman calls that are still making some, and each
        container's monitor outlives it by a moment: both are waited for.
        """
        _wait_until_ended({f"--label={LABEL}={self.lab}"})
        ours = [entry for entry in listed(self.podman) if entry.lab == self.lab]
        if ours:
            self.podman.run(["rm", "--force", "--time=0", "--volumes", *(c.name for c in ours)])
        _wait_until_ended({word for entry in ours for word in (entry.id, entry.name)})
        return tuple(entry.name for entry in ours)


@dataclass(frozen=True)
class Listed:
    """A container of any lab on this machine."""

    id: str
    name: str
    lab: str
    running: bool


def listed(podman: Podman) -> tuple[Listed, ...]:
    """The containers of all labs on this machine."""
    output = podman.run(["ps", "--all", f"--filter=label={LABEL}", "--format=json"])
    entries = json.loads(output or "[]")
    return tuple(
        Listed(
            id=entry["Id"],
            name=entry["Names"][0],
            lab=entry["Labels"][LABEL],
            running=entry["State"] == "running",
        )
        for entry in entries
    )


def _wait_until_ended(arguments: Set[str]) -> None:
    """Wait while a process with one of these arguments runs. LabError after ORPHAN_PATIENCE."""
    deadline = time.monotonic() + ORPHAN_PATIENCE
    while running := processes_with(arguments):
        if time.monotonic() > deadline:
            raise LabError(
                f"a process of podman does not end: {running[0]}",
                "end it, then: muniform lab down",
            )
        time.sleep(0.05)


def processes_with(arguments: Set[str]) -> tuple[int, ...]:
    """The processes that were started with one of exactly these arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_text(errors="replace").split("\0")
        except OSError:
            continue  # it has ended meanwhile
        if not arguments.isdisjoint(words):
            found.append(int(path.parent.name))
    return tuple(found)


def _side_by_side(work: Callable[[Item], Out], items: Iterable[Item]) -> list[Out]:
    """Do something for all items, some at once; the first error is raised after all ended."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, items))
