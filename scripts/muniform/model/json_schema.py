"""JSON Schemas of the inventory's files, with which editors complete and check the YAML.

Generated from the shapes in ``schema/``: types, ranges and patterns from their annotations, what a
key means from the docstring below it.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from muniform.model import schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class FileKind:
    """One kind of file: its shape, where its files stand, what one of them declares."""

    shape: type[BaseModel]
    files: str
    title: str


KINDS: Mapping[str, FileKind] = {
    "city": FileKind(schema.CityFile, "city.yml", "A city"),
    "archetype": FileKind(schema.ArchetypeFile, "archetypes/*.yml", "A kind of site"),
    "site": FileKind(schema.SiteFile, "sites/*.yml", "A site"),
    "waiver": FileKind(schema.WaiverFile, "waivers/*.yml", "An accepted deviation"),
    "models": FileKind(schema.ModelsFile, "catalog/models.yml", "The hardware catalogue"),
    "peripherals": FileKind(
        schema.PeripheralsFile, "catalog/peripherals.yml", "The catalogue of peripherals"
    ),
    "software": FileKind(schema.SoftwareFile, "catalog/software.yml", "The software catalogue"),
    "addressing": FileKind(
        schema.AddressingFile, "standards/addressing.yml", "The standard of addressing"
    ),
    "change": FileKind(schema.ChangeFile, "standards/change.yml", "Who may change what, when"),
    "host_profiles": FileKind(
        schema.HostProfilesFile, "standards/host_profiles.yml", "What computers are used for"
    ),
    "network_devices": FileKind(
        schema.NetworkDevicesFile, "standards/network_devices.yml", "What network devices share"
    ),
    "port_profiles": FileKind(
        schema.PortProfilesFile, "standards/port_profiles.yml", "The standard of switch ports"
    ),
    "power": FileKind(schema.PowerFile, "standards/power.yml", "The standard of backup power"),
    "qos": FileKind(schema.QosFile, "standards/qos.yml", "The standard of traffic classes"),
    "routing": FileKind(schema.RoutingFile, "standards/routing.yml", "The standard of routing"),
    "segmentation": FileKind(
        schema.SegmentationFile, "standards/segmentation.yml", "What zones may open"
    ),
    "services": FileKind(schema.ServicesFile, "standards/services.yml", "The central services"),
    "vlans": FileKind(schema.VlansFile, "standards/vlans.yml", "The city's VLANs"),
    "wireless": FileKind(schema.WirelessFile, "standards/wireless.yml", "The city's SSIDs"),
}


def kind_of(file: str) -> str | None:
    """The kind of a file by its path in the inventory, None for one that nobody reads."""
    return next((name for name, kind in KINDS.items() if fnmatchcase(file, kind.files)), None)


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file. KeyError if there is none of this name."""
    kind = KINDS[name]
    made = kind.shape.model_json_schema(schema_generator=_Generator)
    head = {"$schema": DIALECT, "title": f"{kind.title}: {kind.files.replace('*', '<id>')}"}
    return head | {key: value for key, value in made.items() if key not in (*head, "description")}


def schema_text(name: str) -> str:
    """The same as the text of a file."""
    return json.dumps(json_schema(name), indent=2) + "\n"


class _Generator(GenerateJsonSchema):
    """Pydantic's, with the meaning of each key and with the forms that our validators ask for."""

    # Pydantic's annotation of the map of patterns is its own; the forms are ours.
    _FORMS: Mapping[str, str] = {
        "ipv4network": r"^[0-9.]+/[0-9]{1,2}$",
        "ipv4interface": r"^[0-9.]+/[0-9]{1,2}$",
        "ipv6network": r"^[0-9a-fA-F:]+/48$",
    }

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for key, meaning in key_docs(schema["cls"]).items():
            if key in made.get("properties", {}):
                made["properties"][key]["description"] = meaning
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        # A key that matches no pattern is an error, not something else that is allowed.
        return made | {"additionalProperties": False} if "patternProperties" in made else made

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:  # noqa: ARG002
        # JSON Schema's format "time" wants seconds and a zone.
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """A title that only repeats the key says nothing."""
        return False

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        made = super().generate_inner(schema)
        pattern = self._FORMS.get(str(made.get("format")))
        return made | {"pattern": pattern} if pattern else made


def key_docs(shape: type[BaseModel]) -> dict[str, str]:
    """What each key of a shape means: the docstrings below its fields, inherited ones included."""
    found: dict[str, str] = {}
    for owner in reversed(shape.__mro__):
        if issubclass(owner, BaseModel) and owner is not BaseModel:
            found |= _own_docs(owner)
    return found


def _own_docs(owner: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    return {
        field.target.id: plain(below.value.value)
        for field, below in pairwise(lines)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def plain(docstring: str) -> str:
    """A docstring as one paragraph, without the markup of literals."""
    return " ".join(inspect.cleandoc(docstring).replace("``", "'").split())
