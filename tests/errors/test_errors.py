"""Bad inventories: each case is a file of edits to the example city, with its exact message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from muniform.errors import IntentError
from muniform.model import load_city

CASES = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_bad_inventory_says_where_what_and_what_to_do(
    case: Path, root: Path, tmp_path: Path, update_goldens: bool
) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(root / "inventory", inventory)
    for edit in yaml.safe_load(case.read_text())["edits"]:
        path = inventory / edit["file"]
        before = path.read_text()
        assert before.count(edit["find"]) == 1, f"{edit['find']!r} must stand once in {path.name}"
        path.write_text(before.replace(edit["find"], edit["replace"]))
    with pytest.raises(IntentError) as caught:
        load_city(inventory)
    expected = case.with_suffix(".log")
    if update_goldens:
        expected.write_text(f"{caught.value}\n")
    assert f"{caught.value}\n" == expected.read_text()
