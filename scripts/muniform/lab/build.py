"""Builds a lab, step by step, and takes it away again. ``control`` decides when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from muniform.lab import daemon, network
from muniform.lab import plan as plans
from muniform.lab.blank import Credentials
from muniform.lab.containers import Containers, listed
from muniform.lab.credentials import ensure_secrets, public_key
from muniform.lab.enrolling import enrol_lab
from muniform.lab.files import write_private
from muniform.lab.image import Progress, ensure_image
from muniform.lab.limits import allow_containers
from muniform.lab.paths import LabPaths
from muniform.lab.plan import DaemonPlan
from muniform.lab.podman import SETTINGS_FILE, Podman, containers_conf
from muniform.lab.spec import LabSpec, Machine, Part
from muniform.secrets import SecretStore


def build(
    paths: LabPaths, spec: LabSpec, cache: Path, clock_scale: float, progress: Progress
) -> None:
    """From nothing to a lab that serves. Leaves a half-made lab behind if a step raises."""
    made = ensure_secrets(paths.secrets, spec.secrets)
    if made:
        progress(f"secrets made: {', '.join(made)}")
    pids: Mapping[str, int] = {}
    keys: Mapping[str, tuple[str, ...]] = {}
    if spec.machines:
        pids, keys = _build_containers(paths, spec, cache, progress)
    enrol_lab(paths, spec, keys)
    plans.write(paths.folder, DaemonPlan(clock_scale, spec, pids))
    daemon.start(paths)
    progress(f"serving {len(spec.services)} addresses, {len(spec.devices)} simulated devices")


def _build_containers(
    paths: LabPaths, spec: LabSpec, cache: Path, progress: Progress
) -> tuple[Mapping[str, int], Mapping[str, tuple[str, ...]]]:
    """Started, wired and blank: the first process and the host keys of each."""
    image = ensure_image(cache, progress)
    allow_containers(len(spec.machines), progress)
    write_private(paths.containers, "")
    containers = Containers(Podman(containers_conf(paths.folder)), paths.id, image)
    progress(f"starting {_counted(spec)}")
    containers.start(spec, str(paths.state))
    pids = containers.pids(spec)
    network.build(paths.namespace, network.plan(spec, pids), pids)
    keys = containers.make_blank(spec, _credentials(paths, spec))
    progress(
        f"containers are blank and wired: {len(spec.segments)} VLANs, {len(spec.circuits)} WAN"
    )
    return pids, keys


def tear_down(paths: LabPaths, progress: Progress) -> None:
    """Remove everything a lab consists of, as far as it is there."""
    if daemon.stop(paths):
        progress("daemon stopped")
    if paths.containers.exists():
        removed = Containers(_podman(paths), paths.id, image="").remove()
        if removed:
            progress(f"{len(removed)} containers removed")
        if network.remove(paths.namespace):
            progress("network removed")
    for leftover in (paths.description, paths.socket, paths.folder / plans.FILE):
        leftover.unlink(missing_ok=True)
    paths.containers.unlink(missing_ok=True)


def reboot(paths: LabPaths, plan: DaemonPlan, machine: Machine) -> int:
    """Start a container anew and plug its cables in again; its first process.

    Raises LabError. The daemon must be told of the process, whose namespace is another one.
    """
    containers = Containers(_podman(paths), paths.id, image="")
    containers.stop(machine.name)
    network.unplug(paths.namespace, plan.spec, machine, containers.running(plan.spec))
    containers.start_again(machine.name)
    pids = containers.running(plan.spec)
    network.wire(paths.namespace, network.plan_again(plan.spec, machine, pids), pids)
    containers.settle(plan.spec, machine)
    plans.write(paths.folder, replace(plan, pids={**plan.pids, **pids}))
    return pids[machine.name]


def leftovers(paths: LabPaths) -> tuple[tuple[str, bool], ...]:
    """The lab's containers, and whether each runs."""
    return tuple((c.name, c.running) for c in listed(_podman(paths)) if c.lab == paths.id)


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
