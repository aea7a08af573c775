"""The JSON Schemas: committed as generated, true of valid files, and of help against others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from muniform.model import schema
from muniform.model.json_schema import KINDS, json_schema, key_docs, kind_of, schema_text

ROOT = Path(__file__).resolve().parents[3]
CITIES = [ROOT / "inventory", ROOT / "tests" / "cities" / "thin" / "inventory"]
FILES = [
    pytest.param(kind, path, id=f"{city.parent.name}-{path.relative_to(city)}")
    for city in CITIES
    for kind, found in KINDS.items()
    for path in sorted(city.glob(found.files))
]


def problems(kind: str, text: str) -> list[str]:
    # Like an editor: YAML 1.2's core schema reads dates and 'yes' as text.
    data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    return [
        error.message for error in Draft202012Validator(json_schema(kind)).iter_errors(typed(data))
    ]


def typed(value: object) -> object:
    """Numbers and truth values, as a YAML 1.2 reader has them."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and value.isdigit() else value


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_fresh(kind: str) -> None:
    committed = ROOT / "inventory" / ".schemas" / f"{kind}.json"
    assert committed.read_text() == schema_text(kind), "muniform schema --out inventory/.schemas"


def test_no_schema_is_left_over() -> None:
    found = {path.stem for path in (ROOT / "inventory" / ".schemas").iterdir()}
    assert found == set(KINDS)


def test_the_editor_knows_which_schema_is_whose() -> None:
    told = json.loads((ROOT / ".vscode" / "settings.json").read_text())
    assert told["yaml.schemas"] == {
        f"./inventory/.schemas/{kind}.json": f"inventory/{found.files}"
        for kind, found in KINDS.items()
    }


def test_every_kind_of_file_has_a_schema() -> None:
    shapes = {getattr(schema, name) for name in schema.__all__ if name.endswith("File")}
    assert {found.shape for found in KINDS.values()} == shapes


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_valid_schema(kind: str) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_a_valid_file_is_valid_by_its_schema(kind: str, path: Path) -> None:
    text = "\n".join(line for line in path.read_text().splitlines() if "version:" not in line)
    assert problems(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("site", "cod: x1\n", "'cod' was unexpected"),
        ("site", "serials: {SW 1: abc}\n", "'SW 1' does not match"),
        ("site", "number: 256\n", "256 is greater than the maximum of 255"),
        ("site", "wan: [{medium: smoke}]\n", "'smoke' is not one of"),
        ("city", "controller: 10.1\n", "'name' is a required property"),
        ("vlans", "vlans: [{id: 4095}]\n", "4095 is greater than the maximum of 4094"),
        ("addressing", "supernet: 10.0.0.0 255.0.0.0\n", "does not match"),
        ("change", "classes: {a: {windows: [{start: 10 pm}]}}\n", "does not match"),
    ],
)
def test_what_an_editor_underlines(kind: str, text: str, said: str) -> None:
    assert any(said in problem for problem in problems(kind, text)), problems(kind, text)


def test_a_key_means_what_its_docstring_says() -> None:
    lag = json_schema("archetype")["$defs"]["LinkEntry"]["properties"]["lag"]
    assert lag["description"].startswith("Links between the same two devices")
    assert "number of each" not in lag["description"]


def test_a_docstring_is_inherited_with_its_key() -> None:
    assert key_docs(schema.VlansFile)["version"].startswith("Raised whenever a value changes")


def test_a_shape_without_docstrings_has_none() -> None:
    class Bare(BaseModel):
        name: str

    assert key_docs(Bare) == {}


@pytest.mark.parametrize(
    ("file", "kind"),
    [("sites/x.yml", "site"), ("standards/vlans.yml", "vlans"), ("group_vars/all.yml", None)],
)
def test_the_kind_of_a_file(file: str, kind: str | None) -> None:
    assert kind_of(file) == kind


def test_a_stale_schema_would_be_noticed(tmp_path: Path) -> None:
    copied = shutil.copy(ROOT / "inventory" / ".schemas" / "site.json", tmp_path)
    Path(copied).write_text(Path(copied).read_text().replace("255", "254"))
    assert Path(copied).read_text() != schema_text("site")
