"""Whatever is said to the simulated Junos, its forms, diffs and rollbacks agree."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from muniform.lab.junos.comparing import compare
from muniform.lab.junos.concealing import conceal
from muniform.lab.junos.loading import Action, load_set, load_text
from muniform.lab.junos.printing import printed, set_lines
from muniform.lab.junos.tree import Node, empty, same
from muniform.lab.junos.xml_tree import load_xml, to_xml
from simulated_junos import STARTUP

_NAMES = st.sampled_from(["Office", "Attic", "a b", "x", 'q"q', "back\\slash", "ge-0/0/0", "10"])
_ANY_TEXT = st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1, max_size=20)
_TERMS = st.sampled_from(["a", "b", "c"])


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_FILTER = "firewall family inet filter F term"
_LINES = st.one_of(
    st.builds("set snmp location {}".format, _ANY_TEXT.map(_quote)),
    st.builds("set vlans {} vlan-id {}".format, _NAMES.map(_quote), st.integers(-1, 4096)),
    st.builds("set interfaces ge-0/0/{} description {}".format, st.integers(0, 12), _ANY_TEXT),
    st.builds(f"set {_FILTER} {{}} then {{}}".format, _TERMS,
              st.sampled_from(["accept", "discard", "count n", "nonsense"])),
    st.builds(f"set {_FILTER} {{}} from destination-port [ {{}} {{}} ]".format, _TERMS,
              st.integers(1, 9), st.integers(1, 9)),
    st.builds(f"insert {_FILTER} {{}} before term {{}}".format, _TERMS, _TERMS),
    st.builds("set system ntp server 10.0.0.{} prefer".format, st.integers(0, 300)),
    st.builds("set system ntp authentication-key 1 value {}".format, _ANY_TEXT.map(_quote)),
    st.builds("{} {}".format, st.sampled_from(["delete", "deactivate", "activate"]),
              st.sampled_from(["vlans Office", "snmp", "interfaces irb", f"{_FILTER} a",
                               "system ntp", "interfaces"])),
    _ANY_TEXT,
)  # fmt: skip
_SCRIPTS = st.lists(_LINES, max_size=12).map("\n".join)


def start() -> Node:
    return load_text(STARTUP, empty(), Action.OVERRIDE).root


def changed(script: str) -> Node:
    root = load_set(script, start()).root
    conceal(root)
    return root


@given(_SCRIPTS)
def test_what_is_printed_is_taken_back_as_it_was(script: str) -> None:
    root = changed(script)
    text = printed(root)
    again = load_text(text, empty(), Action.OVERRIDE)
    assert again.complaints == []
    assert printed(again.root) == text
    assert compare(root, again.root) == ""


@given(_SCRIPTS)
def test_set_lines_and_xml_say_the_same(script: str) -> None:
    root = changed(script)
    lines = load_set("\n".join(set_lines(root)), empty())
    assert lines.complaints == []
    assert printed(lines.root) == printed(root)
    xml = ElementTree.fromstring(ElementTree.tostring(to_xml(root)))  # noqa: S314 - our own
    again = load_xml(xml, empty(), Action.OVERRIDE)
    assert again.complaints == []
    assert printed(again.root) == printed(root)


@given(_SCRIPTS, _SCRIPTS)
def test_a_comparison_is_empty_only_between_equals(one: str, two: str) -> None:
    a, b = changed(one), changed(two)
    assert (compare(a, b) == "") is same(a, b)
    assert (compare(a, b) == "") is (compare(b, a) == "")


@given(_SCRIPTS, _SCRIPTS)
def test_replacing_forgets_what_was_there(before: str, after: str) -> None:
    wanted = printed(changed(after))
    loaded = load_text(wanted, changed(before), Action.OVERRIDE)
    assert printed(loaded.root) == wanted
    assert printed(load_text(wanted, loaded.root, Action.OVERRIDE).root) == wanted


@given(_SCRIPTS)
def test_a_load_changes_only_its_own_copy(script: str) -> None:
    base = start()
    load_set(script, base)
    assert printed(base) == printed(start())
