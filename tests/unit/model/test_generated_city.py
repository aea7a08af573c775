"""The city that benchmarks use is a valid one, as large as asked for, and the same every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from muniform.model import load_blueprint


def _generate(root: Path, folder: Path) -> dict[str, str]:
    command = [sys.executable, root / "scripts" / "bench" / "generate.py", folder]
    subprocess.run([*command, "--devices", "300", "--hosts", "3000"], check=True)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.yml")}


@pytest.mark.slow
def test_generated_city_is_valid_and_always_the_same(root: Path, tmp_path: Path) -> None:
    first, second = (_generate(root, tmp_path / name / "inventory") for name in ("one", "two"))
    assert first == second
    city = load_blueprint(tmp_path / "one" / "inventory")
    assert (city.device_count, city.host_count) == (300, 3000)
    added = [name for name in city.site_ids if name.startswith("campus_")]
    built = [device for name in added[:4] for device in city.site(name).devices]
    assert {device.platform for device in built} >= {"eos", "ios", "junos", "procurve"}
