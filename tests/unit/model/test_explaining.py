"""Where a value comes from. The thin city's files are the truth that answers are held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.errors import UsageError
from muniform.model import City
from muniform.model.declaration import Declaration
from muniform.model.explaining import (
    Explanation,
    Sources,
    explain_key,
    explain_path,
    explain_setting,
    file_place,
)
from muniform.model.load import city_of, load_declaration
from muniform.model.source import parse

THIN = Path(__file__).resolve().parents[2] / "cities" / "thin" / "inventory"
EXAMPLE = Path(__file__).resolve().parents[3] / "inventory"


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return load_declaration(THIN)


@pytest.fixture(scope="module")
def thin(declared: Declaration) -> City:
    return city_of(declared)


def one(declared: Declaration, city: City, asked: str) -> Explanation:
    name, *words = asked.split()
    (found,) = explain_setting(declared, city, name, words)
    return found


@pytest.mark.parametrize(
    ("asked", "value", "places"),
    [
        ("fs03-sw1 serial", "FOC2701A1B3", ["sites/fire_station_3.yml: serials.sw1"]),
        (
            "fs03-sw1 platform",
            "ios",
            ["catalog/models.yml: models.C9300-24UX.platform"],
        ),
        (
            "fs03-sw1 change-class",
            "public_safety",
            ["archetypes/fire_station.yml: change_class"],
        ),
        (
            "fs03-sw1 te1/0/3",
            "WS-FS03-SW1-03, access, VLAN 20, voice VLAN 30",
            [
                "archetypes/fire_station.yml: devices.sw1.ports.workstation",
                "standards/port_profiles.yml: profiles.workstation",
                "rule",
                "catalog/models.yml: models.C9300-24UX.access[0]",
            ],
        ),
        (
            "fs03-sw1 port TenGigabitEthernet1/1/1",
            "UPLINK-FS03-RTR1, trunk, VLANs 20,30,40,200,210,999",
            [
                "archetypes/fire_station.yml: links[0]",
                "catalog/models.yml: models.C9300-24UX.uplink[0]",
            ],
        ),
        (
            "fs03-sw1 te1/0/24",
            "UNUSED, unused",
            [
                "standards/vlans.yml: vlans[11]",
                "rule",
                "catalog/models.yml: models.C9300-24UX.access[0]",
            ],
        ),
        (
            "dc01-rtr1 eth-fs03",
            "WAN fs03-rtr1, 10.0.0.36/31",
            ["sites/fire_station_3.yml: wan[0]", "standards/addressing.yml: wan_links", "rule"],
        ),
        (
            "fs03-rtr1 lo",
            "10.0.240.18/32",
            ["sites/fire_station_3.yml: number", "standards/addressing.yml: loopbacks", "rule"],
        ),
        (
            "lb05-ws1 address",
            "10.17.10.10/23",
            [
                "archetypes/library.yml: hosts.ws1.host_number",
                "archetypes/library.yml: hosts.ws1.vlan",
                "standards/addressing.yml: subnets[2]",
                "sites/library_5.yml: number",
                "rule",
            ],
        ),
    ],
)
def test_a_setting_and_its_origins(
    declared: Declaration, thin: City, asked: str, value: str, places: list[str]
) -> None:
    found = one(declared, thin, asked)
    assert found.value == value
    assert [f"{o.file}: {o.path}" if o.file else "rule" for o in found.origins] == places


def test_an_origin_is_the_line_that_says_so(declared: Declaration, thin: City) -> None:
    """Whatever line an origin names, the value it quotes begins on it."""
    asked = [device.name for device in thin.devices] + [host.name for host in thin.hosts]
    checked = 0
    for name in [*asked, *(site.id for site in thin.sites)]:
        for found in explain_setting(declared, thin, name, []):
            for origin in (o for o in found.origins if o.file):
                line = (THIN / origin.file).read_text().splitlines()[origin.line - 1]
                last = origin.path.rpartition(".")[2].partition("[")[0]
                assert last in line or "- " in line, (origin, line)
                checked += 1
    assert checked > 200


def test_a_standard_tells_its_version_and_controls() -> None:
    declared = load_declaration(EXAMPLE)
    origin = Sources(declared).at("standards/services.yml", "ntp", "servers")
    assert origin.version == declared.services.version
    assert "CISC-ND-001030" in origin.controls


def test_a_vlan_without_a_subnet_is_on_every_switch(declared: Declaration, thin: City) -> None:
    found = one(declared, thin, "fs03-sw1 vlan 997")
    assert found.value == "997 Parked, Unused ports"
    assert "'parked'" in found.origins[-1].says


def test_what_is_not_set_says_so(declared: Declaration, thin: City) -> None:
    found = one(declared, thin, "fs03-sw1 syslog")
    assert (found.value, found.origins) == ("not set by the city's standards", ())


@pytest.mark.parametrize(
    ("asked", "said", "hint"),
    [
        ("fs99-sw1 ntp", "no device, host or site 'fs99-sw1'", "muniform show"),
        ("fs03-sw1 colour", "no setting 'colour'", "ask for one of: name, role"),
        ("fs03-sw1 vlan 77", "no setting 'vlan 77'", "vlan NUMBER"),
        ("fs03-sw1 te9/0/1", "no setting 'te9/0/1'", "the name of a port"),
    ],
)
def test_what_cannot_be_explained(
    declared: Declaration, thin: City, asked: str, said: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        one(declared, thin, asked)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("path", "form", "required"),
    [
        ("archetype.links.lag", "a whole number from 1 to 48", False),
        ("archetype.devices.ports", "a map; each value a whole number from 0 to 1000", False),
        ("site.wan[0].medium", "one of: copper, fiber, wireless, lte", True),
        ("city.controller", "an IPv4 address", True),
        ("change.classes.automatic", "true or false", False),
    ],
)
def test_a_key_by_its_kind_of_file(path: str, form: str, required: bool) -> None:
    found = explain_key(path)
    assert (found.form, found.required) == (form, required)


def test_a_path_in_a_file_holds_labels() -> None:
    found = explain_path("archetype", ("devices", "ports", "model"))
    assert found.path == "archetype.devices.ports.model"
    assert found.required


@pytest.mark.parametrize(
    ("path", "said"),
    [("sight.code", "no kind of file 'sight'"), ("site.colour", "a site file has no key 'colour'")],
)
def test_a_key_that_is_none(path: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain_key(path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sites/a.yml", ("sites/a.yml", 0, "", "")),
        ("sites/a.yml:wan", ("sites/a.yml", 0, "wan", "")),
        ("inventory/sites/a.yml:7", ("sites/a.yml", 7, "", "")),
        (
            "error: standards/vlans.yml:4: vlans[1].id: 7 is too small\n  -> write 20",
            ("standards/vlans.yml", 4, "vlans[1].id", "7 is too small\n  -> write 20"),
        ),
        ("city.yml:3: not YAML: odd", ("city.yml", 3, "", "")),
    ],
)
def test_a_place_in_a_file(text: str, found: tuple[str, int, str, str]) -> None:
    place = file_place(text)
    assert place is not None
    if "not YAML" not in text:
        assert (place.file, place.line, place.path, place.problem) == found
    else:
        assert (place.file, place.line) == found[:2]


@pytest.mark.parametrize("text", ["fs03-sw1", "archetype.links.lag", "fs03-sw1 te1/0/3"])
def test_what_is_no_place_in_a_file(text: str) -> None:
    assert file_place(text) is None


def test_a_line_means_what_begins_on_it() -> None:
    source = parse("sites/a.yml", "code: x1\nwan:\n  - {device: rtr1, port: eth0}\n")
    by_line = file_place("sites/a.yml:3")
    by_path = file_place("sites/a.yml:wan[0].port")
    assert by_line is not None
    assert by_path is not None
    assert by_line.loc(source) == ("wan", 0)
    assert by_path.loc(source) == ("wan", 0, "port")
