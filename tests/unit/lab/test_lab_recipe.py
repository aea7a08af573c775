"""The image's recipe: its version follows its content, and it names no server."""

import subprocess
from pathlib import Path

import pytest

from muniform.lab import recipe
from muniform.lab.image import build_command, default_cache


def test_any_change_makes_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = recipe.version()
    for name, value in [
        ("PACKAGES", (*recipe.PACKAGES, "nano")),
        ("OFFERED", (*recipe.OFFERED, "nano")),
        ("DISABLED", (*recipe.DISABLED, "cron.service")),
        ("MASKED", ()),
        ("LEFT_OUT", ()),
        ("FILES", recipe.FILES | {"/etc/motd": "x"}),
        ("INDEX_SCRIPT", recipe.INDEX_SCRIPT + "true\n"),
    ]:
        with monkeypatch.context() as changed:
            changed.setattr(recipe, name, value)
            assert recipe.version() != before, name
    assert recipe.version() == before


def test_no_server_is_named(tmp_path: Path) -> None:
    everything = [*build_command(tmp_path, tmp_path / "out"), *recipe.FILES.values()]
    everything += recipe.scripts()
    assert not [text for text in everything if "://" in text or "debian.org" in text]


def test_scripts_are_valid_shell() -> None:
    for text in (*recipe.scripts(), recipe.INDEX_SCRIPT):
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)


def test_files_are_laid_out_for_the_build(tmp_path: Path) -> None:
    build_command(tmp_path, tmp_path / "out")
    for path, text in recipe.FILES.items():
        assert (tmp_path / "files" / path.lstrip("/")).read_text() == text


def test_chrony_is_offered_not_installed_and_cannot_set_the_clock() -> None:
    assert "chrony" in recipe.OFFERED
    assert "chrony" not in recipe.PACKAGES
    assert "chronyd -x " in recipe.CHRONY_DROP_IN


def test_the_cache_follows_the_users_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "muniform"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "muniform"
