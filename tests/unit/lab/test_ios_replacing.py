"""``configure replace`` works on the live switch, command by command, and so does its revert."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import catalyst_lab
from muniform.lab.ios import IosSwitch
from muniform.lab.ios.configlet import configlet
from muniform.lab.ios.defaults import blank
from muniform.lab.ios.editor import load
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.language.tree import Node
from muniform.model import Device
from small_catalyst import switch as small_switch

ROUTE = "ip route 0.0.0.0 0.0.0.0 10.99.1.1"
QUEUE = """class-map match-any VOICE
 match dscp ef
policy-map OUT
 class VOICE
  priority level 1
 class class-default
  queue-buffers ratio 25
interface TenGigabitEthernet1/0/2
 service-policy output OUT
"""


class Wire:
    """A session, as far as it can be dropped."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


@pytest.fixture
def switch() -> IosSwitch:
    return small_switch("127.99.1.11")


def wired(switch: IosSwitch) -> Wire:
    wire = Wire()
    switch.admit(wire, 22)
    return wire


def tree(switch: IosSwitch, text: str) -> Node:
    root = blank(switch.hardware)
    assert load(text, root, switch.hardware) == []
    return root


def commands(switch: IosSwitch, before: str, after: str) -> list[str]:
    return configlet(tree(switch, before), tree(switch, after))


def test_what_runs_is_negated_before_the_file_is_given(switch: IosSwitch) -> None:
    before = (
        "hostname a\nvlan 20\nvlan 30\n name x\ninterface Vlan20\n no shutdown\n description d\n"
    )
    after = "hostname b\nvlan 30\n name y\nvlan 40\n"
    assert commands(switch, before, after) == [
        "no hostname a",
        "vlan 30",
        " no name x",
        "no vlan 20",
        "no interface Vlan20",
        "hostname b",
        "vlan 30",
        " name y",
        "vlan 40",
    ]


def test_terminal_lines_are_compared_whatever_their_ranges(switch: IosSwitch) -> None:
    before = "line vty 0 15\n length 0\n"
    after = "line vty 0 4\n length 0\nline vty 5 9\n length 9\nline vty 10 15\n length 0\n"
    found = commands(switch, before, after)
    assert found == ["line vty 5 9", " no length 0", "line vty 5 9", " length 9"]


def test_classes_that_change_places_are_removed_and_appended(switch: IosSwitch) -> None:
    maps = "class-map match-any A\nclass-map match-any B\npolicy-map P\n"
    found = commands(switch, maps + " class A\n class B\n", maps + " class B\n class A\n")
    assert found == ["policy-map P", " no class A", " no class B", *found[3:]]
    assert found[3:] == ["policy-map P", " class B", " class A"]


def test_what_is_still_used_goes_in_a_later_pass(switch: IosSwitch) -> None:
    plain = switch.running
    switch.merge(QUEUE, "muniform")
    outcome = switch.replace(plain, "muniform", revert_on_error=True)
    assert outcome.lines == ["Total number of passes: 2", "Rollback Done", ""]
    assert switch.running == plain


def test_a_line_that_only_the_difference_makes_wrong_takes_everything_back(
    switch: IosSwitch,
) -> None:
    switch.merge(QUEUE, "muniform")
    before = switch.running
    wanted = before.replace("match-any VOICE", "match-all VOICE").replace("sw1", "renamed")
    assert small_switch("127.99.1.12").replace(wanted, "muniform", True).is_applied
    outcome = switch.replace(wanted, "muniform", revert_on_error=True)
    assert not outcome.is_applied
    assert "no class-map match-any VOICE" in outcome.lines
    assert "Rollback aborted after 5 passes" in outcome.lines
    assert "original configuration has been successfully restored" in outcome.lines[-1]
    assert switch.running == before


def test_without_the_trigger_the_rest_stays_applied(switch: IosSwitch) -> None:
    switch.merge(QUEUE, "muniform")
    wanted = switch.running.replace("match-any VOICE", "match-all VOICE").replace("sw1", "renamed")
    outcome = switch.replace(wanted, "muniform", revert_on_error=False)
    assert outcome.is_applied
    assert "Rollback aborted after 5 passes" in outcome.lines
    assert "renamed" in switch.hostname
    assert "class-map match-any VOICE" in switch.running


def test_a_port_that_routes_joins_no_bundle_that_switches(switch: IosSwitch) -> None:
    first, third = "interface TenGigabitEthernet1/0/1\n", "interface TenGigabitEthernet1/0/3\n"
    wanted = switch.running.replace(first, f"interface Port-channel7\n!\n{first}")
    routing = " no switchport\n no ip address\n channel-group 7 mode active\n"
    wanted = wanted.replace(third, third + routing)
    outcome = switch.replace(wanted, "muniform", revert_on_error=True)
    assert not outcome.is_applied
    assert " channel-group 7 mode active" in outcome.lines


def test_a_way_in_that_is_gone_for_a_moment_costs_the_sessions(switch: IosSwitch) -> None:
    wire, cuts = wired(switch), list[str | None]()
    switch.watchers.append(lambda: cuts.append(switch.cut))
    named = switch.running.replace(ROUTE, f"{ROUTE} name out")
    assert switch.replace(named, "muniform", revert_on_error=True).is_applied
    assert wire.is_dropped
    assert [cut is None for cut in cuts[:2]] == [False, True]
    assert switch.cut is None
    assert switch.running == named


def test_a_revert_goes_line_by_line_too(switch: IosSwitch) -> None:
    async def changed_and_reverted() -> Wire:
        switch.start_revert(1, "muniform")
        switch.merge(f"no {ROUTE}\n{ROUTE} name out\n", "muniform")
        wire = wired(switch)
        assert switch.revert_now()
        return wire

    before = switch.running
    assert asyncio.run(changed_and_reverted()).is_dropped
    assert switch.cut is None
    assert switch.running == before


def test_a_session_outlives_what_only_a_login_asks_for(switch: IosSwitch) -> None:
    wire = wired(switch)
    line = next(line for line in switch.running.splitlines() if line.startswith("username muni"))
    other = line[:-43] + line[-43:].swapcase()
    wanted = switch.running.replace(line, other).replace(
        " 10 permit 10.1.254.0", " 20 permit 10.1.254.0"
    )
    assert switch.replace(wanted, "muniform", revert_on_error=True).is_applied
    assert switch.running == wanted
    assert not wire.is_dropped


each_device = pytest.mark.parametrize("device", catalyst_lab.DEVICES, ids=lambda d: d.role.value)


@each_device
def test_a_whole_standard_comes_and_goes_without_a_session_lost(
    device: Device, tmp_path: Path
) -> None:
    store = catalyst_lab.secrets_for(device, tmp_path / "secrets")
    switch = catalyst_lab.blank_switch(device, store, Clock())
    wire, first = wired(switch), switch.running
    wanted = catalyst_lab.candidate(device, store, switch)
    assert switch.replace(wanted, "muniform", revert_on_error=True).is_applied
    full = switch.running
    assert switch.replace(first, "muniform", revert_on_error=True).is_applied
    assert switch.running == first
    assert switch.replace(wanted, "muniform", revert_on_error=True).is_applied
    assert switch.running == full
    assert not wire.is_dropped


def test_members_follow_their_bundle(tmp_path: Path) -> None:
    device = catalyst_lab.DEVICES[0]
    store = catalyst_lab.secrets_for(device, tmp_path / "secrets")
    switch = catalyst_lab.blank_switch(device, store, Clock())
    switch.replace(catalyst_lab.candidate(device, store, switch), "muniform", True)
    wire = wired(switch)
    names = ("Port-channel1", *device.lags[0].members)
    listed = {
        line.line
        for name in names
        for port in switch.config.starting("interface", name)
        for line in port.starting("switchport", "trunk", "allowed")
    }
    (before,) = listed
    wanted = switch.running.replace(before, f"{before},4000")
    assert switch.replace(wanted, "muniform", revert_on_error=True).is_applied
    assert switch.running == wanted
    assert not wire.is_dropped
