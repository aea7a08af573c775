"""No feature can be forgotten: each is needed or optional, served, and printed somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import muniform.render
from muniform.model import DeviceRole
from muniform.render.engine import needed_features, optional_features, platform_features

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


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_the_platform_serves_itself_is_printed(platform: str) -> None:
    own = {name for name, by in platform_features(platform).items() if by == "platform"}
    assert {section.partition(".")[0] for section in sections(platform, "sections")} == own


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_template_of_a_platform_is_used(platform: str) -> None:
    used = {*sections(platform, "sections"), *sections(platform, "first_boot")}
    found = {
        f"{path.parent.name}{path.stem.removeprefix(platform)}"
        for path in (FOLDER / "templates").glob(f"*/{platform}*.j2")
        if path.stem != f"{platform}.macro"
    }
    assert found == used
