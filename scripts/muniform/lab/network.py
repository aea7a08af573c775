"""The lab's wires: veth pairs between network namespaces, and one namespace full of bridges.

Nothing here touches the machine's own namespace: pairs are made inside the lab's, their other
ends appear inside the containers', and none of them has a link or a route to the outside.
``plan`` is pure; ``build`` feeds what it says to ``ip -batch``, one process per namespace.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniform.errors import LabError
from muniform.lab.spec import LabSpec, Machine

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
    number = 0
    for machine in spec.machines:
        for nic in machine.nics:
            plug = f"plug{number}"
            number += 1
            peer = f"name {nic.name} netns {pids[machine.name]}"
            fabric.append(f"link add {plug} type veth peer {peer}")
            if nic.segment:
                fabric.append(f"link set {plug} master {nic.segment}")
            fabric.append(f"link set {plug} up")
    for cable in spec.cables:
        a, b = (f"{end.port} netns {pids[end.device]}" for end in (cable.a, cable.b))
        fabric.append(f"link add {a} type veth peer name {b}")
    return NetworkPlan(
        tuple(fabric), {machine.name: _inside(spec, machine) for machine in spec.machines}
    )


def _inside(spec: LabSpec, machine: Machine) -> tuple[str, ...]:
    """What a container's interfaces are given, as DHCP would: nothing on a router but a link."""
    cabled = [
        end.port
        for cable in spec.cables
        for end in (cable.a, cable.b)
        if end.device == machine.name
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
    _run(["ip", "-netns", namespace, "-batch", "-"], wires.fabric)
    for name, commands in wires.machines.items():
        inside = ["nsenter", f"--net=/proc/{pids[name]}/ns/net", "ip", "-batch", "-"]
        _run(inside, commands)


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
