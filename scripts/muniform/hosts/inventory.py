"""The city as Ansible sees it: hosts with groups, roles' variables, and how to connect."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import ReachError
from muniform.hosts.variables import HostTarget, host_variables, targets
from muniform.model import City, ReachMode
from muniform.reach import Reach, lab_endpoint
from muniform.secrets import SecretStore

SSH_PORT = 22
REACH_ERROR = "muniform_reach_error"
"""Set where nothing may be contacted: playbooks stop with its text before they connect."""


@dataclass(frozen=True)
class InventoryHost:
    name: str
    groups: tuple[str, ...]
    variables: dict[str, object]


def inventory_hosts(city: City, state: Path) -> tuple[InventoryHost, ...]:
    """Every host with everything Ansible needs to know. Reads only the lab's description."""
    reach = Reach(city.reach, state)
    return tuple(
        InventoryHost(
            name=target.name,
            groups=target.groups,
            variables=host_variables(city, target.name)
            | _place(target, reach)
            | _login(city, target.name, state),
        )
        for target in targets(city)
    )


def _place(target: HostTarget, reach: Reach) -> dict[str, object]:
    """Address and port. A refused host keeps the lab's loopback address: no packet leaves."""
    try:
        endpoint = reach.resolve(target.address, SSH_PORT)
    except ReachError as refused:
        host, port = lab_endpoint(target.address, SSH_PORT)
        return {"ansible_host": host, "ansible_port": port, REACH_ERROR: str(refused)}
    return {"ansible_host": endpoint.host, "ansible_port": endpoint.port}


def _login(city: City, name: str, state: Path) -> dict[str, object]:
    account = city.baseline.account
    key = SecretStore(state / "secrets").path(account.private_key.name)
    return {
        "ansible_user": account.name,
        "ansible_ssh_private_key_file": str(key),
        "ansible_ssh_common_args": ssh_arguments(city.reach, name, state / "known_hosts"),
        "ansible_become": True,
        "ansible_python_interpreter": "/usr/bin/python3",
    }


def ssh_arguments(mode: ReachMode, name: str, known_hosts: Path) -> str:
    """Options of ssh: only an enrolled host key counts, and only the one key is offered.

    A lab ignores the engineer's own ssh configuration, which could lead a packet out.
    """
    options = {
        "UserKnownHostsFile": f'"{known_hosts}"',
        "GlobalKnownHostsFile": "none",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlias": name,
        "IdentitiesOnly": "yes",
    }
    words = ["-F", "none"] if mode is ReachMode.LAB else []
    for option, value in options.items():
        words += ["-o", f"{option}={value}"]
    return shlex.join(words)
