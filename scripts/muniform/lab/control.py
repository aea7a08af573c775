"""The lab as a whole: up, status, down, faults. This is what the command line and tests call.

``up`` is all or nothing: if it fails half-way it takes away what it made. ``down`` finds a lab by
its containers' label and its namespace's name, so it also cleans up after a killed daemon.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from muniform.errors import LabError
from muniform.lab import build, channel, daemon
from muniform.lab.endpoint import endpoint
from muniform.lab.files import private_folder
from muniform.lab.image import Progress
from muniform.lab.locks import LockedError, held
from muniform.lab.paths import LabPaths
from muniform.lab.spec import LabSpec, lab_spec
from muniform.model import City
from muniform.render import first_boot

REBUILD = "muniform lab down && muniform lab up"
TOOLS: dict[str, str] = {"podman": "podman", "ip": "iproute2", "nsenter": "util-linux"}
"""Programs the lab calls, and the packages that bring them."""


@dataclass(frozen=True)
class LabStatus:
    """A lab as it is now."""

    running: bool
    pid: int | None = None
    clock_scale: float = 1.0
    services: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The faults that are on, for each simulated switch."""
    containers: tuple[tuple[str, bool], ...] = ()
    """Name, and whether it runs; only root sees them. Without a daemon: what a dead lab left."""


_STATUS = TypeAdapter(LabStatus)


def up(
    city: City,
    state: Path,
    cache: Path,
    clock_scale: float,
    progress: Progress,
    sites: Collection[str] = (),
) -> None:
    """Build the lab of a city's sites and serve it; nothing to do if it serves them already.

    ``sites`` are ids or codes; none named: all. Raises LabError.
    ``clock_scale`` is how much faster than ours the simulated switches' clocks run; ``cache`` is
    the user's cache folder (``image.default_cache``), where the image is kept.
    """
    _require_root()
    _require_tools()
    paths = LabPaths.of(state)
    spec = lab_spec(city, first_boot, sites)
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
    containers = build.leftovers(paths) if os.geteuid() == 0 else ()
    if not daemon.running(paths):
        return LabStatus(running=False, containers=containers)
    answer = channel.ask(paths.socket, {"do": "status"})
    return _STATUS.validate_python(answer | {"running": True, "containers": containers})


def down(state: Path, progress: Progress) -> None:
    """Take the lab away, whatever state it is in. Secrets, keys and journal stay."""
    _require_root()
    paths = LabPaths.of(state)
    if not paths.folder.is_dir():
        progress("there is no lab")
        return
    with _at_work(paths):
        build.tear_down(paths, progress)


def set_fault(
    state: Path, device: str, fault: str, on: bool, point: str = "", times: int | None = None
) -> None:
    """Let a simulated device misbehave, or behave again. Raises LabError for a wrong name."""
    request: channel.Message = {
        "do": "fault", "device": device, "name": fault, "on": on, "point": point, "times": times,
    }  # fmt: skip
    channel.ask(LabPaths.of(state).socket, request)


def _silent(_: str) -> None:
    """What a clean-up nobody asked for says."""


def _require_root() -> None:
    if os.geteuid() != 0:
        raise LabError(
            "the lab needs root: it makes containers and network namespaces",
            "put sudo before the command; all other commands work without it",
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
            "another 'muniform lab up' or 'down' is at work on this lab", "wait until it has ended"
        ) from None


def _require_same(paths: LabPaths, spec: LabSpec) -> None:
    """A lab that runs must serve what this city needs."""
    served = set(status(paths.state).services)
    wanted = {str(service) for service in spec.services}
    if served != wanted:
        differing = ", ".join(sorted(served ^ wanted)[:4])
        raise LabError(f"the lab that runs was built for another inventory: {differing}", REBUILD)


def _require_free(paths: LabPaths, spec: LabSpec) -> None:
    """Refuse to build what could not be served: another lab may use the same addresses."""
    for service in spec.services:
        place = endpoint(service.address, service.port)
        if not _is_free(place):
            other = build.lab_that_serves(service, paths)
            raise LabError(
                f"{place[0]}:{place[1]}, where {service} would be served, is in use"
                + (f": another lab runs, of {other}" if other else " by another program"),
                f"MUNIFORM_STATE={other} muniform lab down" if other else "end that program",
            )


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
