"""Brings one FRR router in a container to what is declared for it, in a process that can be killed.

python tests/push_router.py FOLDER ADDRESS PORT SECONDS
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path

from device_fleet import declaring, machinery
from muniform.devices import Connector
from muniform.model import City, load_city
from muniform.reach import Endpoint
from muniform.results import Result
from muniform.rollout import bring_one

INVENTORY = Path(__file__).resolve().parent / "cities" / "thin" / "inventory"
ROUTER = "fs03-rtr1"


@dataclass(frozen=True)
class RouterReach:
    """Where the one router is reached."""

    address: str
    port: int

    def resolve(self, _: IPv4Address, port: int) -> Endpoint:  # noqa: ARG002 - it has but one
        return Endpoint(self.address, self.port)


def declared() -> City:
    return load_city(INVENTORY)


def push(folder: Path, reach: RouterReach, seconds: int) -> Result:
    """One run; what a dead run left is read first. ``seconds`` is the router's timer."""
    city = declared()
    device = city.device(ROUTER)
    device = replace(device, baseline=replace(device.baseline, confirm_seconds=seconds))
    tools = machinery(folder, reach.address)
    connect = Connector(reach, tools.secrets, folder)  # type: ignore[arg-type]
    tools = replace(tools, connect=connect, clock_scale=connect.clock_scale)
    return bring_one(declaring(city, device), device, tools, "test", _unseen)[1]


def _unseen(target: str, kind: str, payload: Mapping[str, object]) -> None:
    """Nobody looks on: the parent reads the journal."""


def main() -> None:
    folder, address, port, seconds = sys.argv[1:]
    result = push(Path(folder), RouterReach(address, int(port)), int(seconds))
    print(result.status.value, result.message)


if __name__ == "__main__":
    main()
