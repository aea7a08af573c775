"""Writes the inventory of a large invented city: an existing city, and many campuses beside it.

Standards, catalogue and existing sites are the ones of the city it starts from. What is added are
campuses (campus.py), with access switches of every platform that the catalogue has some of. The
same seed writes the same bytes.

    python scripts/bench/generate.py FOLDER [--from INVENTORY] [--devices 5000] [--hosts 50000]
                                     [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import shutil
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml
from base import Base, Map, counted, free_numbers, hub, read
from campus import Campus, archetype, platforms

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 12
"""Devices of a campus, as long as the address plan has numbers for so many campuses."""


def generate(folder: Path, base: Base, devices: int, hosts: int, seed: int) -> None:
    """Write the whole inventory into a folder that does not exist yet."""
    draw = random.Random(seed)  # noqa: S311  # serial numbers of nothing
    address_range, numbers = free_numbers(base)
    has_devices, has_hosts = counted(base)
    sites = min(len(numbers), max(1, (devices - has_devices) // FEWEST))
    sizes = shares(devices - has_devices - 2 * sites, sites)
    people = shares(hosts - has_hosts, sites)
    shutil.copytree(base.folder, folder)
    shapes: dict[Campus, tuple[Map, list[str]]] = {}
    for number, size, count, platform in zip(
        numbers, sizes, people, cycle(platforms(base)), strict=False
    ):
        campus = Campus(platform, size)
        if campus not in shapes:
            shapes[campus] = archetype(base, campus, address_range)
            write(folder / "archetypes" / f"{campus.id}.yml", shapes[campus][0])
        shape, circuits = shapes[campus]
        entry = {
            "code": f"c{number:03}",
            "name": f"Campus {number}",
            "archetype": campus.id,
            "number": number,
            "serials": {label: serial(draw, number) for label in shape["devices"]},
            "wan": wan(number, hub(base), shape["gateways"], circuits),
            "hosts": {"pc": count},
        }
        write(folder / "sites" / f"campus_{number}.yml", entry)


def shares(total: int, parts: int) -> list[int]:
    """A total in nearly equal parts, the larger ones first."""
    each, more = divmod(total, parts)
    return [each + (part < more) for part in range(parts)]


def serial(draw: random.Random, number: int) -> str:
    return f"C{number:03}{draw.randrange(10**9):09}"


def wan(number: int, to: str, gateways: list[str], ports: list[str]) -> list[Map]:
    """A circuit from each half of the pair to the hub."""
    return [
        {
            "device": label,
            "port": port,
            "to": to,
            "medium": "fiber",
            "circuit": f"GEN-{number:03}-{place}",
        }
        for place, (label, port) in enumerate(zip(gateways, ports, strict=True), 1)
    ]


def write(path: Path, data: Map) -> None:
    path.write_text(yaml.dump(data, Dumper=_Plain, sort_keys=False, width=100))


class _Plain(yaml.SafeDumper):
    """YAML without anchors, which an inventory refuses."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="base", type=Path, default=ROOT / "inventory")
    parser.add_argument("--devices", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=50000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    generate(asked.folder, read(asked.base), asked.devices, asked.hosts, asked.seed)


if __name__ == "__main__":
    main()
