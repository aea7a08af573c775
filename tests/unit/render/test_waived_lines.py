"""A rendered configuration with its waived lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from muniform.devices import difference, normalise
from muniform.devices.configuration import Change
from muniform.errors import RenderError
from muniform.model import City, Device, WaivedLine, Waiver, load_city
from muniform.render import first_boot, render


@pytest.fixture(scope="module")
def example(root: Path) -> City:
    return load_city(root / "inventory")


def waived(
    device: Device, keep: tuple[WaivedLine, ...] = (), without: tuple[WaivedLine, ...] = ()
) -> Device:
    end = date(2099, 1, 1)
    waiver = Waiver("label", "", (device.name,), "Facilities", "why", end, keep, without)
    return replace(device, waivers=(waiver,))


def changes(device: Device, other: Device) -> frozenset[Change]:
    return difference(
        normalise(render(device), device.platform), normalise(render(other), device.platform)
    )


def some_port(device: Device) -> str:
    """A section of an interface, as the platform prints it."""
    lines = render(device).splitlines()
    found = next(n for n, line in enumerate(lines) if line.startswith("interface "))
    return lines[found]


@pytest.mark.parametrize("platform", ["ios", "eos", "frr", "procurve"])
def test_exactly_the_waived_lines_differ(example: City, platform: str) -> None:
    device = next(d for d in example.devices if d.platform == platform)
    port = some_port(device)
    inside = next(
        path
        for path in sorted(normalise(render(device), platform))
        if len(path) == 2 and path[0] == port
    )
    keep = ((port, "description Lobby kiosk"), ("somewhere new", "below", "a line"), ("a word",))
    other = waived(device, keep, (inside,))
    found = {(change.path, change.sign) for change in changes(device, other)}
    assert (inside, "-") in found
    assert {(path, "+") for path in keep} <= found
    assert len(found) <= len(keep) + 3  # and the sections that were made


def test_a_first_boot_has_no_deviations(city: City) -> None:
    device = city.device("fs03-sw1")
    assert first_boot(waived(device, keep=(("a word",),))) == first_boot(device)


def test_a_section_that_is_left_out_takes_its_lines_with_it(city: City) -> None:
    device = city.device("fs03-sw1")
    port = some_port(device)
    assert f"\n{port}\n" not in render(waived(device, without=((port,),)))


def test_what_is_added_stands_before_the_end(city: City) -> None:
    device = city.device("fs03-sw1")
    text = render(waived(device, keep=(("ip http secure-server",),)))
    assert text.endswith("\nip http secure-server\nend\n")


@pytest.mark.parametrize(
    ("keep", "without", "said"),
    [
        ((("hostname fs03-sw1",),), (), "the standard has this line: hostname fs03-sw1"),
        ((), (("a", "b"),), "the standard has no such line: a / b"),
    ],
)
def test_a_waiver_that_moves_nothing_is_an_error(
    city: City, keep: tuple[WaivedLine, ...], without: tuple[WaivedLine, ...], said: str
) -> None:
    with pytest.raises(RenderError, match=said) as caught:
        render(waived(city.device("fs03-sw1"), keep, without))
    assert caught.value.hint == "remove the line from waivers/label.yml"


def test_a_platform_of_braces_says_that_it_can_not(example: City) -> None:
    device = next(d for d in example.devices if d.platform == "junos")
    with pytest.raises(RenderError, match="platform junos cannot serve waived lines"):
        render(waived(device, keep=(("system",),)))
