"""What every test may use: the example city, and a flag to write golden files anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from fake_network import FakeNetwork, made_network
from muniform.model import City, load_city
from simulated_devices import Identities, made_identities

# Nothing is kept between runs, and no example depends on how fast the machine is.
settings.register_profile("muniform", database=None, deadline=None)
settings.load_profile("muniform")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write expected files anew")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def city() -> City:
    """The example city."""
    return load_city(ROOT / "tests" / "cities" / "thin" / "inventory")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture(scope="session")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Identities:
    """What simulated devices show: the one that is known, and a stranger's."""
    return made_identities(tmp_path_factory.mktemp("identities"))


@pytest.fixture
def network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> FakeNetwork:
    """A city whose devices are in memory, and the command line for it."""
    return made_network(tmp_path, monkeypatch, capsys)
