"""The example city's configurations, as files. A reviewer reads their diff, not the templates'."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.model import City, load_city
from muniform.render import first_boot, render

FOLDER = Path(__file__).parent / "port_aurelia"
INVENTORY = Path(__file__).resolve().parents[2] / "inventory"
NAMES = [device.name for device in load_city(INVENTORY).devices]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["intended", "first_boot"])
def test_configuration_is_as_reviewed(
    city: City, name: str, kind: str, update_goldens: bool
) -> None:
    text = (render if kind == "intended" else first_boot)(city.device(name))
    expected = FOLDER / f"{name}.{kind}.cfg"
    if update_goldens:
        expected.write_text(text)
    assert text == expected.read_text()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}.{kind}.cfg" for name in NAMES for kind in ("intended", "first_boot")}
    assert {path.name for path in FOLDER.iterdir()} == expected
