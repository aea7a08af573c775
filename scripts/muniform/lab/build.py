"""Builds a lab, step by step, and takes it away again. ``control`` decides when."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from muniform.lab import daemon, network
from muniform.lab import plan as plans
from muniform.lab.blank import Credentials
from muniform.lab.containers import Containers, listed
from muniform.lab.credentials import ensure_secrets, public_key
from muniform.lab.endpoint import endpoint
from muniform.lab.image import Progress, ensure_image
from muniform.lab.known_hosts import enrol
from muniform.lab.paths import LabPaths
from muniform.lab.plan import DaemonPlan, ForwardPlan
from muniform.lab.podman import SETTINGS_FILE, Podman, containers_conf
from muniform.lab.spec import SSH_PORT, LabSpec, Part, Service
from muniform.lab.switches import ensure_host_key, public_line
from muniform.secrets import SecretStore


def build(
    paths: LabPaths, spec: LabSpec, cache: Path, clock_scale: float, progress: Progress
) -> None:
    """From nothing to a lab that serves. Leaves a half-made lab behind if a step raises."""
    image = ensure_image(cache, progress)
    containers = Containers(Podman(containers_conf(paths.folder)), paths.id, image)
    made = ensure_secrets(paths.secrets, spec.secrets)
    if made:
        progress(f"secrets made: {', '.join(made)}")
    progress(f"starting {_counted(spec)}")
    containers.start(spec, str(paths.state))
    pids = containers.pids(spec)
    network.build(paths.namespace, network.plan(spec, pids), pids)
    keys = containers.make_blank(spec, _credentials(paths, spec))
    progress(f"containers are blank and wired: {len(spec.segments)} VLANs, {len(spec.cables)} WAN")
    _enrol(paths, spec, keys)
    plans.write(paths.folder, _plan(paths, spec, containers, pids, clock_scale))
    daemon.start(paths)
    progress(f"serving {len(spec.services)} addresses, {len(spec.switches)} simulated switches")


def tear_down(paths: LabPaths, progress: Progress) -> None:
    """Remove everything a lab consists of, as far as it is there."""
    if daemon.stop(paths):
        progress("daemon stopped")
    removed = Containers(_podman(paths), paths.id, image="").remove()
    if removed:
        progress(f"{len(removed)} containers removed")
    if network.remove(paths.namespace):
        progress("network removed")
    for leftover in (paths.description, paths.socket, paths.folder / plans.FILE):
        leftover.unlink(missing_ok=True)


def leftovers(paths: LabPaths) -> tuple[tuple[str, bool], ...]:
    """The lab's containers, and whether each runs."""
    return tuple((c.name, c.running) for c in listed(_podman(paths)) if c.lab == paths.id)


def lab_that_serves(service: Service, paths: LabPaths) -> str:
    """The state folder of another lab on this machine that serves an address, or an empty text."""
    others = {c.state for c in listed(_podman(paths)) if c.lab != paths.id}
    for state in sorted(others):
        description = LabPaths(Path(state)).description
        with suppress(OSError, ValueError):
            if str(service) in json.loads(description.read_text())["services"]:
                return state
    return ""


def _podman(paths: LabPaths) -> Podman:
    """Podman as this lab's containers were started, without trying anything."""
    settings = paths.folder / SETTINGS_FILE
    return Podman(settings if settings.exists() and settings.read_text() else None)


def _credentials(paths: LabPaths, spec: LabSpec) -> Credentials:
    store = SecretStore(paths.secrets)
    return Credentials(
        public_key(paths.secrets, spec.secrets.ssh_key),
        store.get(spec.dns.key.name),
        store.resolve,
    )


def _counted(spec: LabSpec) -> str:
    routers = sum(1 for machine in spec.machines if machine.part is Part.ROUTER)
    return f"{routers} routers and {len(spec.machines) - routers} hosts"


def _enrol(paths: LabPaths, spec: LabSpec, keys: dict[str, tuple[str, ...]]) -> None:
    """Under its name and as a client meets it: at its loopback address and port."""
    enrolled: dict[tuple[str, ...], tuple[str, ...]] = {
        (machine.name, _met_at(endpoint(machine.address, SSH_PORT))): keys[machine.name]
        for machine in spec.machines
    }
    switch_key = public_line(ensure_host_key(paths.switch_host_key))
    for switch in spec.switches:
        enrolled[switch.name, _met_at(endpoint(switch.address, SSH_PORT))] = (switch_key,)
    enrol(paths.known_hosts, enrolled)


def _met_at(place: tuple[str, int]) -> str:
    return f"[{place[0]}]:{place[1]}"


def _plan(
    paths: LabPaths,
    spec: LabSpec,
    containers: Containers,
    pids: dict[str, int],
    clock_scale: float,
) -> DaemonPlan:
    return DaemonPlan(
        lab=paths.id,
        namespace=paths.namespace,
        clock_scale=clock_scale,
        controller=spec.controller,
        forwards=tuple(
            ForwardPlan(containers.name(machine.name), pids[machine.name], machine.address, port)
            for machine in spec.machines
            for port in machine.ports
        ),
        switches=spec.switches,
    )
