"""Routes and uplinks, as all simulated platforms look at them; and what a broken load loses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from muniform.lab.simulated.reaching import masked_routes, most_specific, uplink_fault
from muniform.lab.simulated.spec import Wiring
from muniform.lab.simulated.spoiling import arrived

TARGET = IPv4Address("10.1.254.10")
ROUTES = [
    (IPv4Network("0.0.0.0/0"), "default"),
    (IPv4Network("10.1.254.0/24"), "first"),
    (IPv4Network("10.1.254.0/24"), "second"),
    (IPv4Network("10.1.0.0/16"), "wide"),
    (IPv4Network("10.2.0.0/32"), "elsewhere"),
]


def test_the_most_specific_route_wins_and_of_two_alike_the_first() -> None:
    assert most_specific(ROUTES, TARGET) == "first"
    assert most_specific(ROUTES[:1], TARGET) == "default"
    assert most_specific(ROUTES[4:], TARGET) is None


def test_routes_are_read_from_their_lines() -> None:
    lines = [("ip", "route", "10.1.254.9", "255.255.255.0", "10.9.9.1", "250")]
    assert list(masked_routes(lines)) == [
        (IPv4Network("10.1.254.0/24"), IPv4Address("10.9.9.1")),
    ]


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ({}, "no uplink is wired"),
        ({"a": "a is shut"}, "a is shut"),
        ({"a": "a is shut", "b": "b is shut"}, "a is shut; b is shut"),
        ({"a": "a is shut", "b": None}, None),
    ],
)
def test_one_good_uplink_is_enough(faults: dict[str, str | None], found: str | None) -> None:
    wiring = Wiring(tuple(faults), None, TARGET)
    assert uplink_fault(wiring, faults.__getitem__) == found


@pytest.mark.parametrize(("count", "kept"), [(0, 0), (1, 0), (2, 1), (3, 2), (10, 6), (300, 200)])
def test_at_least_the_last_part_is_lost(count: int, kept: int) -> None:
    parts = list(range(count))
    assert arrived(parts) == parts[:kept]
