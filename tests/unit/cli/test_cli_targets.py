"""Which targets a plan looks at when none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from muniform.cli.planning import by_default, select
from muniform.errors import ReachError
from muniform.model import City, ReachMode
from muniform.reach import Reach


def with_manual(city: City, name: str) -> City:
    """The city with every site of a change class never pushed to by itself."""
    classes = tuple(replace(c, automatic=c.name != name) for c in city.change_classes)
    return replace(city, change_classes=classes)


def test_what_is_never_pushed_to_must_be_named(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manual = with_manual(city, "public_safety")
    names = by_default(manual, Reach(ReachMode.PRODUCTION, tmp_path))
    assert {"lb05-sw1", "dc01-srv1", "lb05-rtr1.os"} <= names
    assert not {"fs03-sw1", "fs03-sw2", "fs03-rtr1"} & names
    assert "only when named: fs03-rtr1, fs03-sw1, fs03-sw2" in capsys.readouterr().err
    assert "fs03-sw1" in select(manual, ["fs03-sw1"])


def test_without_its_lab_nothing_is_looked_at(city: City, tmp_path: Path) -> None:
    with pytest.raises(ReachError):
        by_default(city, Reach(ReachMode.LAB, tmp_path))
