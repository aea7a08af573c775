"""Configurations as sets of lines: what counts as equal, what a diff shows, what it never shows."""

from __future__ import annotations

import pytest

from muniform.devices.configuration import Change, difference, fingerprint, normalise, show
from muniform.devices.configuration.ios import parse_difference
from muniform.devices.ios_candidate import flash_candidate
from muniform.masking import Secret
from muniform.model import City
from muniform.render import render

KEY = Secret("hash_key", "k")
RUNNING = """Building configuration...

Current configuration : 812 bytes
! Last configuration change at 10:00:00 UTC Sun Nov 22 2026 by muniform
version 17.9
hostname sw1
username muniform privilege 15 secret 9 $9$old
crypto pki trustpoint TP-self-signed-1
 enrollment selfsigned
crypto pki certificate chain TP-self-signed-1
 certificate self-signed 01
  30820330 30820218
  \tquit
interface Vlan1
 no ip address
 shutdown
interface Vlan999
 ip address 10.18.254.11 255.255.255.0
banner login ^C
Keep out
^C
end
"""


def test_volatile_lines_and_own_certificates_are_not_compared() -> None:
    other = RUNNING.replace("10:00:00", "11:11:11").replace("812", "9").replace("30820330", "FF")
    assert normalise(RUNNING, "ios") == normalise(other, "ios")


def test_the_same_line_in_two_sections_is_two_lines() -> None:
    lines = normalise(RUNNING, "ios")
    assert ("interface Vlan1", "shutdown") in lines
    assert ("interface Vlan999", "shutdown") not in lines


def test_a_banner_is_one_line_whatever_its_delimiter_looks_like() -> None:
    with_etx = RUNNING.replace("^C", "\x03")
    joined = RUNNING.replace("banner login ^C\nKeep out\n^C", "banner login ^CKeep out^C")
    assert normalise(RUNNING, "ios") == normalise(with_etx, "ios") == normalise(joined, "ios")


def test_a_rotated_secret_is_a_change_that_shows_nothing() -> None:
    before = normalise(RUNNING, "ios")
    after = normalise(RUNNING.replace("$9$old", "$9$new"), "ios")
    assert fingerprint(before, KEY) != fingerprint(after, KEY)
    assert show(difference(before, after)) == (
        "~ username muniform privilege 15 secret 9 ********  (secret changed)",
    )


def test_a_fingerprint_depends_on_the_key_and_not_on_order() -> None:
    lines = normalise(RUNNING, "ios")
    assert fingerprint(sorted(lines), KEY) == fingerprint(lines, KEY)
    assert fingerprint(lines, KEY) != fingerprint(lines, Secret("hash_key", "other"))


def test_ios_contextual_differences_are_the_same_set_as_ours() -> None:
    after = (
        RUNNING.replace(" no ip address\n shutdown\n", " shutdown\n").replace(
            "hostname sw1", "hostname sw2"
        )
        + "ntp server 10.1.1.10\n"
    )
    printed = """
!Contextual Config Diffs:
+hostname sw2
interface Vlan1
 -no ip address
+ntp server 10.1.1.10
-hostname sw1
"""
    ours = difference(normalise(RUNNING, "ios"), normalise(after, "ios"))
    assert parse_difference(printed) == ours
    assert Change(("interface Vlan1", "no ip address"), "-") in ours


def test_a_diff_reads_in_natural_order_with_its_sections() -> None:
    before = normalise("interface Te1/0/10\n shutdown\n", "ios")
    after = normalise(
        "interface Te1/0/10\n no shutdown\ninterface Te1/0/9\n description X\n", "ios"
    )
    assert show(difference(before, after)) == (
        "+ interface Te1/0/9",
        "+   description X",
        "  interface Te1/0/10",
        "+   no shutdown",
        "-   shutdown",
    )


def test_the_candidate_has_etx_banners_and_the_devices_own_certificate(city: City) -> None:
    candidate = flash_candidate(render(city.device("fs03-sw1")), RUNNING)
    assert "banner login \x03\n" in candidate
    assert "^C" not in candidate
    assert "  \tquit\n" in candidate
    assert candidate.endswith("end\n")
    assert candidate.startswith("version ")


RULED = "banner login ^C\n-----\nA\n-----\n^C\n"


def test_a_ruler_in_a_banner_is_text_with_and_without_signs_on_its_lines() -> None:
    ours = difference(frozenset(), normalise(RULED, "ios"))
    plain = parse_difference("+" + RULED)
    signed = parse_difference("".join(f"+{line}\n" for line in RULED.splitlines()))
    assert plain == signed == ours
    other = difference(frozenset(), normalise(RULED.replace("-----", "----"), "ios"))
    assert other != ours


def test_a_version_inside_a_section_is_a_setting() -> None:
    assert ("router rip", "version 2") in normalise("router rip\n version 2\n", "ios")


def test_two_secrets_of_one_kind_are_two_changes_to_the_reader() -> None:
    after = normalise("snmp-server community one ro\nsnmp-server community two ro\n", "ios")
    shown = show(difference(frozenset(), after))
    assert shown == ("+ snmp-server community ******** ro  (2 times, with other secrets)",)


@pytest.mark.parametrize(
    ("platform", "one", "other", "told"),
    [
        (
            "ios",
            "access-list 10 permit 10.0.0.0\n",
            "access-list 10 deny any\n",
            ("[order] access-list 10: permit 10.0.0.0, deny any",),
        ),
        ("eos", "tacacs-server host 10.1.1.20 key 7 0A\n", "tacacs-server host 10.2.1.20\n",
         ("[order] tacacs-server host: 10.1.1.20, 10.2.1.20",)),
        ("eos", "radius-server host 10.1.1.30\n", "radius-server host 10.2.1.30\n",
         ("[order] radius-server host: 10.1.1.30, 10.2.1.30",)),
        ("procurve", 'radius-server host 10.1.1.30 key "a"\n', "radius-server host 10.2.1.30\n",
         ("[order] radius-server host: 10.1.1.30, 10.2.1.30",)),
    ],
)  # fmt: skip
def test_the_order_of_what_is_asked_in_turn_counts(
    platform: str, one: str, other: str, told: tuple[str, ...]
) -> None:
    there, turned = normalise(one + other, platform), normalise(other + one, platform)
    assert there != turned
    assert told in there
    # One alone has no order.
    assert normalise(one, platform) == {(one.strip(),)}


@pytest.mark.parametrize("platform", ["ios", "eos"])
@pytest.mark.parametrize("name", ["ip access-list extended X", "ipv6 access-list X"])
def test_the_order_of_rules_without_numbers_counts(platform: str, name: str) -> None:
    one, other = "   permit ip any any\n", "   deny ip any any\n"
    there = normalise(f"{name}\n{one}{other}", platform)
    assert there != normalise(f"{name}\n{other}{one}", platform)
    assert (name, "[order] permit ip any any, deny ip any any") in there
    numbered = normalise(f"{name}\n   10 permit ip any any\n   20 deny ip any any\n", platform)
    assert len(numbered) == 3


@pytest.mark.parametrize("first", ["banner motd default", "banner motd line HI"])
def test_no_banner_of_frr_hides_what_follows(first: str) -> None:
    text = f"{first}\nip route 0.0.0.0/0 10.0.0.1\nlog syslog\n"
    assert normalise(text, "frr") == {(first,), ("ip route 0.0.0.0/0 10.0.0.1",), ("log syslog",)}


def test_a_diff_cannot_speak_to_a_terminal() -> None:
    after = normalise("interface Te1/0/9\n description \x1b[2K\x1b[1Aquiet\u202e\n", "ios")
    shown = show(difference(frozenset(), after))
    assert shown == ("+ interface Te1/0/9", "+   description \\x1b[2K\\x1b[1Aquiet\\u202e")
