"""Brings one switch of a fleet to its changed configuration, in a process that can be killed.

python tests/push_once.py FOLDER NETWORK PLATFORM NUMBER
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from device_fleet import EXAMPLES, changed, clone, declaring, machinery
from muniform.model import City, Device, load_city
from muniform.results import Result
from muniform.rollout import bring_one

INVENTORY = Path(__file__).resolve().parent.parent / "inventory"


def push(city: City, device: Device, folder: Path, network: str) -> tuple[Result, list[str]]:
    """One run over one switch; what a dead run left is read first. With what it told."""
    wanted = changed(device)
    tools = machinery(folder, network)
    told: list[str] = []

    def tell(target: str, kind: str, payload: Mapping[str, object]) -> None:  # noqa: ARG001
        told.append(kind)

    return bring_one(declaring(city, wanted), wanted, tools, "test", tell)[1], told


def main() -> None:
    folder, network, platform, number = sys.argv[1:]
    city = load_city(INVENTORY)
    device = clone(city.device(EXAMPLES[platform]), int(number))
    result, _ = push(city, device, Path(folder), network)
    print(result.status.value, result.message)


if __name__ == "__main__":
    main()
