"""One value of a YAML file is changed, and nothing else of it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from muniform.model.editing import Value, with_value

FILE = """\
# A station.
code: fs03   # in every name
serials: {rtr1: PA-R-0018, sw1: FOC2701A1B3}
ports:
  # The bay was rebuilt.
  sw1: {camera: 5, printer: 2}
  sw2:
    camera: 3   # the yard

hosts: {}
region:
uplinks: {sw2: "TenGigabitEthernet1/1/3"}  # moved
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("ports", "sw1", "camera"), 6, "camera: 5", "camera: 6"),
        (("ports", "sw1", "building"), 1, "printer: 2}", "printer: 2, building: 1}"),
        (("ports", "sw2", "camera"), 4, "camera: 3   # the yard", "camera: 4   # the yard"),
        (("ports", "sw2", "ap"), 1, "camera: 3", "camera: 3\n    ap: 1"),
        (("ports", "sw3", "ap"), 1, "# the yard\n", "# the yard\n  sw3: {ap: 1}\n"),
        (("region",), "south", "region:", "region: south"),
        (("hosts", "pc"), 3, "hosts: {}", "hosts: {pc: 3}"),
        (("uplinks", "sw2"), "Te1/1/4", '"TenGigabitEthernet1/1/3"', "Te1/1/4"),
        (("peripherals", "ap"), 3, "# moved\n", "# moved\nperipherals: {ap: 3}\n"),
    ],
)
def test_what_is_changed(path: tuple[str, ...], value: Value, old: str, new: str) -> None:
    assert yaml.safe_load(with_value(FILE, path, value)) == put(yaml.safe_load(FILE), path, value)
    if new.startswith("camera: 3\n") or "# the yard\n" in old:
        return  # where a comment ends up beside a new line is not promised
    assert with_value(FILE, path, value) == FILE.replace(old, new, 1)


@pytest.mark.parametrize("path", [("code", "x"), ("ports", "sw1", "camera", "x")])
def test_what_is_no_map_is_not_made_one(path: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="is no map"):
        with_value(FILE, path, 1)


@pytest.mark.parametrize("path", [("ports",), ("ports", "sw1"), ("hosts",)])
def test_a_map_is_not_replaced(path: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="is no single value"):
        with_value(FILE, path, 1)


def put(data: Any, path: tuple[str, ...], value: Any) -> Any:
    """The same with dictionaries."""
    first, *rest = path
    data = dict(data or {})
    data[first] = put(data.get(first), tuple(rest), value) if rest else value
    return data


keys = st.sampled_from(["ports", "uplinks", "hosts", "sw1", "sw2", "camera", "printer", "new"])
words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)


@given(st.lists(st.tuples(st.lists(keys, min_size=1, max_size=3), st.integers(0, 99) | words)))
def test_any_number_of_edits_is_read_back(edits: list[tuple[list[str], int | str]]) -> None:
    text, expected = FILE, yaml.safe_load(FILE)
    for path, value in edits:
        try:
            text = with_value(text, path, value)
        except ValueError:
            continue
        expected = put(expected, tuple(path), value)
        assert yaml.safe_load(text) == expected
    assert "# A station." in text
