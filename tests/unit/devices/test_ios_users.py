"""What IOS takes and prints nowhere, and orders that count: compared all the same, without keys."""

from __future__ import annotations

import pytest

import catalysts
from muniform.devices.configuration import Change, difference, fingerprint, normalise, show
from muniform.devices.configuration.ios import parse_difference, unprinted
from muniform.devices.ios_candidate import flash_candidate
from muniform.devices.ios_users import (
    differing_users,
    same_users,
    told_users,
    user_lines,
    with_users,
)
from muniform.masking import Secret
from muniform.render import render

USER = "snmp-server user monitor OPS v3 auth sha Hidden-One priv aes 128 Hidden-Two\n"
TOLD = """
User name: monitor
Engine ID: 80001F8804666F
storage-type: nonvolatile\t active
Authentication Protocol: SHA
Privacy Protocol: AES128
Group-name: OPS

User name: audit
Engine ID: 80001F8804666F
storage-type: nonvolatile\t active access-list: 10
Authentication Protocol: MD5
Privacy Protocol: None
Group-name: AUDIT
"""
KEY = Secret("hash_key", "k")


def test_a_user_that_was_read_back_is_the_one_that_was_intended() -> None:
    read = with_users("hostname sw1\nend\n", told_users(TOLD.replace("\n", "\r\n")))
    intended = normalise(
        f"hostname sw1\n{USER}snmp-server user audit AUDIT v3 auth md5 Third access 10\nend\n",
        "ios",
    )
    assert normalise(read, "ios") == intended


def test_what_is_compared_of_a_user_holds_no_key() -> None:
    lines = normalise(USER, "ios")
    assert lines == {("SNMPv3 user monitor, group OPS, SHA, AES128",)}
    assert not any("Hidden" in part for path in lines for part in path)


@pytest.mark.parametrize(
    "other",
    [
        USER.replace("monitor", "another"),
        USER.replace("OPS", "ADMINS"),
        USER.replace("sha", "md5"),
        USER.replace("aes 128", "aes 256"),
        USER.replace(" priv aes 128 Hidden-Two", ""),
        "",
    ],
)
def test_every_other_difference_of_users_is_seen(other: str) -> None:
    assert normalise(USER, "ios") != normalise(other, "ios")


def test_a_users_key_is_not_in_the_fingerprint_but_every_shown_secret_is() -> None:
    """The device tells nobody a user's key: a plan can't see that it is another one."""
    text = "tacacs server T\n key 7 0205\n" + USER
    before = fingerprint(normalise(text, "ios"), KEY)
    assert fingerprint(normalise(text.replace("Hidden-One", "Other"), "ios"), KEY) == before
    assert fingerprint(normalise(text.replace("0205", "0206"), "ios"), KEY) != before


def test_no_user_is_in_the_file_that_goes_to_flash() -> None:
    text = render(catalysts.access_switch)
    assert "snmp-server user " in text
    assert "snmp-server user " not in flash_candidate(text, "")
    assert flash_candidate(text, "").endswith("end\n")


def test_users_are_set_and_others_removed() -> None:
    other = USER.replace("aes 128", "aes 256")
    assert differing_users(f"hostname a\n{other}end\n", TOLD.replace("\n", "\r\n")) == [
        "no snmp-server user audit AUDIT v3",
        other.rstrip(),
    ]
    assert differing_users(USER, "%SNMP agent not enabled") == [USER.rstrip()]


def test_a_user_that_is_there_as_intended_waits_until_nothing_is_taken_back() -> None:
    """A revert would not bring its old keys back, and nobody can read which it has."""
    monitor_only = TOLD[: TOLD.index("User name: audit")]
    assert differing_users(USER, monitor_only) == []
    assert same_users(USER, monitor_only) == [USER.rstrip()]
    assert same_users(USER.replace("sha", "md5"), monitor_only) == []


def test_where_there_are_none_and_shall_be_none_nothing_is_sent() -> None:
    nothing = ("hostname a\nend\n", "%SNMP agent not enabled")
    assert differing_users(*nothing) == same_users(*nothing) == []
    assert user_lines(nothing[0]) == []


POLICY = "policy-map P\n class VOICE\n  set dscp ef\n class VIDEO\n class class-default\n"
MOVED = "policy-map P\n class VIDEO\n class VOICE\n  set dscp ef\n class class-default\n"


def test_classes_that_changed_places_are_another_configuration() -> None:
    changes = difference(normalise(POLICY, "ios"), normalise(MOVED, "ios"))
    assert show(changes) == (
        "  policy-map P",
        "+   [order] class VIDEO, class VOICE, class class-default",
        "-   [order] class VOICE, class VIDEO, class class-default",
    )
    assert unprinted(changes) == changes


def test_a_move_on_the_device_is_the_move_that_was_approved() -> None:
    printed = (
        "!Contextual Config Diffs:\npolicy-map P\n +class VIDEO\npolicy-map P\n -class VIDEO\n"
    )
    changes = difference(normalise(POLICY, "ios"), normalise(MOVED, "ios"))
    assert parse_difference(printed) | unprinted(changes) == changes


def test_a_new_class_is_printed_by_the_device_and_its_place_is_known_by_us() -> None:
    after = POLICY.replace(" class VIDEO\n", " class VIDEO\n class DATA\n")
    printed = "policy-map P\n +class DATA\n"
    changes = difference(normalise(POLICY, "ios"), normalise(after, "ios"))
    assert Change(("policy-map P", "class DATA"), "+") in changes
    assert parse_difference(printed) | unprinted(changes) == changes


def test_servers_of_a_group_are_asked_in_their_order() -> None:
    group = "aaa group server tacacs+ T\n server name A\n server name B\n"
    turned = "aaa group server tacacs+ T\n server name B\n server name A\n"
    assert normalise(group, "ios") != normalise(turned, "ios")


def test_other_sections_have_no_order() -> None:
    one, other = "interface A\n mtu 1\n shutdown\n", "interface A\n shutdown\n mtu 1\n"
    assert normalise(one, "ios") == normalise(other, "ios")
    assert normalise(POLICY, "frr") == normalise(MOVED, "frr")
