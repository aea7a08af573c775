"""Who gets into the simulated switch: accounts, lists of methods, and what loses the way in."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from muniform.lab.ios import IosSwitch
from muniform.lab.ios.accounts import login
from muniform.lab.ios.lockout import Lockout
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.type9 import type9_hash

UPLINK = "TenGigabitEthernet1/0/1"
HASH = type9_hash("right", "abcdefghijklmn")
STARTUP = f"""
username muniform privilege 15 secret 9 {HASH}
aaa new-model
aaa group server tacacs+ TACACS
 server name T1
aaa authentication login default group TACACS local
aaa authorization exec default group TACACS local
aaa authorization commands 15 default group TACACS local
ip routing
vtp mode transparent
vlan 999
interface {UPLINK}
 switchport mode trunk
interface Vlan999
 ip address 10.18.254.11 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.18.254.1
tacacs server T1
 address ipv4 10.1.1.50
 key secret
line vty 0 4
 transport input ssh
"""


class Wire:
    """A connection that only knows whether it was dropped."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True


def booted(change: str = "") -> IosSwitch:
    wiring = Wiring((UPLINK,), IPv4Address("10.18.254.1"), IPv4Address("10.1.254.10"))
    spec = DeviceSpec(
        name="fs03-sw1",
        model="C9300-24UX",
        serial="FOC1",
        ports=(UPLINK,),
        startup=STARTUP + change,
        wiring=wiring,
        address="127.18.254.11",
        port=20022,
    )
    switch = IosSwitch(spec, Clock())
    assert switch.boot_messages == []
    return switch


def enter(switch: IosSwitch, *lines: str) -> list[str]:
    shell = Shell(switch, "muniform", 15, Wire())
    return [said for line in lines for said in shell.enter(line)]


def test_no_server_answers_so_the_local_account_decides() -> None:
    switch = booted()
    assert switch.cut is None
    assert login(switch.config, "muniform", "right") == 15
    assert login(switch.config, "muniform", "wrong") is None
    assert login(switch.config, "nobody", "right") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("aaa authentication login default group TACACS", "method of the login list"),
        ("aaa authentication login default enable", "method of the login list"),
        ("line vty 0 4\n login authentication MISSING", "method of the login list"),
        ("aaa authorization exec default group TACACS", "method authorises a session"),
        ("line vty 0 4\n authorization exec MISSING", "method authorises a session"),
        ("no username muniform", "method of the login list"),
    ],
)
def test_a_list_that_nobody_answers_cuts_management_off(change: str, reason: str) -> None:
    switch = booted(change)
    assert switch.cut is not None
    assert reason in switch.cut
    assert login(switch.config, "muniform", "right") is None


def test_a_list_of_the_line_stands_before_the_default_list() -> None:
    switch = booted(
        "aaa authentication login default group TACACS\n"
        "aaa authentication login VTY group TACACS local\n"
        "line vty 0 4\n login authentication VTY\n"
    )
    assert switch.cut is None
    assert login(switch.config, "muniform", "right") == 15


def test_without_exec_authorisation_an_account_keeps_no_privilege() -> None:
    switch = booted("no aaa authorization exec default")
    assert login(switch.config, "muniform", "right") == 1


def test_without_a_method_that_answers_no_command_is_allowed() -> None:
    switch = booted("aaa authorization commands 15 default group TACACS")
    assert enter(switch, "show running-config") == ["Command authorization failed."]
    assert "Cisco IOS XE Software" in enter(switch, "show version")[0]
    # Commands of configuration mode are asked for only if that is configured.
    before = switch.running
    assert enter(booted(), "configure terminal", "hostname x")[1:] == []
    switch = booted(
        "aaa authorization config-commands\naaa authorization commands 15 default if-authenticated"
    )
    assert enter(switch, "configure terminal", "hostname y")[1:] == []
    assert "hostname y" in switch.running
    assert "hostname y" not in before


def test_configuration_commands_are_asked_for_one_by_one() -> None:
    switch = booted("aaa authorization config-commands")
    shell = Shell(switch, "muniform", 15, Wire())
    shell.enter("configure terminal")
    shell.enter("aaa authorization commands 15 default group TACACS")
    assert shell.enter("hostname z") == ["Command authorization failed."]
    assert shell.enter("end") == []


def test_a_replace_that_forgets_local_is_reverted_by_the_timer() -> None:
    switch = booted("archive\n path flash:archive\n")
    good = switch.running
    bad = good.replace("login default group TACACS local", "login default group TACACS")
    assert bad != good
    before = switch.config.copy()
    switch.replace(bad, "muniform", True)
    assert switch.cut is not None
    switch.exchange(before, "muniform")
    assert switch.cut is None


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (("line vty 0 4", "login local"), "% Invalid input detected at '^' marker."),
        (("line vty 0 4", "login"), "% Incomplete command."),
        (("aaa authentication login default group",), "% Incomplete command."),
        (("aaa authentication login default lokal",), "% Invalid input detected at '^' marker."),
        (("no aaa new-model", "aaa authentication login default local"), "% Invalid input"),
    ],
)
def test_commands_of_the_other_model_are_refused(lines: tuple[str, ...], answer: str) -> None:
    said = enter(booted(), "configure terminal", *lines)
    assert any(answer in line for line in said)


def test_an_undefined_group_is_taken_with_a_warning() -> None:
    said = enter(booted(), "configure terminal", "aaa authentication login X group NONE local")
    assert any('server-group "NONE" is not defined' in line for line in said)


def test_without_the_new_model_nothing_of_it_is_left() -> None:
    switch = booted("no aaa new-model\nline vty 0 4\n login local\n")
    assert [line for line in switch.running.splitlines() if "aaa" in line] == ["no aaa new-model"]
    assert login(switch.config, "muniform", "right") == 15
    switch.merge("aaa new-model", "muniform")
    assert "login local" not in switch.running


def test_too_many_failures_close_the_switch_for_a_while() -> None:
    switch = booted("login block-for 900 attempts 3 within 120\n")
    clock = switch.clock
    start, passed = clock.now(), 0.0
    lockout = Lockout(lambda: start.fromtimestamp(start.timestamp() + passed, start.tzinfo))
    lockout.failed(switch.config)
    passed = 130
    lockout.failed(switch.config)
    lockout.failed(switch.config)
    assert not lockout.is_closed(switch.config)  # the first one is too old to count
    lockout.failed(switch.config)
    assert lockout.is_closed(switch.config)
    passed = 130 + 899
    assert lockout.is_closed(switch.config)
    passed = 130 + 901
    assert not lockout.is_closed(switch.config)
    open_door = replace(lockout)
    open_door.failed(booted().config)
    assert not open_door.is_closed(booted().config)
