"""What a device saw before a change it must see after it, or the change is taken back."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from fake_device import FakeDevice, Notes
from muniform.devices import Health, Neighbour
from muniform.devices.probes import asked, lasting, listed, missing
from muniform.model import City, PortMode
from muniform.results import Status
from transactions import NAME, NEW, OLD, carry_out

ROUTER = Neighbour("TenGigabitEthernet1/1/1", "fs03-rtr1")
OTHER = Neighbour("GigabitEthernet0/0", "fs03-sw2")


def gateway(city: City) -> IPv4Address:
    found = city.device(NAME).management.gateway
    assert found is not None
    return found


def test_what_was_there_and_still_is_becomes_evidence(city: City) -> None:
    device, notes = FakeDevice(OLD, neighbours=frozenset({ROUTER})), Notes()
    device.answering = frozenset({gateway(city)})
    result = carry_out(city, device, notes)
    assert result.status is Status.CHANGED
    expected = f"neighbour fs03-rtr1 on {ROUTER.port}, the answer of {gateway(city)}"
    assert f"still there: {expected}" in result.evidence
    assert any(f"probes {{'there': ['neighbour fs03-rtr1 on {ROUTER.port}'" in text
               for text in notes.texts)  # fmt: skip


def test_a_neighbour_that_is_gone_takes_the_change_back(city: City) -> None:
    device = FakeDevice(
        OLD, neighbours=frozenset({ROUTER, OTHER}), neighbours_after=frozenset({ROUTER})
    )
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert "gone since the commit: neighbour fs03-sw2" in result.message
    assert (device.running, device.startup, device.log) == (OLD, OLD, ["rolled back"])
    timer = city.device(NAME).baseline.confirm_seconds
    assert timer / 2 < device.now < timer  # looked for as long as it could be confirmed


def test_a_neighbour_that_needs_a_moment_is_waited_for(city: City) -> None:
    device = FakeDevice(OLD, neighbours=frozenset({ROUTER}), neighbours_return=60)
    result = carry_out(city, device)
    assert result.status is Status.CHANGED
    assert device.now >= 60


def test_a_gateway_that_answers_no_more_takes_the_change_back(city: City) -> None:
    device = FakeDevice(OLD, answering_after=frozenset())
    device.answering = frozenset({gateway(city)})
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert f"the answer of {gateway(city)}" in result.message


def test_what_did_not_answer_before_is_not_asked_of_it(city: City) -> None:
    device = FakeDevice(OLD, neighbours_after=frozenset({ROUTER}))
    assert carry_out(city, device).status is Status.CHANGED


def test_a_timer_that_ends_during_verification_is_reverted(city: City) -> None:
    device = FakeDevice(OLD, early_timer=True)
    result = carry_out(city, device)
    assert result.status is Status.REVERTED
    assert (device.running, device.startup) == (OLD, OLD)
    assert device.log == ["reverted by itself"]


def test_a_confirmation_that_saved_nothing_is_saved(city: City) -> None:
    device = FakeDevice(OLD, confirms_without_saving=True)
    assert carry_out(city, device).status is Status.CHANGED
    assert device.startup == NEW


def test_a_change_that_nothing_takes_back_and_that_loses_a_neighbour_is_unknown(
    city: City,
) -> None:
    """The device kept the change by itself: nobody may say that it was reverted or is well."""
    device = FakeDevice(OLD, neighbours=frozenset({ROUTER}), neighbours_after=frozenset())
    device.drops_after_commit = device.forgets_timer = True
    result = carry_out(city, device)
    assert result.status is Status.UNKNOWN
    assert "no timer takes it back" in result.message
    assert device.startup == OLD


@pytest.mark.parametrize(
    ("flag", "said"), [("wrong_key", "host key"), ("refuses_login", "refused the login")]
)
def test_a_door_that_stays_shut_is_refused(city: City, flag: str, said: str) -> None:
    device, notes = FakeDevice(OLD, **{flag: True}), Notes()
    result = carry_out(city, device, notes)
    assert result.status is Status.REFUSED
    assert said in result.message
    assert notes.kinds == ["read", "refused"]


def test_a_lock_of_another_session_is_refused_and_left_to_it(city: City) -> None:
    other = object()
    device = FakeDevice(OLD, locked_by=other)
    result = carry_out(city, device)
    assert result.status is Status.REFUSED
    assert "locked by another session" in result.message
    assert device.locked_by is other


def test_no_answer_at_all_is_unreachable(city: City) -> None:
    device = FakeDevice(OLD, away_until=1e9)
    assert carry_out(city, device).status is Status.UNREACHABLE


def test_the_gateway_and_one_server_of_each_service_are_asked(city: City) -> None:
    device = city.device(NAME)
    addresses = asked(device)
    assert addresses[0] == device.management.gateway
    assert device.baseline.ntp[0].address in addresses
    assert len(addresses) == len(set(addresses)) <= 5


def test_phones_on_desks_and_ports_to_be_shut_are_no_evidence(city: City) -> None:
    device = city.device(NAME)
    edge = next(port for port in device.ports if port.edge)
    unused = next(port for port in device.ports if port.mode is PortMode.UNUSED)
    trunk = next(port for port in device.ports if port.mode is PortMode.TRUNK and not port.edge)
    seen = frozenset(Neighbour(port.name, "somebody") for port in (edge, unused, trunk))
    kept = lasting(device, Health(seen, frozenset()))
    assert kept.neighbours == {Neighbour(trunk.name, "somebody")}


def test_what_is_gone_is_named() -> None:
    address = IPv4Address("10.0.0.1")
    before = Health(frozenset({ROUTER, OTHER}), frozenset({address}))
    assert missing(before, before) == ()
    assert missing(before, Health(frozenset({ROUTER}), frozenset())) == (
        "neighbour fs03-sw2 on GigabitEthernet0/0",
        "the answer of 10.0.0.1",
    )
    assert listed([str(n) for n in range(8)]) == "0, 1, 2, 3, 4, 5 and 2 more"
    assert listed([]) == "nothing"
