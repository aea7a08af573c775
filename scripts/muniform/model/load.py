"""From the inventory's files to a City: the only module of the model that reads files.

Every file is read and checked before anything is refused, so that one run shows every error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from muniform.errors import Finding, IntentError
from muniform.model import explain, schema
from muniform.model.build import Blueprint, build
from muniform.model.city import City
from muniform.model.declaration import Declaration
from muniform.model.source import Source, parse

Shape = TypeVar("Shape", bound=BaseModel)

_MAX_BYTES = 1_000_000

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""The ids of ``shapes.Identifier``: a file's name becomes one."""

_STANDARDS = (
    "addressing",
    "change",
    "host_profiles",
    "network_devices",
    "port_profiles",
    "power",
    "qos",
    "routing",
    "segmentation",
    "services",
    "vlans",
    "wireless",
)
_FOLDERS = frozenset(
    {"archetypes", "catalog", "group_vars", "host_vars", "sites", "standards", "waivers"}
)
"""What stands in an inventory; the two of Ansible are Ansible's to read."""
_FIXED = {
    "standards": frozenset(f"{name}.yml" for name in _STANDARDS),
    "catalog": frozenset({"models.yml", "peripherals.yml", "software.yml"}),
}
"""The folders whose files have names of their own; the others hold one file per thing."""


def load_city(inventory: Path, today: date | None = None) -> City:
    """Load the city declared in a folder (or by its ``city.yml``). Raises IntentError.

    ``today`` is the day on which waivers must still hold; None is the calendar's.
    """
    return city_of(load_declaration(inventory, today))


def load_blueprint(inventory: Path, today: date | None = None) -> Blueprint:
    """Load and check the whole city as ``load_city`` does, but build none of its sites yet."""
    return _blueprint_of(load_declaration(inventory, today))


def load_declaration(inventory: Path, today: date | None = None) -> Declaration:
    """Read and shape every file, without relating them to each other. Raises IntentError."""
    folder = inventory.parent if inventory.name == "city.yml" else inventory
    reader = _Reader(folder)
    declaration = _read_all(reader, today or date.today())
    if declaration is None or reader.findings:
        raise IntentError(reader.findings)
    return declaration


def city_of(declared: Declaration) -> City:
    """Relate the files to each other: the city they declare. Raises IntentError."""
    return _blueprint_of(declared).city()


def _blueprint_of(declared: Declaration) -> Blueprint:
    blueprint, findings = build(declared)
    if blueprint is None or findings:
        raise IntentError(findings)
    return blueprint


def _read_all(reader: _Reader, today: date) -> Declaration | None:
    city = reader.one("city.yml", schema.CityFile)
    addressing = reader.one("standards/addressing.yml", schema.AddressingFile)
    vlans = reader.one("standards/vlans.yml", schema.VlansFile)
    profiles = reader.one("standards/port_profiles.yml", schema.PortProfilesFile)
    services = reader.one("standards/services.yml", schema.ServicesFile)
    devices = reader.one("standards/network_devices.yml", schema.NetworkDevicesFile)
    change = reader.one("standards/change.yml", schema.ChangeFile)
    models = reader.one("catalog/models.yml", schema.ModelsFile)
    routing = reader.optional("standards/routing.yml", schema.RoutingFile)
    segmentation = reader.optional("standards/segmentation.yml", schema.SegmentationFile)
    qos = reader.optional("standards/qos.yml", schema.QosFile)
    wireless = reader.optional("standards/wireless.yml", schema.WirelessFile)
    power = reader.optional("standards/power.yml", schema.PowerFile)
    host_profiles = reader.optional("standards/host_profiles.yml", schema.HostProfilesFile)
    software = reader.optional("catalog/software.yml", schema.SoftwareFile)
    peripherals = reader.optional("catalog/peripherals.yml", schema.PeripheralsFile)
    archetypes = dict(reader.many("archetypes", schema.ArchetypeFile))
    sites = dict(reader.many("sites", schema.SiteFile))
    waivers = dict(reader.many("waivers", schema.WaiverFile, needed=False))
    reader.refuse_strangers()
    if not (city and addressing and vlans and profiles and services and devices):
        return None
    if not (models and change):
        return None
    return Declaration(
        city=city,
        addressing=addressing,
        vlans=vlans,
        profiles=profiles,
        services=services,
        network_devices=devices,
        change=change,
        models=models,
        archetypes=archetypes,
        sites=sites,
        sources=reader.sources,
        today=today,
        routing=routing or schema.RoutingFile(),
        segmentation=segmentation,
        qos=qos,
        wireless=wireless,
        power=power,
        host_profiles=host_profiles,
        software=software,
        peripherals=peripherals,
        waivers=waivers,
    )


class _Reader:
    """Reads and shapes files; keeps each file's source for later findings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.findings: list[Finding] = []

    def one(self, name: str, shape: type[Shape]) -> Shape | None:
        source = self._source(name)
        if source is None or source.data is None:
            return None
        try:
            return shape.model_validate(source.data)
        except ValidationError as error:
            self.findings.extend(explain.findings(source, error, shape))
            return None

    def optional(self, name: str, shape: type[Shape]) -> Shape | None:
        """A file that a city may leave out."""
        return self.one(name, shape) if os.path.lexists(self.folder / name) else None

    def many(
        self, folder: str, shape: type[Shape], needed: bool = True
    ) -> Iterator[tuple[str, Shape]]:
        paths = [path for path in self._listed(folder) if path.suffix == ".yml"]
        if not paths and needed:
            self._wrong(folder, "holds no .yml file", "add one file per " + folder.rstrip("s"))
        for path in paths:
            name = f"{folder}/{_printable(path.name)}"
            if not _ID.fullmatch(path.stem):
                self._wrong(
                    name,
                    f"{path.stem!a} is no valid id",
                    "name the file with up to 40 lower-case letters, digits and underscores",
                )
                continue
            entry = self.one(name, shape)
            if entry is not None:
                yield path.stem, entry

    def refuse_strangers(self) -> None:
        """A file that nobody reads declares nothing: its author believes otherwise."""
        for path in self._listed("."):
            if path.suffix in (".yml", ".yaml") and path.name != "city.yml":
                remedy = "move it into one of the folders, or remove it; only city.yml stands here"
                self._wrong(_printable(path.name), "is not read by anything", remedy)
            elif path.is_dir() and path.name not in _FOLDERS:
                known = ", ".join(sorted(_FOLDERS))
                self._wrong(_printable(path.name), "is not read by anything", f"known: {known}")
        for folder in ("archetypes", "catalog", "sites", "standards", "waivers"):
            fixed = _FIXED.get(folder)
            for path in self._listed(folder):
                expected = path.name in fixed if fixed else path.suffix == ".yml"
                if not expected:
                    known = ", ".join(sorted(fixed)) if fixed else "files named <id>.yml"
                    remedy = f"rename or remove it; {folder}/ holds {known}"
                    name = f"{folder}/{_printable(path.name)}"
                    self._wrong(name, "is not read by anything", remedy)

    def _listed(self, folder: str) -> list[Path]:
        """What stands in a folder, without hidden files and notes. Nothing if it is no folder."""
        try:
            paths = sorted((self.folder / folder).iterdir())
        except OSError:
            return []
        return [p for p in paths if not p.name.startswith(".") and p.suffix != ".md"]

    def _source(self, name: str) -> Source | None:
        text = self._text(name)
        if text is None:
            return None
        source = parse(name, text)
        self.sources[name] = source
        self.findings.extend(source.findings)
        return source

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        try:
            if path.stat().st_size > _MAX_BYTES:
                self._wrong(name, "is larger than 1 MB", "split it")
            elif not path.is_file():
                # A folder, or worse: a pipe or /dev/zero would keep us reading for ever.
                self._wrong(name, "is no regular file", "put a YAML file in its place")
            else:
                return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._wrong(name, "does not exist", "create it, or name another inventory folder")
        except OSError as error:
            self._wrong(name, f"cannot be read: {error.strerror}", "make it a readable file")
        except UnicodeDecodeError as error:
            self._wrong(name, f"cannot be read: {error}", "save it as UTF-8 text")
        return None

    def _wrong(self, name: str, problem: str, remedy: str) -> None:
        self.findings.append(Finding(name, 0, "", problem, remedy))


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)
