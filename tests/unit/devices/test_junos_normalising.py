"""Junos's configurations as sets of lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from muniform.devices.configuration import Change, difference, normalise, show

GOLDEN_FOLDER = Path(__file__).resolve().parents[2] / "golden"
GOLDEN = sorted(
    path for path in GOLDEN_FOLDER.rglob("*.cfg") if path.read_text().startswith("system {")
)
SAMPLES = 40
"""Statements that are tried in each file."""


def paths(text: str) -> set[tuple[str, ...]]:
    return set(normalise(text, "junos"))


def test_a_statement_is_a_line_below_its_top_level_section() -> None:
    text = "system { services { netconf { ssh; } } host-name a; }"
    assert paths(text) == {("system", "services netconf ssh"), ("system", "host-name a")}


def test_layouts_that_mean_the_same_are_the_same() -> None:
    braces = "firewall { family inet { filter A { term x { then { discard; } } } } }"
    line = "firewall { family inet { filter A { term x { then discard; } } } }"
    assert paths(braces) == paths(line)
    assert paths("protocols { lldp { } }") == paths("protocols { lldp; }")


def test_what_the_device_adds_is_no_difference() -> None:
    printed = (
        "## Last commit: 2026-11-22 10:00:00 UTC by muniform\n"
        "version 23.4R2-S5.5;\n"
        'system {\n    root-authentication {\n        encrypted-password "$6$a$b"; ## SECRET-DATA\n'
        "    }\n    /* somebody's remark; with { marks } */\n    # another\n"
        "    host-name a;\n}\n"
    )
    intended = 'system { host-name "a"; root-authentication { encrypted-password $6$a$b; } }'
    assert paths(printed) == paths(intended)


def test_marks_inside_quotes_are_text() -> None:
    text = r'system { login { message "a \"b\"; { # /* ] \n"; } }'
    assert paths(text) == {("system", r'login message "a \"b\"; { # /* ] \n"')}


def test_a_version_inside_a_section_is_a_setting() -> None:
    assert ("snmp", "version 3") in paths("snmp { version 3; }")


def test_a_list_is_a_line_for_each_member() -> None:
    text = "vlans { members [ A B ]; }"
    assert paths(text) == {("vlans", "members A"), ("vlans", "members B")}
    assert paths(text) == paths("vlans { members [ B A ]; }")
    assert paths("vlans { members [ A ]; }") == paths("vlans { members A; }")


def test_the_order_of_a_list_counts_where_it_is_tried_in_turn() -> None:
    one = paths("system { authentication-order [ tacplus password ]; }")
    other = paths("system { authentication-order [ password tacplus ]; }")
    assert one != other
    assert ("system", "[order] authentication-order: tacplus, password") in one


def test_the_order_of_terms_counts() -> None:
    term = "term {0} {{ then {1}; }}"
    a, b = term.format("a", "accept"), term.format("b", "discard")
    text = "firewall {{ family inet {{ filter F {{ {0} {1} }} }} }}"
    before, after = normalise(text.format(a, b), "junos"), normalise(text.format(b, a), "junos")
    assert difference(before, after) == {
        Change(("firewall", "[order] family inet filter F term: a, b"), "-"),
        Change(("firewall", "[order] family inet filter F term: b, a"), "+"),
    }


def test_the_order_of_servers_and_policies_counts() -> None:
    servers = "system {{ tacplus-server {{ {0} {{ port 1; }} {1} {{ port 1; }} }} }}"
    policies = (
        "security {{ policies {{ from-zone a to-zone b {{ policy {0} {{ then permit; }} "
        "policy {1} {{ then permit; }} }} }} }}"
    )
    for text in (servers, policies):
        assert paths(text.format("p", "q")) != paths(text.format("q", "p"))


def test_a_single_term_has_no_order() -> None:
    text = "firewall { family inet { filter F { term a { then accept; } } } }"
    assert paths(text) == {("firewall", "family inet filter F term a then accept")}


def test_an_inactive_statement_is_another_one() -> None:
    active = paths("interfaces { ge-0/0/0 { disable; } }")
    inactive = paths("interfaces { inactive: ge-0/0/0 { disable; } }")
    assert active.isdisjoint(inactive)


def snmp_user(kind: str, value: str) -> str:
    return (
        "snmp { v3 { usm { local-engine { user m { authentication-sha { "
        f'authentication-{kind} "{value}"; }} privacy-aes128 {{ privacy-{kind} "{value}"; '
        "} } } } } }"
    )


def test_a_password_and_the_key_made_of_it_are_the_same() -> None:
    given, kept = snmp_user("password", "two words"), snmp_user("key", "$9$abc;d")
    assert paths(given) == paths(kept)
    assert not any("two words" in part or "$9$" in part for path in paths(given) for part in path)
    assert paths(given) != paths(given.replace("privacy-aes128", "privacy-des"))


def test_other_keys_are_compared() -> None:
    text = 'protocols {{ bgp {{ group g {{ authentication-key "{0}"; }} }} }}'
    assert paths(text.format("$9$a")) != paths(text.format("$9$b"))


def test_a_text_that_was_cut_off_counts_with_what_it_says() -> None:
    assert paths("system { host-name a; services { ssh") == {
        ("system", "host-name a"),
        ("system", "services ssh"),
    }


def test_a_diff_reads_as_set_commands_do() -> None:
    before = normalise("system { host-name a; services { telnet; } }", "junos")
    after = normalise('system { host-name a; location { building "City Hall"; } }', "junos")
    assert show(difference(before, after)) == (
        "  system",
        '+   location building "City Hall"',
        "-   services telnet",
    )


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_rendered_statement_counts(path: Path) -> None:
    """A statement of a rendered configuration, taken away, is seen as a difference."""
    lines = path.read_text().splitlines()
    whole = normalise("\n".join(lines), "junos")
    statements = [at for at, line in enumerate(lines) if line.endswith(";")]
    for at in statements[:: max(1, len(statements) // SAMPLES)]:
        rest = "\n".join(lines[:at] + lines[at + 1 :])
        assert normalise(rest, "junos") != whole, lines[at]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_blanks_and_quotes_change_nothing(path: Path) -> None:
    text = path.read_text()
    flat = re.sub(r"\n\s*", " ", text)
    unquoted = re.sub(r'"([\w<>:.]+)"', r"\1", flat)
    assert unquoted != flat
    assert normalise(unquoted, "junos") == normalise(text, "junos")


def test_there_are_golden_files() -> None:
    assert len(GOLDEN) >= 14
