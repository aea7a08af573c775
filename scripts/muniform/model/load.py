"""From the inventory's files to a City: the only module of the model that reads files.

Every file is read and checked before anything is refused, so that one run shows every error.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from muniform.errors import Finding, IntentError
from muniform.model import schema
from muniform.model.build import Declaration, build
from muniform.model.city import City
from muniform.model.source import Loc, Source, parse

Shape = TypeVar("Shape", bound=BaseModel)

_MAX_BYTES = 1_000_000


def load_city(inventory: Path) -> City:
    """Load the city declared in a folder (or by its ``city.yml``). Raises IntentError."""
    folder = inventory.parent if inventory.name == "city.yml" else inventory
    reader = _Reader(folder)
    declaration = _read_all(reader)
    if declaration is None or reader.findings:
        raise IntentError(reader.findings)
    city, findings = build(declaration)
    if city is None or findings:
        raise IntentError(findings)
    return city


def _read_all(reader: _Reader) -> Declaration | None:
    city = reader.one("city.yml", schema.CityFile)
    addressing = reader.one("standards/addressing.yml", schema.AddressingFile)
    vlans = reader.one("standards/vlans.yml", schema.VlansFile)
    profiles = reader.one("standards/port_profiles.yml", schema.PortProfilesFile)
    services = reader.one("standards/services.yml", schema.ServicesFile)
    devices = reader.one("standards/network_devices.yml", schema.NetworkDevicesFile)
    models = reader.one("catalog/models.yml", schema.ModelsFile)
    archetypes = dict(reader.many("archetypes", schema.ArchetypeFile))
    sites = dict(reader.many("sites", schema.SiteFile))
    if not (city and addressing and vlans and profiles and services and devices and models):
        return None
    return Declaration(
        city=city,
        addressing=addressing,
        vlans=vlans,
        profiles=profiles,
        services=services,
        network_devices=devices,
        models=models,
        archetypes=archetypes,
        sites=sites,
        sources=reader.sources,
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
            self.findings.extend(
                _finding(source, detail, shape) for detail in error.errors(include_url=False)
            )
            return None

    def many(self, folder: str, shape: type[Shape]) -> Iterator[tuple[str, Shape]]:
        paths = sorted((self.folder / folder).glob("*.yml"))
        if not paths:
            self._missing(folder, "holds no .yml file", "add one file per " + folder.rstrip("s"))
        for path in paths:
            name = f"{folder}/{path.name}"
            entry = self.one(name, shape)
            if not path.stem.isidentifier() or not path.stem.islower():
                self._missing(
                    name,
                    f"{path.stem!r} is no valid id",
                    "name the file with lower-case letters, digits and underscores",
                )
            elif entry is not None:
                yield path.stem, entry

    def _source(self, name: str) -> Source | None:
        path = self.folder / name
        try:
            if path.stat().st_size > _MAX_BYTES:
                self._missing(name, "is larger than 1 MB", "split it")
                return None
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._missing(name, "does not exist", "create it, or name another inventory folder")
            return None
        except (OSError, UnicodeDecodeError) as error:
            self._missing(name, f"cannot be read: {error}", "make it readable UTF-8 text")
            return None
        source = parse(name, text)
        self.sources[name] = source
        self.findings.extend(source.findings)
        return source

    def _missing(self, name: str, problem: str, remedy: str) -> None:
        self.findings.append(Finding(name, 0, "", problem, remedy))


def _finding(source: Source, detail: ErrorDetails, shape: type[BaseModel]) -> Finding:
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    problem, remedy = _explain(detail, loc, shape)
    return source.finding(loc, problem, remedy)


def _explain(detail: ErrorDetails, loc: Loc, shape: type[BaseModel]) -> tuple[str, str]:
    """What is wrong and what to do, in a user's words."""
    kind = detail["type"]
    if kind == "missing":
        return "the key is missing", f"add '{loc[-1]}:' with its value"
    if kind == "extra_forbidden":
        known = sorted(_fields_at(shape, loc[:-1]))
        near = get_close_matches(str(loc[-1]), known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        return "unknown key", f"{hint}known keys: {', '.join(known)}"
    context: dict[str, Any] = detail.get("ctx", {})
    if "remedy" in context:
        return detail["msg"], str(context["remedy"])
    if kind in ("enum", "literal_error"):
        return f"{detail['input']!r} is not known here", f"use one of: {context['expected']}"
    return f"{detail['msg']}, found {detail['input']!r}", "correct the value"


def _fields_at(shape: type[BaseModel], loc: Loc) -> set[str]:
    """The keys that the schema knows at a path, found by walking the model's annotations."""
    current: Any = shape
    for part in loc:
        current = _step(current, part)
    current = _model_in(current)
    return set(current.model_fields) if current else set()


def _step(annotation: Any, part: int | str) -> Any:
    model = _model_in(annotation, containers=False)
    if model is not None and isinstance(part, str):
        declared = model.model_fields.get(part)
        return declared.annotation if declared else None
    arguments = getattr(annotation, "__args__", ())
    return arguments[1] if arguments and isinstance(part, str) else next(iter(arguments), None)


def _model_in(annotation: Any, containers: bool = True) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if not containers:
        return None
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
