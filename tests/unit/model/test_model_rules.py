"""What the model's rules lean on elsewhere, and what follows from labels and overrides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from muniform.errors import IntentError
from muniform.hosts.variables import GROUP_OF_KIND, GROUP_OF_ROLE, profile_group
from muniform.model import City, load_city
from muniform.model.catalogue import PLATFORM_ROLES
from muniform.model.references import RESERVED_SITE_IDS
from muniform.model.schema import Platform
from muniform.model.source import parse
from muniform.render.engine import platform_features
from muniform.render.needs import needed_features

FIRE_STATION = "archetypes/fire_station.yml"
SITE = "sites/fire_station_3.yml"

Change = Callable[[str, str, str], None]


@pytest.fixture
def inventory(root: Path, tmp_path: Path) -> Path:
    """A copy of the example inventory, to be changed."""
    folder = tmp_path / "inventory"
    for source in (root / "tests" / "cities" / "thin" / "inventory").rglob("*.yml"):
        target = folder / source.relative_to(root / "tests" / "cities" / "thin" / "inventory")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text())
    return folder


@pytest.fixture
def change(inventory: Path) -> Change:
    def edit(name: str, find: str, new: str) -> None:
        text = (inventory / name).read_text()
        assert text.count(find) == 1, f"{find!r} in {name}"
        (inventory / name).write_text(text.replace(find, new))

    return edit


def _addresses(city: City) -> dict[str, str]:
    return {device.name: str(device.management.address) for device in city.devices}


def test_a_device_that_joins_in_front_moves_no_other_address(
    city: City, inventory: Path, change: Change
) -> None:
    new = "sw3: {role: access_switch, model: C9300-24UX}"
    change(FIRE_STATION, "  sw1: {role", f"  {new}\n  sw1: {{role")
    change(
        FIRE_STATION,
        "links:\n",
        'links:\n  - {a: "sw1:TenGigabitEthernet1/1/8", b: "sw3:TenGigabitEthernet1/1/1", '
        "medium: fiber}\n",
    )
    change(SITE, "serials: {", "serials: {sw3: FOC2701A1B9, ")
    after = _addresses(load_city(inventory))
    assert after.pop("fs03-sw3") == "10.18.254.13/24"
    assert after == _addresses(city)


def test_a_site_whose_code_ends_anothers_keeps_its_own_circuits(
    inventory: Path, change: Change
) -> None:
    change("sites/library_5.yml", "code: lb05", "code: s03")
    city = load_city(inventory)
    circuits = {site.code: [x for x in site.links if x.network] for site in city.sites}
    assert [str(link.a) for link in circuits["s03"]] == ["s03-rtr1:eth0"]
    assert [str(link.a) for link in circuits["fs03"]] == ["fs03-rtr1:eth0"]
    assert len(circuits["dc01"]) == 2


@pytest.mark.parametrize("turned", [False, True], ids=["as declared", "ends swapped"])
def test_an_override_moves_the_switchs_own_uplink_and_nothing_else(
    inventory: Path, change: Change, turned: bool
) -> None:
    if turned:
        change(
            FIRE_STATION,
            'a: "sw1:TenGigabitEthernet1/1/2", b: "sw2:TenGigabitEthernet1/1/1"',
            'a: "sw2:TenGigabitEthernet1/1/1", b: "sw1:TenGigabitEthernet1/1/2"',
        )
    change(SITE, "number: 18", "number: 18\nuplinks: {sw2: TenGigabitEthernet1/1/8}")
    ports = {
        f"{end}"
        for link in load_city(inventory).site("fs03").links
        for end in (link.a, link.b)
        if link.network is None
    }
    assert ports == {
        "fs03-rtr1:eth1",
        "fs03-sw1:TenGigabitEthernet1/1/1",
        "fs03-sw1:TenGigabitEthernet1/1/2",
        "fs03-sw2:TenGigabitEthernet1/1/8",
    }


def test_a_branch_may_reach_the_hub_through_another_branch(inventory: Path, change: Change) -> None:
    change(SITE, "to: dc01-rtr1", "to: lb05-rtr1")
    hub = {i.name for i in load_city(inventory).device("lb05-rtr1").interfaces}
    assert "eth-fs03" in hub


def test_every_platform_that_is_accepted_can_be_rendered(root: Path) -> None:
    known = set(get_args(Platform))
    folder = root / "scripts" / "muniform" / "render" / "platforms"
    assert known == {path.stem for path in folder.glob("*.yml")} == set(PLATFORM_ROLES)
    # That it renders them well is held by the golden cases.
    for platform, roles in PLATFORM_ROLES.items():
        for role in roles:
            assert set(needed_features(role)) <= set(platform_features(platform))


def test_no_site_can_take_the_name_of_a_group_of_hosts() -> None:
    groups = {*GROUP_OF_KIND.values(), *GROUP_OF_ROLE.values()}
    assert groups <= RESERVED_SITE_IDS
    assert profile_group("office").startswith("profile_")


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 200_000, "a: " + "{a: " * 200_000, "a:\n  " + "- " * 200_000 + "x"],
    ids=["lists", "maps", "block"],
)
def test_deep_nesting_neither_crashes_nor_hangs(text: str) -> None:
    """In a process of its own: what it must not do is bring the interpreter down."""
    code = "import sys; from muniform.model.source import parse; "
    code += "print(parse('x.yml', sys.stdin.read()).findings[0].problem)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "nested deeper" in done.stdout


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", 18),
        ("-3", -3),
        ("0", 0),
        ("018", "018"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("12:30:00", "12:30:00"),
        ("2026-01-01", "2026-01-01"),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("~", None),
        ('"18"', "18"),
        ('"true"', "true"),
        ("=", "="),
        ("'~'", "~"),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    source = parse("x.yml", f"a: {text}\n")
    assert source.findings == []
    assert source.data == {"a": value}
    assert type(source.data["a"]) is type(value)


def test_a_pipe_in_place_of_a_file_does_not_hang(inventory: Path) -> None:
    (inventory / "city.yml").unlink()
    os.mkfifo(inventory / "city.yml")
    with pytest.raises(IntentError, match=r"city\.yml: is no regular file"):
        load_city(inventory)


def test_notes_and_hidden_files_are_left_alone(inventory: Path) -> None:
    (inventory / "sites" / "README.md").write_text("Notes\n")
    (inventory / "sites" / ".library_5.yml.swp").write_text("")
    assert len(load_city(inventory).sites) == 3
