"""Bad inventories: each case is a file of edits to the thin city, with its exact message.

``edits`` replace a text that stands once in a file, ``files`` are added, ``renames`` move files.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from muniform.errors import IntentError
from muniform.model import load_city

CASES = sorted(Path(__file__).parent.glob("*.yml"))


def _change(inventory: Path, case: dict[str, Any]) -> None:
    for edit in case.get("edits", ()):
        path = inventory / edit["file"]
        before = path.read_text()
        assert before.count(edit["find"]) == 1, f"{edit['find']!r} must stand once in {path.name}"
        path.write_text(before.replace(edit["find"], edit["replace"]))
    for name, text in case.get("files", {}).items():
        (inventory / name).parent.mkdir(exist_ok=True)
        (inventory / name).write_text(text)
    for old, new in case.get("renames", {}).items():
        (inventory / old).rename(inventory / new)


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_bad_inventory_says_where_what_and_what_to_do(
    case: Path, root: Path, tmp_path: Path, update_goldens: bool
) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(root / "tests" / "cities" / "thin" / "inventory", inventory)
    _change(inventory, yaml.safe_load(case.read_text()))
    with pytest.raises(IntentError) as caught:
        load_city(inventory, today=date(2026, 11, 22))
    expected = case.with_suffix(".log")
    if update_goldens:
        expected.write_text(f"{caught.value}\n")
    assert f"{caught.value}\n" == expected.read_text()
    assert all(finding.problem and finding.remedy for finding in caught.value.findings)


def test_every_message_belongs_to_a_case() -> None:
    logs = {path.stem for path in Path(__file__).parent.glob("*.log")}
    assert logs == {case.stem for case in CASES}
