"""The statements of many features become one tree, in Junos' order."""

from __future__ import annotations

import pytest

from muniform.errors import RenderError
from muniform.render.filters.junos import (
    junos_device,
    junos_list,
    junos_logical,
    junos_text,
    junos_unit,
)
from muniform.render.junos_layout import junos_layout, natural


def test_equal_hierarchies_become_one_in_junos_order() -> None:
    text = """
    system {
        ntp {
            server 10.0.0.1;
        }
    }
    vlans {
        B {
            vlan-id 2;
        }
    }
    system {
        host-name a;
        ntp {
            trusted-key 1;
        }
    }
    vlans {
        B {
            description b;
        }
        A {
            vlan-id 1;
        }
    }
    """
    assert junos_layout(text) == (
        "system {\n"
        "    host-name a;\n"
        "    ntp {\n"
        "        server 10.0.0.1;\n"
        "        trusted-key 1;\n"
        "    }\n"
        "}\n"
        "vlans {\n"
        "    A {\n"
        "        vlan-id 1;\n"
        "    }\n"
        "    B {\n"
        "        description b;\n"
        "        vlan-id 2;\n"
        "    }\n"
        "}\n"
    )


def test_a_hierarchy_without_content_vanishes_unless_it_was_said() -> None:
    assert junos_layout("poe {\n interface ge-0/0/0 {\n }\n}\nvlans {\n}\n") == ""
    assert junos_layout("poe {\n interface ge-0/0/0;\n}\n") == "poe {\n    interface ge-0/0/0;\n}\n"


def test_a_statement_may_get_content_from_another_feature() -> None:
    text = (
        "interfaces {\n irb {\n unit 1 {\n family inet {\n address 10.0.0.1/24;\n"
        "address 10.0.0.1/24 {\n vrrp-group 1 {\n priority 5;\n }\n }\n }\n }\n }\n}\n"
    )
    lines = [line.strip() for line in junos_layout(text).splitlines()]
    assert "address 10.0.0.1/24 {" in lines
    assert "address 10.0.0.1/24;" not in lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("system {\n host-name a;\n", "a hierarchy is never closed"),
        ("}\n", "a hierarchy is closed that was never opened"),
        ("system {\n host-name a\n}\n", "'host-name a' ends neither with ';' nor with a brace"),
        ("sistem {\n host-name a;\n}\n", "nobody knows where 'sistem' stands inside 'the config"),
        (
            "protocols {\n mpls {\n interface all;\n }\n}\n",
            "nobody knows where 'mpls' stands inside 'protocols'",
        ),
    ],
)
def test_what_is_no_configuration_is_refused(text: str, message: str) -> None:
    with pytest.raises(RenderError, match=message) as caught:
        junos_layout(text)
    assert "bug in the junos templates" in (caught.value.hint or "")


def test_names_are_sorted_as_junos_sorts_them() -> None:
    names = ["lo0", "irb", "ae10", "ae2", "et-0/1/0", "xe-0/2/0", "ge-0/0/10", "ge-0/0/9"]
    assert sorted(names, key=natural) == [
        *("ge-0/0/9", "ge-0/0/10", "et-0/1/0", "xe-0/2/0"),
        *("ae2", "ae10", "irb", "lo0"),
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("WS-FS03-1", "WS-FS03-1"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("two words", '"two words"'),
        ("", '""'),
        ('a "b" \\ c', '"a \\"b\\" \\\\ c"'),
        ("one\ntwo", '"one\\ntwo"'),
        ("noc@example.org", '"noc@example.org"'),
        ("a;b", '"a;b"'),
    ],
)
def test_values_are_quoted_where_they_must_be(text: str, printed: str) -> None:
    assert junos_text(text) == printed


@pytest.mark.parametrize(
    ("name", "device", "unit"),
    [
        ("lo", "lo0", 0),
        ("vlan20", "irb", 20),
        ("ge-0/0/1", "ge-0/0/1", 0),
        ("xe-0/0/5.120", "xe-0/0/5", 120),
    ],
)
def test_interfaces_have_a_device_and_a_unit(name: str, device: str, unit: int) -> None:
    assert (junos_device(name), junos_unit(name)) == (device, unit)
    assert junos_logical(name) == f"{device}.{unit}"


def test_lists_have_brackets_from_two_values_on() -> None:
    assert junos_list([1]) == "1"
    assert junos_list(["a", "b"]) == "[ a b ]"
