"""The lab as a whole: up, status, down, faults. This is what the command line and tests call.

``up`` is all or nothing: if it fails half-way it takes away what it made. ``down`` finds a lab by
its containers' label and its namespace's name, so it also cleans up after a killed daemon.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import TypeAdapter

from muniform.errors import LabError
from muniform.lab import build, channel, daemon
from muniform.lab import plan as plans
from muniform.lab.choosing import WHOLE_CITY, Choice
from muniform.lab.deriving import lab_spec
from muniform.lab.endpoint import endpoint
from muniform.lab.fault_order import FaultOrder
from muniform.lab.files import private_folder
from muniform.lab.image import Progress
from muniform.lab.locks import LockedError, held
from muniform.lab.offering import offered
from muniform.lab.paths import LabPaths
from muniform.lab.spec import LabSpec, Service
from muniform.lab.status import LabStatus, Wire, wires
from muniform.model import City
from muniform.render import first_boot

REBUILD = "muniform lab down && muniform lab up"
TOOLS: dict[str, str] = {"podman": "podman", "ip": "iproute2", "nsenter": "util-linux"}
"""Programs the lab calls, and the packages that bring them."""

DYING_SECONDS = 2.0
"""How long a daemon that was killed may still hold its lock while it answers nobody."""

_STATUS = TypeAdapter(LabStatus)
_NAMES = TypeAdapter(frozenset[str])


def up(
    city: City,
    state: Path,
    cache: Path,
    clock_scale: float,
    progress: Progress,
    choice: Choice = WHOLE_CITY,
) -> None:
    """Build the lab of what is chosen of a city and serve it; nothing to do if it is served.

    Raises LabError.
    ``clock_scale`` is how much faster than ours the simulated devices' clocks run; ``cache`` is
    the user's cache folder (``image.default_cache``), where the image is kept.
    """
    paths = LabPaths.of(state)
    if not choice.is_simulated_only or paths.containers.exists():
        _require_root("it makes containers and network namespaces")
        _require_tools()
    spec = lab_spec(city, first_boot, choice)
    private_folder(paths.state)
    private_folder(paths.folder)
    with _at_work(paths):
        if daemon.running(paths):
            _require_same(paths, spec)
            progress("the lab is up already")
            return
        build.tear_down(paths, _silent)
        _require_free(paths, spec)
        started = time.monotonic()
        try:
            build.build(paths, spec, cache, clock_scale, progress)
        except BaseException:
            build.tear_down(paths, _silent)
            raise
        progress(f"the lab is up after {time.monotonic() - started:.0f} s")


def status(state: Path) -> LabStatus:
    """What runs. Raises LabError if the daemon lives and does not answer."""
    paths = LabPaths.of(state)
    visible = os.geteuid() == 0 and paths.containers.exists()
    containers = build.leftovers(paths) if visible else ()
    if not daemon.running(paths):
        return LabStatus(running=False, containers=containers)
    try:
        answer = channel.ask(paths.socket, {"do": "status"})
    except LabError:
        if not daemon.gone(paths, DYING_SECONDS):
            raise
        return LabStatus(running=False, containers=containers)
    return _STATUS.validate_python(answer | {"running": True, "containers": containers})


def wiring(state: Path, device: str | None = None) -> tuple[Wire, ...]:
    """Who is cabled to whom, and which ports are up; of one device, its own ends first.

    Raises LabError if the lab is not up, or has no cable at a device of this name.
    """
    paths = LabPaths.of(state)
    answer = channel.ask(paths.socket, {"do": "wires"})
    found = wires(plans.read(paths.folder).spec, _NAMES.validate_python(answer["up"]))
    if device is None:
        return found
    ends = {end.device for wire in found for end in (wire.a, wire.b)}
    if device not in ends:
        raise LabError(f"the lab has no cable at {device!r}", offered(device, ends))
    return tuple(w.seen_from(device) for w in found if device in (w.a.device, w.b.device))


def down(state: Path, progress: Progress) -> None:
    """Take the lab away, whatever state it is in. Secrets, keys and journal stay."""
    paths = LabPaths.of(state)
    if not paths.folder.is_dir():
        progress("there is no lab")
        return
    if paths.containers.exists():
        _require_root("it removes containers and network namespaces")
    with _at_work(paths):
        build.tear_down(paths, progress)


def set_fault(state: Path, order: FaultOrder) -> None:
    """Let a simulated device misbehave, or behave again. Raises LabError for a wrong name."""
    channel.ask(LabPaths.of(state).socket, order.message())


def reboot(state: Path, device: str) -> float:
    """Start a simulated device or a container anew; for how many seconds it is away from now.

    A container is back when this returns. Raises LabError for a name that does not exist.
    """
    paths = LabPaths.of(state)
    if not daemon.running(paths):
        raise LabError("the lab is not up", "muniform lab up")
    plan = plans.read(paths.folder)
    names = {m.name for m in plan.spec.machines} | {d.name for d in plan.spec.devices}
    if device not in names:
        raise LabError(f"the lab has no device {device!r}", offered(device, names))
    machine = plan.spec.machine(device)
    if machine is None:
        answer = channel.ask(paths.socket, {"do": "reboot", "device": device})
        return float(str(answer["seconds"]))
    _require_root("it starts a container anew")
    with _at_work(paths):
        pid = build.reboot(paths, plan, machine)
        channel.ask(paths.socket, {"do": "rewired", "machine": device, "pid": pid})
    return 0.0


def _silent(_: str) -> None:
    """What a clean-up nobody asked for says."""


def _require_root(reason: str) -> None:
    if os.geteuid() != 0:
        raise LabError(
            f"the lab needs root: {reason}",
            "put sudo before the command; without root there is: muniform lab up --simulated",
        )


def _require_tools() -> None:
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            raise LabError(f"{tool} is not installed", f"apt install {package}")


@contextmanager
def _at_work(paths: LabPaths) -> Iterator[None]:
    try:
        with held(paths.work_lock):
            yield
    except LockedError:
        raise LabError(
            "another 'muniform lab up', 'down' or 'reboot' is at work on this lab",
            "wait until it has ended",
        ) from None


def _require_same(paths: LabPaths, spec: LabSpec) -> None:
    """A lab that runs must serve what this city needs."""
    served = set(status(paths.state).services)
    wanted = {str(service) for service in spec.services}
    if served != wanted:
        differing = ", ".join(sorted(served ^ wanted)[:4])
        raise LabError(
            f"the lab that runs was built for other sites or another inventory: {differing}",
            REBUILD,
        )


def _require_free(paths: LabPaths, spec: LabSpec) -> None:
    """Refuse to build what could not be served: another lab may use the same addresses."""
    for service in spec.services:
        place = endpoint(service.address, service.port)
        if not _is_free(place):
            other = _lab_that_serves(service, paths)
            raise LabError(
                f"{place[0]}:{place[1]}, where {service} would be served, is in use"
                + (f": another lab runs, of {other}" if other else " by another program"),
                f"MUNIFORM_STATE={other} muniform lab down" if other else "end that program",
            )


def _lab_that_serves(service: Service, paths: LabPaths) -> str:
    """The state folder of another lab on this machine that serves an address, or an empty text."""
    for state in daemon.states():
        with suppress(OSError, ValueError):  # it has just ended, or belongs to somebody else
            description = LabPaths.of(state).description
            if str(service) in json.loads(description.read_text())["services"]:
                return "" if state == paths.state else str(state)
    return ""


def _is_free(place: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
