"""Which lab tests may run side by side: those of one group use the same addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

GROUPS = {
    "test_lab_city": "city",  # looks at the machine's network as a whole
    "test_rollout_faults": "city",  # has the example city's own addresses
    "test_frr": "frr",
    "test_ios": "ios",
    "test_dns": "named",
    "test_pulumi": "named",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            group = next(g for start, g in GROUPS.items() if item.path.stem.startswith(start))
            item.add_marker(pytest.mark.xdist_group(group))
