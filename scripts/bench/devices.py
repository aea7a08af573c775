"""What a plan, a verified push and a drift check of 200 switches cost, beside what peers cost.

Simulated IOS-XE switches, in a process of their own on the same cores, at several latencies. Each
job is a process of its own, measured by the kernel: wall time, CPU, largest process; round trips
are counted on the links. The peers push the same 20 lines and save, and verify nothing.

    python scripts/bench/devices.py [--devices 200] [--latencies 0 30 200] [--ansible 30]

``--ansible`` names the latencies at which the vendor's Ansible collection runs too, since that
takes minutes each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fleet import INVENTORY, PORT, fleet, place
from measuring import Cost, run
from peers import ACCOUNT, indented

from muniform.model import load_city
from muniform.secrets import SecretStore

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FORKS = 50


@dataclass(frozen=True)
class Fleet:
    """The process that plays the switches."""

    state: Path
    devices: int
    process: subprocess.Popen[str]

    def tell(self, words: str) -> dict[str, float]:
        if self.process.stdin is None or self.process.stdout is None:
            raise SystemExit("the fleet has no pipes")
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def playing(state: Path, devices: int) -> Iterator[Fleet]:
    command = [sys.executable, str(HERE / "fleet.py"), str(state), "--devices", str(devices)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or not process.stdout.readline():
            raise SystemExit("the fleet did not start")
        try:
            yield Fleet(state, devices, process)
        finally:
            process.kill()


def measured(fleet: Fleet, what: str, command: list[str | Path]) -> Cost:
    """Run one job on a fleet that was reset, and print what it cost."""
    before = fleet.tell("reset")
    cost = run(command, HERE, fleet.state / "said.txt", {**os.environ, **ansible_settings(fleet)})
    after = fleet.tell("stats")
    turns = after["turns"] / fleet.devices
    print(
        f"{what:34} {cost.wall:7.1f} s wall {1000 * cost.cpu / fleet.devices:7.0f} ms CPU/device "
        f"{cost.peak:6.0f} MB {turns:6.1f} round trips "
        f"(switches: {1000 * (after['cpu'] - before['cpu']) / fleet.devices:.0f} ms CPU/device)",
        flush=True,
    )
    return cost


def ours(fleet: Fleet, job: str) -> list[str | Path]:
    script = HERE / "ours.py"
    return [sys.executable, script, job, fleet.state, "--devices", str(fleet.devices)]


def peer(fleet: Fleet, name: str, job: str) -> list[str | Path]:
    script = HERE / "peers.py"
    return [sys.executable, script, name, job, fleet.state, "--devices", str(fleet.devices)]


def ansible_settings(fleet: Fleet) -> dict[str, str]:
    """An Ansible of its own, with the vendor's collection and without our plugins."""
    return {
        "ANSIBLE_CONFIG": str(fleet.state / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache" / "collections"),
        "ANSIBLE_HOST_KEY_CHECKING": "false",
        "ANSIBLE_FORKS": str(FORKS),
        "ANSIBLE_LOCAL_TEMP": str(fleet.state / "ansible"),
        "ANSIBLE_PERSISTENT_COMMAND_TIMEOUT": "120",
        "ANSIBLE_PERSISTENT_CONNECT_TIMEOUT": "120",
    }


def ansible(fleet: Fleet) -> list[str | Path]:
    """The same push by cisco.ios: a play with one task, and an inventory of its own."""
    devices = fleet_devices(fleet)
    password = SecretStore(fleet.state / "secrets").get("automation_password").reveal()
    hosts = {
        device.name: {"ansible_host": place(device), "ansible_port": PORT} for device in devices
    }
    variables = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_user": ACCOUNT,
        "ansible_password": password,
        "ansible_network_cli_ssh_type": "paramiko",
    }
    inventory = fleet.state / "peer_inventory.yml"
    inventory.touch(mode=0o600)
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": variables}}))
    change = {"src": str(fleet.state / "change.cfg"), "save_when": "modified"}
    (fleet.state / "change.cfg").write_text("\n".join(indented(devices[0])) + "\n")
    play = {"hosts": "all", "gather_facts": False, "tasks": [{"cisco.ios.ios_config": change}]}
    playbook = fleet.state / "peer.yml"
    playbook.write_text(yaml.safe_dump([play]))
    (fleet.state / "ansible.cfg").write_text("[defaults]\n")
    return [Path(sys.executable).parent / "ansible-playbook", "-i", inventory, playbook]


def fleet_devices(playing: Fleet) -> list[Any]:
    return fleet(load_city(INVENTORY), playing.devices)


def compare(fleet: Fleet, latency: float, with_ansible: bool) -> None:
    print(f"\n{fleet.devices} switches, {latency:g} ms round-trip time", flush=True)
    fleet.tell(f"latency {latency}")
    measured(fleet, "muniform plan", ours(fleet, "plan"))
    push = measured(fleet, "muniform push, verified", ours(fleet, "push"))
    measured(fleet, "muniform drift, nothing to do", ours(fleet, "check"))
    bare = measured(fleet, "bare netmiko, read push save", peer(fleet, "netmiko", "push"))
    measured(fleet, "bare netmiko, read", peer(fleet, "netmiko", "check"))
    nornir = measured(fleet, "nornir + nornir_napalm, merge", peer(fleet, "nornir", "push"))
    measured(fleet, "nornir + nornir_napalm, read", peer(fleet, "nornir", "check"))
    print(f"a verified push takes {push.wall / bare.wall:.2f} times bare netmiko's wall time,")
    print(f"                      {push.wall / nornir.wall:.2f} times nornir_napalm's")
    if with_ansible:
        slow = measured(fleet, f"cisco.ios.ios_config, {FORKS} forks", ansible(fleet))
        print(f"                      {push.wall / slow.wall:.3f} times the collection's")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--latencies", type=float, nargs="+", default=[0.0, 30.0, 200.0])
    parser.add_argument("--ansible", type=float, nargs="*", default=[30.0])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, playing(Path(folder), options.devices) as fleet:
        for latency in options.latencies:
            compare(fleet, latency, latency in options.ansible)


if __name__ == "__main__":
    main()
