"""Which records a site gets, and what counts as a record set."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from muniform.errors import ServiceError
from muniform.model import City, load_city
from muniform.services import RecordSetError, normalise, record_set, site_records

REPOSITORY = Path(__file__).resolve().parents[3]

FIRE_STATION = """\
10.10.18.10.in-addr.arpa. 3600 PTR fs03-ws1.corp.portaurelia.example.
11.254.18.10.in-addr.arpa. 3600 PTR fs03-sw1.infra.portaurelia.example.
12.254.18.10.in-addr.arpa. 3600 PTR fs03-sw2.infra.portaurelia.example.
18.240.0.10.in-addr.arpa. 3600 PTR fs03-rtr1.infra.portaurelia.example.
fs03-ws1.corp.portaurelia.example. 3600 A 10.18.10.10
fs03-rtr1.infra.portaurelia.example. 3600 A 10.0.240.18
fs03-sw1.infra.portaurelia.example. 3600 A 10.18.254.11
fs03-sw2.infra.portaurelia.example. 3600 A 10.18.254.12
"""


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(REPOSITORY / "tests" / "cities" / "thin" / "inventory")


def test_the_records_of_the_fire_station(city: City) -> None:
    records = site_records(city, city.site("fs03"))
    text = "".join(f"{r.name} {r.ttl} {r.type} {' '.join(r.values)}\n" for r in records)
    assert text == FIRE_STATION
    assert {r.zone for r in records} == {
        "10.in-addr.arpa.",
        "corp.portaurelia.example.",
        "infra.portaurelia.example.",
    }


def test_no_two_sites_claim_one_record(city: City) -> None:
    names = [(r.name, r.type) for site in city.sites for r in site_records(city, site)]
    assert len(names) == len(set(names)) > 0


def test_an_address_outside_the_reverse_zone_is_refused(city: City) -> None:
    site = city.site("fs03")
    host = replace(site.hosts[0], address=IPv4Interface("192.168.18.10/24"))
    with pytest.raises(ServiceError, match=r"fs03-ws1.*192\.168\.18\.10.*does not cover"):
        site_records(city, replace(site, hosts=(host,)))


def test_a_reverse_zone_is_compared_by_labels(city: City) -> None:
    """110.in-addr.arpa ends like 10.in-addr.arpa but is another zone."""
    narrow = replace(city, dns=replace(city.dns, reverse_zone="0.10.in-addr.arpa"))
    with pytest.raises(ServiceError, match="does not cover"):
        site_records(narrow, city.site("fs03"))


def test_twins_are_refused(city: City) -> None:
    site = city.site("fs03")
    twin = replace(site.hosts[0], name="fs03-ws2")
    with pytest.raises(ServiceError, match=r"claimed by more than one.*10\.10\.18\.10"):
        site_records(city, replace(site, hosts=(site.hosts[0], twin)))


def test_spelling_makes_no_difference() -> None:
    one = record_set("Net.Example", "A.net.example.", "srv", 60, ["0 5 80 B.example", "0 5 80 c."])
    two = record_set("net.example.", "a.NET.example", "SRV", 60, ["0 5 80 c", "0 5 80 b.example."])
    assert one == two
    assert one.values == ("0 5 80 b.example.", "0 5 80 c.")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("zone", "", "a DNS name is needed"),
        ("name", "other.example", "not in the zone"),
        ("name", "short", "write the whole name"),
        ("name", "a b.net.example", "'a b'"),
        ("name", "-a.net.example", "'-a'"),
        ("name", f"{'a' * 64}.net.example", "not a DNS name"),
        ("type", "SOA", "not supported"),
        ("type", 1, "not supported"),
        ("ttl", -1, "not a number of seconds"),
        ("ttl", 2**31, "not a number of seconds"),
        ("ttl", True, "not a number of seconds"),
        ("ttl", "60", "not a number of seconds"),
        ("values", [], "at least one value"),
        ("values", "10.0.0.1", "a list"),
        ("values", [1], "must be a text"),
        ("values", ["10.0.0.256"], "not a value of type A"),
        ("values", ["10.0.0.1 # comment"], "not a value of type A"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object, says: str) -> None:
    fields: dict[str, object] = {
        "zone": "net.example",
        "name": "a.net.example",
        "type": "A",
        "ttl": 60,
        "values": ["10.0.0.1"],
    }
    assert normalise(fields)[1] == {}
    problems = normalise({**fields, field: value})[1]
    assert list(problems) == [field]
    assert says in problems[field]


def test_every_problem_at_once() -> None:
    with pytest.raises(RecordSetError) as caught:
        record_set("net.example", "a.other", "A", -1, ["x"])
    assert sorted(caught.value.problems) == ["name", "ttl", "values"]


def test_a_cname_has_one_value() -> None:
    fields = {"type": "CNAME", "values": ["a.example", "b.example"]}
    assert "exactly one" in normalise(fields)[1]["values"]


def test_unknown_fields_are_not_judged() -> None:
    assert normalise({"name": "a.net.example", "values": ["x"]}) == (
        {"name": "a.net.example.", "values": ("x",)},
        {},
    )
