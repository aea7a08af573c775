"""No feature can be forgotten: each is needed or optional, served, and printed somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import muniform.render
from muniform.model import DeviceRole
from muniform.render.engine import platform_features
from muniform.render.needs import needed_features, optional_features

FOLDER = Path(muniform.render.__file__).parent
PLATFORMS = sorted(path.stem for path in (FOLDER / "platforms").glob("*.yml"))
NEEDED = {feature for role in DeviceRole for feature in needed_features(role)}


def sections(platform: str, kind: str) -> list[str]:
    data = yaml.safe_load((FOLDER / "platforms" / f"{platform}.yml").read_text())
    return list(data[kind])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_feature_is_needed_by_a_role_or_optional(platform: str) -> None:
    assert set(platform_features(platform)) <= NEEDED | set(optional_features())


def test_nothing_is_both_needed_and_optional_nor_named_twice() -> None:
    assert not NEEDED & set(optional_features())
    for role in DeviceRole:
        assert len(set(needed_features(role))) == len(needed_features(role))


def test_every_needed_feature_is_served_by_some_platform() -> None:
    served = {feature for platform in PLATFORMS for feature in platform_features(platform)}
    assert served >= NEEDED


def imported_macros(platform: str) -> set[str]:
    """The features whose macro a section of the platform imports, directly or through another."""
    templates = FOLDER / "templates"
    todo = [section.partition(".") for section in sections(platform, "sections")]
    texts = [
        (templates / feature / f"{platform}{dot}{part}.j2").read_text()
        for feature, dot, part in todo
    ]
    found: set[str] = set()
    while texts:
        names = re.findall(rf"from '(\w+)/{platform}\.macro\.j2'", texts.pop())
        new = set(names) - found
        found |= new
        texts += [(templates / name / f"{platform}.macro.j2").read_text() for name in sorted(new)]
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_the_platform_serves_itself_is_printed(platform: str) -> None:
    """By a section of its own, or by a macro that adds to another's lines (VRRP on interfaces)."""
    own = {name for name, by in platform_features(platform).items() if by == "platform"}
    listed = {section.partition(".")[0] for section in sections(platform, "sections")}
    assert listed <= own
    assert own <= listed | imported_macros(platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_template_of_a_platform_is_used(platform: str) -> None:
    used = {*sections(platform, "sections"), *sections(platform, "first_boot")}
    found = {
        f"{path.parent.name}{path.stem.removeprefix(platform)}"
        for path in (FOLDER / "templates").glob(f"*/{platform}*.j2")
        if path.stem != f"{platform}.macro"
    }
    assert found == used
