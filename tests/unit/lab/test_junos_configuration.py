"""Curly-brace text, ``set`` lines and XML into one tree and back."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from muniform.lab.junos.checks import refusals
from muniform.lab.junos.comparing import compare
from muniform.lab.junos.concealing import conceal
from muniform.lab.junos.loading import Action, Loaded, load_set, load_text
from muniform.lab.junos.printing import printed, set_lines
from muniform.lab.junos.tree import Node, empty, same
from muniform.lab.junos.xml_tree import load_xml, to_xml
from muniform.model import City, Device, load_city
from muniform.render import first_boot, render
from simulated_junos import HASH, STARTUP

ROOT = Path(__file__).resolve().parents[3]
INVENTORIES = [ROOT / "inventory", *sorted((ROOT / "tests" / "cities").glob("*/inventory"))]
_HASHED = "sha512_crypt>"


def loaded(text: str) -> Loaded:
    return load_text(text, empty(), Action.OVERRIDE)


def tree(text: str) -> Node:
    found = loaded(text)
    assert found.complaints == []
    return found.root


def without_marks(text: str) -> str:
    return text.replace(" ## SECRET-DATA", "")


def said(text: str) -> list[str]:
    """What is said of ``set`` lines on an empty configuration."""
    return [each.message for each in load_set(text, empty()).complaints]


def _resolved(text: str) -> str:
    """With a hash where a device wants one; other secrets are any text."""
    words = [HASH if word.endswith(_HASHED) else word for word in text.split('"')]
    return '"'.join(words)


@pytest.fixture(scope="module", params=INVENTORIES, ids=lambda path: path.parent.name)
def declared(request: pytest.FixtureRequest) -> City:
    return load_city(request.param)


def _devices(city: City) -> list[Device]:
    return [device for device in city.devices if device.platform == "junos"]


def test_the_example_cities_have_such_devices() -> None:
    assert sum(len(_devices(load_city(path))) for path in INVENTORIES) >= 20


def test_every_intended_configuration_is_taken_and_printed_back(declared: City) -> None:
    for device in _devices(declared):
        for text in (render(device), first_boot(device)):
            given = _resolved(text)
            found = tree(given)
            assert without_marks(printed(found)) == given, device.name
            assert refusals(found) == [], device.name


def test_every_intended_configuration_survives_other_forms(declared: City) -> None:
    for device in _devices(declared):
        found = tree(_resolved(render(device)))
        lines = load_set("\n".join(set_lines(found)), empty())
        assert lines.complaints == []
        assert same(lines.root, found), device.name
        xml = ElementTree.fromstring(ElementTree.tostring(to_xml(found)))  # noqa: S314 - our own
        again = load_xml(xml, empty(), Action.OVERRIDE)
        assert again.complaints == []
        assert compare(again.root, found) == "", device.name


def test_what_is_printed_is_marked_where_it_is_secret() -> None:
    lines = printed(tree(STARTUP)).splitlines()
    marked = [line for line in lines if line.endswith("## SECRET-DATA")]
    assert len(marked) == 2
    assert all("encrypted-password" in line for line in marked)


def test_comments_lists_quotes_and_inactive_statements() -> None:
    text = (
        '/* who may call */\nsnmp {\n    location "Room \\"5\\"";\n    inactive: contact NOC;\n}\n'
    )
    assert printed(tree("## a device's own\n" + text)) == text
    assert printed(tree("# by hand\nsnmp { contact NOC; }")).startswith("/* by hand */\nsnmp {")


def test_an_inactive_statement_counts_for_nothing() -> None:
    root = tree(STARTUP.replace("        ssh {\n            root", "inactive: ssh {\n root"))
    assert not root.has("system", "services", "ssh")


def test_a_hierarchy_without_content_is_nothing() -> None:
    assert printed(tree("system { login { } services { ssh; } }")) == (
        "system {\n    services {\n        ssh;\n    }\n}\n"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("set nonsense", "syntax error"),
        ("set system nonsense 5", "syntax error"),
        ("frobnicate system", "unknown command"),
        ("set vlans Big vlan-id 5000", "Value 5000 is not within range (1..4094)"),
        ("set vlans Big vlan-id many", "Invalid numeric value: 'many'"),
        ("set system host-name", "missing argument."),
        ("set interfaces pigeon0 disable", "invalid interface type in 'pigeon0'"),
        ("set system ntp source-address 10.0.0.300", "invalid ip address: '10.0.0.300'"),
        ("set policy-options prefix-list A 10.0.0.1/8",
         "host bits are set in prefix: '10.0.0.1/8'"),
        ("set system login user x authentication encrypted-password hello",
         "Invalid encrypted password: 'hello'"),
        ("set snmp v3 usm local-engine user a authentication-sha authentication-password short",
         "Must be a string of 8 to 1024 characters, not 5"),
        ("delete vlans", "statement not found"),
    ],
)  # fmt: skip
def test_what_is_refused(line: str, words: str) -> None:
    assert said(line) == [words]
    assert printed(load_set(line, empty()).root) == ""


def test_a_complaint_names_line_and_place() -> None:
    (complaint,) = loaded("system {\n    host-name a;\n    login {\n  bad;\n }\n}").complaints
    assert (complaint.line, complaint.path, complaint.bad) == (4, ("system", "login"), "bad")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("system {", "missing closing brace"),
        ("system { } }", "unmatched close brace"),
        ("system { host-name a }", "syntax error"),
        ("system { authentication-order [ radius ", "syntax error, expecting ']'"),
    ],
)
def test_text_that_is_no_configuration_changes_nothing(text: str, message: str) -> None:
    base = tree(STARTUP)
    found = load_text(text, base, Action.OVERRIDE)
    assert [each.message for each in found.complaints] == [message]
    assert same(found.root, base)


def test_a_load_leaves_what_it_started_from_as_it_was() -> None:
    base = tree(STARTUP)
    load_set("delete vlans\nset snmp contact NOC\ndeactivate system", base)
    assert same(base, tree(STARTUP))


def test_the_last_of_two_decisions_counts() -> None:
    root = load_set(
        "set firewall family inet filter F term t then accept\n"
        "set firewall family inet filter F term t then discard",
        empty(),
    ).root
    assert "accept" not in printed(root)


def test_moving_a_term() -> None:
    start = "set firewall family inet filter F term"
    root = load_set(f"{start} a then accept\n{start} b then discard", empty()).root
    moved = load_set("insert firewall family inet filter F term b before term a", root).root
    assert not same(root, moved)
    assert compare(root, moved) == "[edit firewall family inet filter F]\n!   term b { ... }\n"
    assert compare(moved, root) != ""
    back = load_set("insert firewall family inet filter F term b after term a", moved).root
    assert same(root, back)


def test_comparing() -> None:
    before = tree(STARTUP)
    after = load_set(
        "set system host-name x\ndelete vlans Office\n"
        "set interfaces xe-0/2/0 unit 0 family ethernet-switching vlan members Attic",
        before,
    ).root
    assert compare(before, after) == (
        "[edit system]\n-   host-name ops-sw1;\n+   host-name x;\n"
        "[edit interfaces xe-0/2/0 unit 0 family ethernet-switching vlan]\n"
        "-   members [ Office Management ];\n+   members [ Office Management Attic ];\n"
        "[edit vlans]\n-   Office {\n-       vlan-id 20;\n-   }\n"
    )
    assert compare(before, before) == ""


def test_keys_are_kept_as_juniper_keeps_them() -> None:
    root = load_set(
        "set system ntp authentication-key 1 type md5 value open-sesame\n"
        "set snmp engine-id local sw1\n"
        "set snmp v3 usm local-engine user a authentication-sha authentication-password longenough",
        empty(),
    ).root
    conceal(root)
    text = printed(root)
    assert "open-sesame" not in text
    assert "longenough" not in text
    assert 'authentication-key 1 type md5 value "$9$' in text
    assert 'authentication-key "$9$' in text
    before = printed(root)
    conceal(root)
    assert printed(root) == before


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("delete system root-authentication",
         "Missing mandatory statement: 'root-authentication'"),
        ("delete vlans Office", "vlan 'Office' is not defined"),
        ("set interfaces irb unit 999 family inet filter input NONE",
         "Referenced filter 'NONE' is not defined"),
        ("set protocols ospf export NONE",
         "Policy error: Policy NONE referenced but not defined"),
        ("set interfaces ge-0/0/0 ether-options 802.3ad ae0",
         "Logical units are not allowed on an aggregated link"),
        ("set security zones security-zone a interfaces irb.999\n"
         "set security zones security-zone b interfaces irb.999",
         "Interface irb.999 already assigned to zone a"),
    ],
)  # fmt: skip
def test_what_a_commit_refuses(lines: str, message: str) -> None:
    found = load_set(lines, tree(STARTUP))
    assert found.complaints == []
    assert message in [reason.message for reason in refusals(found.root)]
