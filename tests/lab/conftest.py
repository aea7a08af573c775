"""Which lab tests may run side by side: a file is a unit, and whole cities share one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

WHOLE_CITIES = {"test_lab_city.py", "test_rollout_faults.py"}
"""These look at the machine's network as a whole, or use the example city's own addresses."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            group = "city" if item.path.name in WHOLE_CITIES else item.path.stem
            item.add_marker(pytest.mark.xdist_group(group))
