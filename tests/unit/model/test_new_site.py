"""What the draft of a new site may be called, and how its file says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.errors import UsageError
from muniform.model.declaration import Declaration
from muniform.model.load import load_declaration
from muniform.model.new_site import draft_site
from muniform.model.source import parse


@pytest.fixture
def declared(root: Path) -> Declaration:
    return load_declaration(root / "tests" / "cities" / "thin" / "inventory")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ünited Library", "name: the text holds a character outside ASCII"),
        ("Plaza\nnumber: 3", "name: the text holds a line break"),
        ("Plaza \x1b[2J", "name: the text holds a control character"),
        ("{{ x }}", "name: the text holds template or secret syntax"),
        ("Plaza ", "name: the text holds blanks"),
        ("fire station 99999999", "'lb99999999' is too long for a site code"),
    ],
)
def test_a_name_that_cannot_be(declared: Declaration, name: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        draft_site(declared, name, "library")
    assert said in refused.value.message
    assert refused.value.hint
    assert "\x1b" not in str(refused.value)


def test_a_code_of_ones_own_serves_where_the_number_is_too_long(declared: Declaration) -> None:
    draft = draft_site(declared, "Library 99999999", "library", code="lbx")
    assert (draft.entry.code, draft.entry.name) == ("lbx", "Library 99999999")


@pytest.mark.parametrize(
    "name", ["Null", "true", "null", "TRUE", "x 12", "Plaza: West", 'The "Q" \\ #1', "Plaza #1"]
)
def test_what_stands_in_the_file_is_read_as_it_was_said(declared: Declaration, name: str) -> None:
    draft = draft_site(declared, name, "library", code="true")
    data = parse(draft.file, draft.text).data
    assert data is not None
    assert (data["name"], data["code"]) == (draft.entry.name, "true")


def test_port_names_of_digits_are_quoted(declared: Declaration) -> None:
    site = declared.sites["library_5"]
    wan = site.wan[0].model_copy(update={"port": "12", "to_port": None})
    declared.sites["library_5"] = site.model_copy(update={"wan": (wan,)})  # type: ignore[index]
    draft = draft_site(declared, "Plaza", "library")
    data = parse(draft.file, draft.text).data
    assert data is not None
    assert data["wan"][0]["port"] == "12"
