"""The example city's configurations, as files. A reviewer reads their diff, not the templates'.

One directory per archetype and platform; in it the first device of each role.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.model import City, Device, load_city
from muniform.render import first_boot, render

FOLDER = Path(__file__).parent / "port_aurelia"
CITY: City = load_city(Path(__file__).resolve().parents[2] / "inventory")


def chosen() -> dict[str, Device]:
    """From a golden file's path, without its ending, to the device that it shows."""
    found: dict[tuple[str, str, str], tuple[str, Device]] = {}
    for site in CITY.sites:
        for device in site.devices:
            path = f"{site.archetype}/{device.platform}/{device.name}"
            found.setdefault((site.archetype, device.platform, device.role), (path, device))
    return dict(found.values())


INTENDED = chosen()


def first_of_its_kind() -> dict[str, Device]:
    """A blank device's configuration depends on little: one for each platform and role."""
    found: dict[tuple[str, str], tuple[str, Device]] = {}
    for path, device in INTENDED.items():
        found.setdefault((device.platform, device.role), (path, device))
    return dict(found.values())


FIRST_BOOT = first_of_its_kind()


@pytest.mark.parametrize("path", INTENDED)
def test_the_intended_configuration_is_as_reviewed(path: str, update_goldens: bool) -> None:
    same(render(INTENDED[path]), FOLDER / f"{path}.intended.cfg", update_goldens)


@pytest.mark.parametrize("path", FIRST_BOOT)
def test_the_first_boot_is_as_reviewed(path: str, update_goldens: bool) -> None:
    same(first_boot(FIRST_BOOT[path]), FOLDER / f"{path}.first_boot.cfg", update_goldens)


def same(text: str, expected: Path, update: bool) -> None:
    if update:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(text)
    assert text == expected.read_text()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{path}.intended.cfg" for path in INTENDED}
    expected |= {f"{path}.first_boot.cfg" for path in FIRST_BOOT}
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.cfg")} == expected
