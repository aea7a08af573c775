"""Where the controller's network is plugged in, followed through two cities' cables."""

from dataclasses import replace
from pathlib import Path

import pytest

from muniform.lab.uplinks import Uplinks
from muniform.model import City, Device, load_city

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def aurelia() -> City:
    return load_city(ROOT / "inventory" / "city.yml")


@pytest.fixture(scope="module")
def bracken() -> City:
    return load_city(ROOT / "tests" / "cities" / "bracken_falls" / "inventory" / "city.yml")


def unplugged(city: City, device: str, port: str) -> City:
    """The city without the cable in a port."""

    def is_kept(ends: tuple[str, str]) -> bool:
        return f"{device}:{port}" not in ends

    sites = tuple(
        replace(
            site,
            links=tuple(link for link in site.links if is_kept((str(link.a), str(link.b)))),
        )
        for site in city.sites
    )
    return replace(city, sites=sites)


@pytest.mark.parametrize(
    ("device", "ports"),
    [
        # One uplink, though the second switch hangs behind the first.
        ("fs03-sw1", ("TenGigabitEthernet1/1/1",)),
        ("fs03-sw2", ("TenGigabitEthernet1/1/1",)),
        # One to each half of the pair of cores.
        ("dc02-leaf3", ("et-0/0/48", "et-0/0/49")),
        # The circuit to the controller's site, and the other core, which has its own.
        ("dc02-core1", ("Ethernet49/1", "Ethernet50/1", "Ethernet9")),
        ("dc02-fw1", ("xe-0/0/18", "xe-0/0/19")),
        # A circuit, not the ports towards the site's own switches.
        ("hc01-dist1", ("xe-0/2/3",)),
        # Two circuits: to either core of the data centre.
        ("pw02-dist1", ("xe-0/2/2", "xe-0/2/3")),
    ],
)
def test_uplinks_of_the_example_city(aurelia: City, device: str, ports: tuple[str, ...]) -> None:
    assert Uplinks(aurelia).of(aurelia.device(device)) == ports


def test_routed_cables_to_the_entry_count_and_the_partner_does_too(bracken: City) -> None:
    found = Uplinks(bracken).of(bracken.device("th-ds1"))
    assert found == ("Ethernet21", "Ethernet22", "Ethernet25", "Ethernet26")


@pytest.mark.parametrize("name", ["aurelia", "bracken"])
def test_every_simulated_device_has_an_uplink(name: str, request: pytest.FixtureRequest) -> None:
    city: City = request.getfixturevalue(name)
    uplinks = Uplinks(city)
    assert [d.name for d in city.devices if d.platform != "frr" and not uplinks.of(d)] == []


def test_an_uplink_is_where_the_cable_lies_whatever_the_port_is_declared_as(aurelia: City) -> None:
    lonely = unplugged(aurelia, "fs03-sw2", "TenGigabitEthernet1/1/1")
    assert Uplinks(lonely).of(lonely.device("fs03-sw2")) == ()
    lonely = unplugged(aurelia, "hc01-dist1", "xe-0/2/3")
    assert Uplinks(lonely).of(lonely.device("hc01-dist1")) == ()


def test_a_cut_circuit_leaves_the_way_over_the_partner(aurelia: City) -> None:
    cut = unplugged(aurelia, "ch01-dist1", "TwentyFiveGigE1/0/23")
    dist1, dist2 = (cut.device(f"ch01-dist{n}") for n in (1, 2))
    lateral = {link.a.port for link in cut.site("ch01").links if both(link.a.device, link.b.device)}
    assert set(Uplinks(cut).of(dist1)) == lateral
    assert "TwentyFiveGigE1/0/23" in Uplinks(cut).of(dist2)


def both(a: str, b: str) -> bool:
    return {a, b} == {"ch01-dist1", "ch01-dist2"}


def test_the_entry_of_the_controllers_site_hears_it_on_every_cable(aurelia: City) -> None:
    entry: Device = aurelia.device("dc01-rtr1")
    ports = {
        end.port
        for link in aurelia.site("dc01").links
        for end in (link.a, link.b)
        if end.device == entry.name
    }
    assert set(Uplinks(aurelia).of(entry)) == ports
