"""The two comparisons that the simulated switch prints, its filters, and ``configure replace``."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from muniform.lab.ios import IosSwitch
from muniform.lab.ios.diff import contextual, incremental
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.language import filters
from muniform.lab.simulated.spec import DeviceSpec, Wiring

OLD = "hostname a\n!\ninterface Vlan1\n description x\n shutdown\n!\nntp server 10.0.0.1\nend\n"
NEW = "hostname b\n!\ninterface Vlan1\n description y\n shutdown\n!\nvlan 20\n name u\nend\n"


def switch() -> IosSwitch:
    wiring = Wiring(("TenGigabitEthernet1/0/1",), IPv4Address(0), IPv4Address(1))
    spec = DeviceSpec(
        name="sw",
        model="C9300-24UX",
        serial="FOC1",
        ports=wiring.uplinks,
        startup="hostname sw\narchive\n path flash:archive\n",
        wiring=wiring,
        address="127.18.254.11",
        port=20022,
    )
    return IosSwitch(spec, Clock())


class Wire:
    """A connection that only knows whether it was dropped."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True


def shell(device: IosSwitch, privilege: int = 15) -> Shell:
    return Shell(device, "muniform", privilege, Wire())


def test_contextual_differences_add_first_and_name_the_section() -> None:
    assert contextual(OLD, NEW) == [
        "!Contextual Config Diffs:",
        "+hostname b",
        "interface Vlan1",
        " +description y",
        "+vlan 20",
        " +name u",
        "-hostname a",
        "interface Vlan1",
        " -description x",
        "-ntp server 10.0.0.1",
    ]


def test_equal_texts_have_no_differences_whatever_their_head() -> None:
    head = "! Last configuration change at 10:00:00 UTC Mon Jan 1 2024 by x\n"
    assert contextual(OLD, head + OLD)[1:] == ["!No changes were found"]


def test_a_banner_is_one_line() -> None:
    old = "banner login \x03\none\n two\n\x03\nend\n"
    new = old.replace(" two", " three")
    assert contextual(old, new)[1:] == [
        "+banner login \x03\none\n three\n\x03",
        "-banner login \x03\none\n two\n\x03",
    ]


def test_incremental_lists_only_what_would_change() -> None:
    merged = "hostname a\ninterface Vlan1\n description y\n no shutdown\nno lldp run\nend\n"
    assert incremental(OLD, merged, ignore_case=True) == [
        "!List of Commands:",
        "interface Vlan1",
        " description y",
        " no shutdown",
        "end",
    ]
    assert incremental(OLD, "HOSTNAME A\n", ignore_case=True)[-1] == "!No changes were found"
    default = frozenset(["ip domain lookup"])
    assert "no ip domain lookup" in incremental(OLD, "no ip domain lookup\n", True, default)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("include name", ["hostname a"]),
        ("inc ^interface|ntp", ["interface Vlan1", "ntp server 10.0.0.1"]),
        ("section Vlan1", ["interface Vlan1", " description x", " shutdown"]),
        ("begin ntp", ["ntp server 10.0.0.1", "end"]),
        ("count shut", ["Number of lines which match regexp = 1"]),
        ("", ["hostname a"]),
    ],
)
def test_filters(chosen: str, expected: list[str]) -> None:
    lines = [line for line in OLD.split("\n") if line and line != "!"]
    assert filters.apply(lines, chosen)[: len(expected)] == expected


def test_replacing_with_what_runs_changes_nothing() -> None:
    device = switch()
    before = device.running
    outcome = device.replace(device.running_file(), "muniform", True)
    assert outcome.is_applied
    assert "Total number of passes: 0" in outcome.lines
    assert device.running == before


def test_one_bad_line_leaves_everything_as_it_was() -> None:
    device = switch()
    bad = device.running_file().replace("hostname sw", "hostname new\nswitchport acess")
    outcome = device.replace(bad, "muniform", True)
    text = "\n".join(outcome.lines)
    assert not outcome.is_applied
    assert "switchport acess" in text
    assert "original configuration has been successfully restored" in text
    assert device.hostname == "sw"


def test_without_the_trigger_the_good_lines_apply() -> None:
    device = switch()
    bad = device.running_file().replace("hostname sw", "hostname new\nswitchport acess")
    outcome = device.replace(bad, "muniform", False)
    assert device.hostname == "new"
    assert "failed to apply" in "\n".join(outcome.lines)


@pytest.mark.parametrize("missing", ["version", "end"])
def test_a_file_without_version_or_end_is_no_configuration(missing: str) -> None:
    device = switch()
    lines = [line for line in device.running.split("\n") if not line.startswith(missing)]
    outcome = device.replace("\n".join(lines), "muniform", True)
    assert outcome.lines == ["%The input file is not a valid config file."]
    assert device.hostname == "sw"


def test_the_caret_counts_the_prompt() -> None:
    session = shell(switch())
    assert session.enter("show verison")[:2] == [
        " " * len("sw#show ver") + "^",
        "% Invalid input detected at '^' marker.",
    ]
    session.enter("conf t")
    assert session.prompt == "sw(config)#"
    assert session.enter("do show verison")[0] == " " * len("sw(config)#do show ver") + "^"


def test_modes_and_their_prompts() -> None:
    session = shell(switch())
    prompts = []
    lines = ["conf t", "int te1/0/1", "vlan 20", "line con 0", "exit", "end", "tclsh", "tclquit"]
    for line in lines:
        assert not any("%" in said for said in session.enter(line))
        prompts.append(session.prompt)
    assert prompts == [
        "sw(config)#",
        "sw(config-if)#",
        "sw(config-vlan)#",
        "sw(config-line)#",
        "sw(config)#",
        "sw#",
        "sw(tcl)#",
        "sw#",
    ]


def test_without_privilege_only_harmless_commands_work() -> None:
    session = shell(switch(), privilege=1)
    assert session.prompt == "sw>"
    assert "Invalid input" in "\n".join(session.enter("show running-config"))
    assert "uptime" in "\n".join(session.enter("show version"))


def test_a_timer_needs_the_archive() -> None:
    device = switch()
    device.merge("no archive\n", "muniform")
    device.flash.write("flash:/x", device.running_file().encode())
    said = shell(device).enter("configure replace flash:/x force revert trigger error timer 1")
    assert said[0].startswith("%Please turn config archive on")
    assert shell(device).enter("show archive") == ["Archive feature not enabled"]


def test_copies_ask_unless_prompts_are_quiet() -> None:
    device = switch()
    session = shell(device)
    session.enter("copy running-config flash:/x")
    assert session.prompt == "Destination filename [x]? "
    session.enter("")
    assert device.flash.names == ("x",)
    device.merge("file prompt quiet\n", "muniform")
    session.enter("copy running-config flash:/y")
    assert device.flash.names == ("x", "y")
    session.enter("delete /force flash:/x")
    assert device.flash.names == ("y",)


def test_the_archive_keeps_no_more_than_its_maximum() -> None:
    device = switch()
    device.merge("archive\n maximum 2\n write-memory\n", "muniform")
    for _ in range(4):
        device.save()
    assert len(device.flash.names) == 2
    assert any("Most Recent" in line for line in shell(device).enter("show archive"))
