"""The lab's wires: veth pairs between network namespaces, and one namespace full of bridges.

Nothing here touches the machine's own namespace: pairs are made inside the lab's, their other
ends appear inside the containers', and none of them has a link or a route to the outside.
``plan`` is pure; ``build`` feeds what it says to ``ip -batch``, one process per namespace.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniform.errors import LabError
from muniform.lab.spec import Cable, LabSpec, Machine

IP_TIMEOUT = 60.0


@dataclass(frozen=True)
class NetworkPlan:
    """Commands of ``ip``: in the namespace of the bridges, then in each container's."""

    fabric: tuple[str, ...]
    machines: Mapping[str, tuple[str, ...]]


def plan(spec: LabSpec, pids: Mapping[str, int]) -> NetworkPlan:
    """The commands that wire up a lab. ``pids`` holds each container's first process."""
    fabric = ["link set lo up"]
    for segment in spec.segments:
        # A bridge of the lab has no loops, so that a port may forward at once.
        fabric += [f"link add {segment} type bridge forward_delay 0", f"link set {segment} up"]
    for machine in spec.machines:
        fabric += _plugged(spec, machine, pids)
    fabric += [_circuit(cable, pids) for cable in spec.circuits]
    return NetworkPlan(
        tuple(fabric), {machine.name: _inside(spec, machine) for machine in spec.machines}
    )


def plan_again(spec: LabSpec, machine: Machine, pids: Mapping[str, int]) -> NetworkPlan:
    """The commands that wire up one container anew, whose interfaces went with its last process.

    ``pids`` holds the running ones only: a circuit to a machine that stands still is left out.
    """
    circuits = [
        cable
        for cable in spec.circuits
        if machine.name in _devices(cable) and _devices(cable) <= pids.keys()
    ]
    far = [end for cable in circuits for end in cable.ends if end.device != machine.name]
    inside: dict[str, list[str]] = {end.device: [] for end in far}
    for end in far:
        inside[end.device].append(f"link set {end.port} up")
    missing = {
        end.port
        for cable in spec.circuits
        if cable not in circuits
        for end in cable.ends
        if end.device == machine.name
    }
    own = tuple(c for c in _inside(spec, machine) if c.split()[2] not in missing)
    return NetworkPlan(
        (*_plugged(spec, machine, pids), *(_circuit(cable, pids) for cable in circuits)),
        {machine.name: own} | {name: tuple(commands) for name, commands in inside.items()},
    )


def _devices(cable: Cable) -> set[str]:
    return {end.device for end in cable.ends}


def _plugged(spec: LabSpec, machine: Machine, pids: Mapping[str, int]) -> list[str]:
    """A machine's interfaces, each the far end of a pair whose near end lies in the fabric."""
    commands = []
    for plug, nic in zip(_plugs(spec, machine), machine.nics, strict=True):
        peer = f"name {nic.name} netns {pids[machine.name]}"
        commands.append(f"link add {plug} type veth peer {peer}")
        if nic.segment:
            commands.append(f"link set {plug} master {nic.segment}")
        commands.append(f"link set {plug} up")
    return commands


def _plugs(spec: LabSpec, machine: Machine) -> tuple[str, ...]:
    """The fabric's ends of a machine's interfaces, numbered through the whole lab."""
    first = sum(len(other.nics) for other in spec.machines[: spec.machines.index(machine)])
    return tuple(f"plug{first + number}" for number in range(len(machine.nics)))


def _circuit(cable: Cable, pids: Mapping[str, int]) -> str:
    a, b = (f"{end.port} netns {pids[end.device]}" for end in cable.ends)
    return f"link add {a} type veth peer name {b}"


def _inside(spec: LabSpec, machine: Machine) -> tuple[str, ...]:
    """What a container's interfaces are given, as DHCP would: nothing on a router but a link."""
    cabled = [
        end.port for cable in spec.circuits for end in cable.ends if end.device == machine.name
    ]
    names = [*(nic.name for nic in machine.nics), *cabled]
    commands = [f"link set {name} up" for name in names]
    commands += [f"addr add {nic.address} dev {nic.name}" for nic in machine.nics if nic.address]
    if machine.gateway:
        commands.append(f"route add default via {machine.gateway}")
    return tuple(commands)


def build(namespace: str, wires: NetworkPlan, pids: Mapping[str, int]) -> None:
    """Make the namespace and everything in it. Raises LabError."""
    _run(["ip", "netns", "add", namespace])
    wire(namespace, wires, pids)


def wire(namespace: str, wires: NetworkPlan, pids: Mapping[str, int]) -> None:
    """Carry out a plan in the namespace and in the containers. Raises LabError."""
    _run(["ip", "-netns", namespace, "-batch", "-"], wires.fabric)
    for name, commands in wires.machines.items():
        inside = ["nsenter", f"--net=/proc/{pids[name]}/ns/net", "ip", "-batch", "-"]
        _run(inside, commands)


def unplug(namespace: str, spec: LabSpec, machine: Machine, pids: Mapping[str, int]) -> None:
    """Remove what is left of a stopped machine's pairs, whose other ends may be held open yet.

    ``pids`` holds the machines that run. Raises LabError.
    """
    _delete(["ip", "-netns", namespace], _plugs(spec, machine))
    for cable in spec.circuits:
        for end in cable.ends:
            if machine.name in _devices(cable) and end.device in pids.keys() - {machine.name}:
                inside = ["nsenter", f"--net=/proc/{pids[end.device]}/ns/net", "ip"]
                _delete(inside, (end.port,))


def _delete(command: Sequence[str], names: Sequence[str]) -> None:
    there = {link["ifname"] for link in json.loads(_run([*command, "-json", "link", "show"]))}
    _run([*command, "-batch", "-"], [f"link delete {name}" for name in names if name in there])


def remove(namespace: str) -> bool:
    """Delete the namespace with its bridges and pairs; False if it wasn't there."""
    if namespace not in namespaces():
        return False
    _run(["ip", "netns", "delete", namespace])
    return True


def namespaces() -> tuple[str, ...]:
    """The machine's named network namespaces."""
    lines = _run(["ip", "netns", "list"]).splitlines()
    return tuple(line.split()[0] for line in lines if line.strip())


def _run(command: Sequence[str], batch: Sequence[str] = ()) -> str:
    try:
        done = subprocess.run(
            command,
            input="\n".join(batch),
            capture_output=True,
            text=True,
            timeout=IP_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise LabError(
            f"{command[0]} is not installed", "apt install iproute2 util-linux"
        ) from None
    if done.returncode != 0:
        raise LabError(
            f"the lab's network could not be made: {' '.join(command)}: {done.stderr.strip()}",
            "clean up and try again: muniform lab down && muniform lab up",
        )
    return done.stdout
