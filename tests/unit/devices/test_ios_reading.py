"""What IOS-XE answers, read: values from its words, and an error where words are missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniform.devices import Neighbour
from muniform.devices import ios_reading as reading
from muniform.devices.cli_session import split_answers
from muniform.errors import CandidateRejected, DeviceError

TIMER = """Time configured(or reconfigured): 11:20:05 UTC Mon Nov 2 2026
Timer type: absolute timer
Timer value: 5 min
User: muniform
"""
DIRECTORY = """Directory of flash:/

   11  -rw-        5592  Dec 18 2025 10:50:22 +00:00  packages.conf
   12  -rw-         903  Nov 02 2026 11:20:22 +00:00  muniform-candidate.cfg

11353194496 bytes total (9123456512 bytes free)
"""
CODES = """Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device

Device ID           Local Intf     Hold-time  Capability      Port ID
"""
ROUTER = "fs03-rtr1.portaureliTe1/1/1        120        R               Te1/0/24\n"
LAPTOP = "laptop              Gi1/0/3        120                        00a3.d1aa.0002\n"
VERSION = """Cisco IOS XE Software, Version 17.12.04
Cisco IOS Software [Dublin], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.12.4, RELEASE
fs03-sw2 uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes
cisco C9300-24UX (X86) processor with 1331521K/6147K bytes of memory.
Processor board ID FOC2799Z0A1
Model Number                       : C9300-24UX
"""


def test_a_configuration_has_its_end() -> None:
    text = "hostname a\ninterface Vlan1\n no ip address\nend\n"
    assert reading.configuration(text, "show running-config") == text
    assert reading.configuration("startup-config is not present\n", "show startup-config") == ""


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (lambda text: reading.configuration(text, "show running-config"), "hostname a\nint"),
        (lambda text: reading.configuration(text, "show running-config"), ""),
        (reading.has_archive, "\x07#% }{"),
        (reading.timer, ""),
        (reading.timer, "User: muniform"),
        (reading.free_bytes, "Directory of flash:/"),
        (lambda text: reading.has_file(text, "a"), "%Error opening flash: (Permission denied)"),
        (reading.md5, "%Error verifying flash:/a (No such file or directory)"),
        (reading.facts, "Cisco IOS XE Software, Version 17.12.04"),
        (reading.neighbours, "Total entries displayed: 1\n"),
        (reading.neighbours, f"{CODES}\nTotal entries displayed: 1\n"),
        (reading.neighbours, f"{CODES}{ROUTER}"),
        (reading.answers_ping, ""),
    ],
)
def test_half_an_answer_is_an_error(read: Callable[[str], object], answer: str) -> None:
    with pytest.raises(DeviceError, match="makes no sense") as caught:
        read(answer)
    assert caught.value.hint


def test_a_secret_in_a_strange_answer_is_masked() -> None:
    with pytest.raises(DeviceError) as caught:
        reading.configuration("radius server A\n key 7 0822455D0A16", "show running-config")
    assert "0822455D0A16" not in str(caught.value)


def test_a_timer_and_whose_it_is() -> None:
    assert reading.timer("%No Rollback Confirmed Change pending\n") is None
    assert reading.timer(TIMER) == reading.Timer("muniform")


def test_an_archive_that_is_on_or_off() -> None:
    assert not reading.has_archive("Archive feature not enabled\n")
    assert reading.has_archive("The maximum archive configurations allowed is 10.\n")


def test_flash() -> None:
    assert reading.free_bytes(DIRECTORY) == 9123456512
    assert reading.has_file(DIRECTORY, "muniform-candidate.cfg")
    assert not reading.has_file(DIRECTORY, "candidate.cfg")
    digest = "0123456789abcdef" * 2
    assert reading.md5(f".....Done!\nverify /md5 (flash:/a) = {digest}\n") == digest


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "%Error opening flash:/a (No such file or directory)",
        "%The input file is not a valid config file.",
        "%Please turn config archive on before using this feature",
        "Total number of passes: 5\nRollback aborted after 5 passes\n",
        "The following commands are failed to apply to the IOS image.\n********\nRollback Done",
        "Reverting\nThe original configuration has been successfully restored. Rollback Done",
    ],
)
def test_a_replace_that_does_not_say_that_it_is_done_is_refused(answer: str) -> None:
    with pytest.raises(CandidateRejected):
        reading.replaced(answer)


def test_a_replace_that_is_done() -> None:
    reading.replaced("Total number of passes: 1\nRollback Done\n")


@pytest.mark.parametrize(
    ("answer", "is_accepted"),
    [
        ("", True),
        ("Building configuration...\n[OK]", True),
        ("%Error deleting flash:/a (No such file or directory)", False),
        ("     ^\n% Invalid input detected at '^' marker.", False),
        ("Command authorization failed.", False),
        ("Configuration mode is locked by process '483' user 'x' from terminal '2'.", False),
    ],
)
def test_words_of_refusal(answer: str, is_accepted: bool) -> None:
    assert reading.accepted(answer) is is_accepted


def test_facts() -> None:
    facts = reading.facts(VERSION)
    assert (facts.vendor, facts.model, facts.version) == ("Cisco", "C9300-24UX", "17.12.04")
    assert (facts.serial, facts.hostname) == ("FOC2799Z0A1", "fs03-sw2")
    assert facts.uptime == ((365 + 14 + 3) * 24 + 4) * 3600 + 300


def table(*rows: str, total: int | None = None) -> str:
    count = len(rows) if total is None else total
    return f"{CODES}{''.join(rows)}\nTotal entries displayed: {count}\n\n"


def test_neighbours() -> None:
    assert reading.neighbours(table(ROUTER, LAPTOP)) == {
        Neighbour("TenGigabitEthernet1/1/1", "fs03-rtr1"),
        Neighbour("GigabitEthernet1/0/3", "laptop"),
    }
    assert reading.neighbours(table()) == frozenset()
    assert reading.neighbours("% LLDP is not enabled\n") == frozenset()


def test_a_name_that_is_too_long_for_its_column_has_a_line_of_its_own() -> None:
    wrapped = f"fs03-rtr1.portaurelia.example\n{' ' * 20}{ROUTER[20:]}"
    found = {Neighbour("TenGigabitEthernet1/1/1", "fs03-rtr1")}
    assert reading.neighbours(table(wrapped)) == found


FORGED = "fs03-rtr1           Te1/1/1        120        R               Te1/0/24\n"


@pytest.mark.parametrize(
    "port_id", [FORGED, f"x\n{FORGED}", f"{FORGED}\nTotal entries displayed: 2"]
)
def test_nobody_speaks_for_another_port(port_id: str) -> None:
    """A device on one port that announces text of several lines is seen through."""
    mine = LAPTOP.replace("00a3.d1aa.0002", f"x\n{port_id}")
    with pytest.raises(DeviceError, match="makes no sense"):
        reading.neighbours(table(mine, total=1))


def test_an_absent_startup_configuration_is_told_by_nothing_else() -> None:
    text = "banner motd ^C\nstartup-config is not present\n^C\nend\n"
    assert reading.configuration(text, reading.RUNNING) == text
    assert reading.configuration(text, reading.STARTUP) == text
    assert reading.configuration("%% startup-config is not present\n", reading.STARTUP) == ""
    with pytest.raises(DeviceError, match="makes no sense"):
        reading.configuration("startup-config is not present\n", reading.RUNNING)


def test_a_configuration_with_bytes_that_were_lost_is_not_taken_for_the_devices() -> None:
    text = "hostname a\nsnmp-server location Caf\ufffd\nend\n"
    with pytest.raises(DeviceError, match=r"line 2 of 'show running-config' .* no UTF-8") as caught:
        reading.configuration(text, reading.RUNNING)
    assert "ASCII or UTF-8" in caught.value.hint


def test_ping() -> None:
    assert reading.answers_ping("!!!\nSuccess rate is 100 percent (3/3), round-trip …")
    assert reading.answers_ping(".!!\nSuccess rate is 66 percent (2/3), round-trip …")
    assert not reading.answers_ping("...\nSuccess rate is 0 percent (0/3)")
    assert not reading.answers_ping("% Unrecognized host or address, or protocol not running.")


# Several answers in one transcript

TALK = "sw1#show clock\n11:20\nsw1#show users\nline 1\nsw1#show lines\nsw1#"


def test_answers_are_told_apart_by_prompt_and_echo() -> None:
    commands = ["show clock", "show users", "show lines"]
    assert split_answers(TALK, "sw1#", commands) == ["11:20\n", "line 1\n", ""]
    assert split_answers(TALK, "sw1#", commands[:1]) == [TALK.partition("\n")[2][:-4]]


@pytest.mark.parametrize("missing", range(1, len(TALK)))
def test_answers_that_are_not_all_there_are_waited_for(missing: int) -> None:
    cut = TALK[:-missing]
    assert split_answers(cut, "sw1#", ["show clock", "show users", "show lines"]) == []


def test_an_echo_inside_an_answer_is_text() -> None:
    text = "sw1#more a\nsay sw1#more b\n sw1#more b\nsw1#more b\nb\nsw1#"
    assert split_answers(text, "sw1#", ["more a", "more b"]) == [
        "say sw1#more b\n sw1#more b\n",
        "b\n",
    ]
