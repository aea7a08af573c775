"""The city that a large one is generated from: what it declares, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Map = dict[str, Any]


@dataclass
class Base:
    """The city to start from: what it declares, as plain data by path."""

    folder: Path
    files: Mapping[str, Map]

    @property
    def models(self) -> Map:
        found: Map = self.file("catalog/models.yml")["models"]
        return found

    def file(self, name: str) -> Map:
        return self.files[name]

    def each(self, kind: str) -> Iterator[tuple[str, Map]]:
        """Every file of a folder, by the id that its name is."""
        for name, data in self.files.items():
            folder, _, file = name.rpartition("/")
            if folder == kind:
                yield file.removesuffix(".yml"), data


def read(folder: Path) -> Base:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob("**/*.yml"))
    files = {name: yaml.safe_load((folder / name).read_text()) for name in names}
    return Base(folder, files)


def counted(base: Base) -> tuple[int, int]:
    """How many devices and hosts the city has already."""
    archetypes = dict(base.each("archetypes"))
    devices = hosts = 0
    for _, site in base.each("sites"):
        archetype = archetypes[site["archetype"]]
        devices += len(archetype["devices"])
        for label, entry in archetype.get("hosts", {}).items():
            hosts += site.get("hosts", {}).get(label, entry.get("count", 1))
    return devices, hosts


def free_numbers(base: Base) -> tuple[str, list[int]]:
    """The largest range of the address plan, and its numbers that no site has."""
    ranges = base.file("standards/addressing.yml")["ranges"]
    name = max(ranges, key=lambda key: ranges[key]["last"] - ranges[key]["first"])
    taken = {site["number"] for _, site in base.each("sites")}
    numbers = range(ranges[name]["first"], ranges[name]["last"] + 1)
    return name, [number for number in numbers if number not in taken]


def hub(base: Base) -> str:
    """A router on Linux in the backbone: it has a port for every circuit."""
    archetypes = dict(base.each("archetypes"))
    for _, site in sorted(base.each("sites"), key=lambda item: item[1]["number"]):
        for label, device in archetypes[site["archetype"]]["devices"].items():
            linux = base.models[device["model"]]["platform"] == "frr"
            if linux and not site.get("region"):
                return f"{site['code']}-{label}"
    raise SystemExit("the city has no router on Linux in area 0 to lead circuits to")


def pattern_host(base: Base) -> Map:
    """A desktop of the city, whose profile, system and VLAN the generated ones share."""
    for _, archetype in base.each("archetypes"):
        for entry in archetype.get("hosts", {}).values():
            if entry["kind"] == "desktop":
                return {key: entry[key] for key in ("kind", "profile", "os", "vlan")}
    raise SystemExit("the city has no desktop to take as a pattern")


def management_vlan(base: Base) -> int:
    vlans = base.file("standards/vlans.yml")["vlans"]
    return next(int(vlan["id"]) for vlan in vlans if vlan.get("use") == "management")
