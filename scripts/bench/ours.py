"""One job of ours on the fleet: ``plan``, ``push`` or ``check``. Started by devices.py.

A push is the whole transaction: lease, backup, journal, the device's own diff, its timer, a new
connection, probes, confirmation, reading back.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path

from fleet import INVENTORY, PORT, fleet

from muniform.devices import (
    Approved,
    Connector,
    Tools,
    Transaction,
    difference,
    fingerprint,
    normalise,
)
from muniform.masking import Secret
from muniform.model import Device, load_city
from muniform.plan import plan_devices
from muniform.reach import Endpoint
from muniform.render import render
from muniform.results import Status
from muniform.rollout import Backups, Journal
from muniform.rollout.leases import Leases
from muniform.secrets import SecretStore

AT_ONCE = 100
LINES = 10
"""Ports that get another description: each is a line that names the port and one that says it."""


@dataclass(frozen=True)
class FleetReach:
    """Where the fleet listens, in place of a city's reach."""

    def resolve(self, address: IPv4Address, port: int) -> Endpoint:
        return Endpoint("127." + str(address).partition(".")[2], PORT - 22 + port)


def changed(device: Device) -> Device:
    """The device with other descriptions on some ports."""
    ports = tuple(
        replace(port, description=f"bench {index}") if index < LINES else port
        for index, port in enumerate(device.ports)
    )
    return replace(device, ports=ports)


def approved(before: str, after: str, key: Secret) -> Approved:
    old, new = normalise(before, "ios"), normalise(after, "ios")
    diff = fingerprint(difference(old, new), key)
    return Approved(fingerprint(old, key), fingerprint(new, key), diff)


@dataclass(frozen=True)
class Bench:
    """What every job works with."""

    devices: list[Device]
    state: Path
    connect: Connector
    secrets: SecretStore
    key: Secret

    def plan(self, devices: list[Device]) -> Counter[str]:
        planned = plan_devices(devices, self.connect, self.secrets, self.key)
        return Counter(target.verdict.value for target in planned)

    def push(self) -> Counter[str]:
        journal = Journal.open(self.state / "journal.sqlite", tuple(self.secrets.all()))
        names = [device.name for device in self.devices]
        run = journal.start_run("bench", "none", "none", names)
        tools = Tools(
            connect=self.connect,
            key=self.key,
            recorder=journal.recorder(run),
            backup=Backups(self.state / "backups", self.key),
            lease=Leases(journal.store, "bench"),
        )

        def one(device: Device) -> str:
            before = self.secrets.resolve(render(device))
            after = self.secrets.resolve(render(changed(device)))
            change = Transaction(device, after, approved(before, after, self.key), tools)
            result = change.run()
            if result.status is not Status.CHANGED:
                print(result.target, result.status.value, result.message)
            return result.status.value

        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return Counter(pool.map(one, self.devices))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("job", choices=["plan", "push", "check"])
    parser.add_argument("state", type=Path)
    parser.add_argument("--devices", type=int, default=200)
    options = parser.parse_args()
    devices = fleet(load_city(INVENTORY), options.devices)
    secrets = SecretStore(options.state / "secrets")
    connect = Connector(FleetReach(), secrets, options.state)  # type: ignore[arg-type]
    bench = Bench(devices, options.state, connect, secrets, secrets.get("hash_key"))
    if options.job == "push":
        found = bench.push()
        wanted = {"changed": len(devices)}
    elif options.job == "plan":
        found = bench.plan([changed(device) for device in devices])
        wanted = {"change": len(devices)}
    else:
        found = bench.plan(devices)
        wanted = {"unchanged": len(devices)}
    if found != wanted:
        raise SystemExit(f"{options.job}: {dict(found)} instead of {wanted}")


if __name__ == "__main__":
    main()
