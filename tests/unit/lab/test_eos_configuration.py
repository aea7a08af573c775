"""How the simulated EOS switch understands, keeps and prints a configuration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.defaults import clean, read, settle
from muniform.lab.eos.differences import session_diff
from muniform.lab.eos.editor import Editor, load
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.keys import localized, verifies
from muniform.lab.eos.tree import Node, printed
from muniform.lab.simulated.type7 import reveal7

HARDWARE = Hardware((*(f"Ethernet{number}" for number in range(1, 5)), "Management1"))


def loaded(*lines: str) -> Node:
    root = clean(HARDWARE)
    assert load(lines, root, HARDWARE) == []
    settle(root, HARDWARE)
    return root


def section(root: Node, name: str) -> list[str]:
    """A section's lines as they are printed."""
    lines = printed(root)
    start = lines.index(name)
    following = (i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    return [line.strip() for line in lines[start + 1 : next(following)]]


def refusal(*lines: str) -> str:
    """What is said to the last of some lines."""
    editor = Editor(clean(HARDWARE), HARDWARE)
    for line in lines[:-1]:
        editor.feed(line)
    with pytest.raises(CliError) as refused:
        editor.feed(lines[-1])
    return refused.value.message


def test_what_is_always_printed() -> None:
    assert printed(clean(HARDWARE))[:8] == [
        "no aaa root",
        "!",
        "transceiver qsfp default-mode 4x10G",
        "!",
        "spanning-tree mode mstp",
        "!",
        "system l1",
        "   unsupported speed action error",
    ]
    assert "no ip routing" in printed(clean(HARDWARE))
    assert "max-lsa 12000" in section(loaded("router ospf 1"), "router ospf 1")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["banana"], "Invalid input (at token 0: 'banana')"),
        (["hostname"], "Incomplete command (at token 1: None)"),
        (["no banana"], "Invalid input (at token 1: 'banana')"),
        (["s"], "Ambiguous command (at token 0: 's')"),
        (["interface Ethernet99"], "Invalid input (at token 1: 'Ethernet99')"),
        (["vlan 4095"], "Invalid input (at token 1: '4095')"),
        (["interface Et1", "switchport acess vlan 3"], "Invalid input (at token 1: 'acess')"),
        (["interface Vlan20", "switchport access vlan 3"], "Unavailable command"),
        (["interface Vlan20", "ip address 10.1.1.300/24"], "Invalid input (at token 2"),
        (["spanning-tree vlan-id 1 priority 5"], "Bridge Priority must be in increments of 4096."),
        (["no vlan 1"], "Default VLAN 1 may not be deleted."),
        (["ip access-list X", "permit tcp any any eq banana"], "Invalid input (at token 1"),
        (
            ["ip access-list standard X", "10 permit any", "10 deny any"],
            "Duplicate sequence number 10.",
        ),
        (
            ["interface Et1", "channel-group 1 mode on", "int Et2", "channel-group 1 mode active"],
            "Cannot change mode; remove all members and try again.",
        ),
        (["tacacs-server host 10.1.1.1 key 7 zz"], "Invalid encrypted key: zz"),
    ],
)
def test_refusals(lines: list[str], message: str) -> None:
    assert message in refusal(*lines)


def test_abbreviations_and_a_range() -> None:
    root = loaded("int et1-2", "desc two ports", "sw acc vlan 20")
    expected = ["description two ports", "switchport access vlan 20"]
    assert section(root, "interface Ethernet1") == expected
    assert section(root, "interface Ethernet2") == expected


def test_a_command_of_an_outer_mode_leaves_the_inner_one() -> None:
    root = loaded(
        "management api http-commands", "vrf default", "no shutdown", "protocol http", "hostname x"
    )
    api = section(root, "management api http-commands")
    assert api == ["protocol http", "!", "vrf default", "no shutdown"]
    assert "hostname x" in printed(root)


def test_no_and_default() -> None:
    root = loaded("interface Ethernet1", "description x", "shutdown", "mtu 9214")
    load(["interface Ethernet1", "no shutdown", "no description", "default mtu"], root, HARDWARE)
    assert section(root, "interface Ethernet1") == []
    load(["interface Et1", "no switchport", "ip address 10.0.0.1 255.255.255.0"], root, HARDWARE)
    assert section(root, "interface Ethernet1") == ["no switchport", "ip address 10.0.0.1/24"]
    load(["default interface Ethernet1", "no ntp server 10.1.1.1"], root, HARDWARE)
    assert section(root, "interface Ethernet1") == []


def test_allowed_vlans_are_one_list() -> None:
    root = loaded(
        "interface Ethernet1",
        "switchport trunk allowed vlan 10-12,20",
        "switchport trunk allowed vlan add 21",
        "switchport trunk allowed vlan remove 11",
    )
    assert section(root, "interface Ethernet1") == ["switchport trunk allowed vlan 10,12,20-21"]


def test_access_lists_are_numbered_sorted_and_named() -> None:
    root = loaded(
        "ip access-list standard M",
        "permit 10.0.0.0 0.0.0.255",
        "permit 10.1.1.1/32",
        "15 remark between",
        "no 10",
        "ip access-list E",
        "permit udp any host 10.1.1.10 eq 53",
        "permit tcp any range 1000 2000 any eq https 8443 log",
    )
    assert section(root, "ip access-list standard M") == [
        "15 remark between",
        "20 permit host 10.1.1.1",
    ]
    assert section(root, "ip access-list E") == [
        "10 permit udp any host 10.1.1.10 eq domain",
        "20 permit tcp any range 1000 2000 any eq https 8443 log",
    ]


def test_banners_and_comments_are_text() -> None:
    lines = ["banner login", "no exit ! here", "EOF", "interface Ethernet1", "!! spare part"]
    root = loaded(*lines)
    assert "\n".join(["banner login", "no exit ! here", "EOF"]) in "\n".join(printed(root))
    assert section(root, "interface Ethernet1") == ["!! spare part"]


def test_passwords_and_keys_in_clear_are_not_kept() -> None:
    root = loaded(
        "username someone privilege 15 secret sesame",
        "tacacs-server host 10.1.1.20 key sesame",
        "ntp authentication-key 7 md5 sesame",
    )
    text = "\n".join(printed(root))
    assert "sesame" not in text
    assert verifies((root.value("username", "someone") or ("",))[-1], "sesame")
    assert reveal7((root.value("tacacs-server", "host", "10.1.1.20") or ("",))[-1]) == "sesame"
    assert (root.value("ntp", "authentication-key", "7") or ())[:2] == ("md5", "7")


def test_snmp_keys_are_localized_as_the_standards_example() -> None:
    """RFC 3414, A.3.2 (SHA)."""
    user = ("snmp-server", "user", "u", "g", "v3")
    words = (*user, "auth", "sha", "maplesyrup", "priv", "aes", "maplesyrup")
    made = localized(words, "000000000000000000000002")
    assert made[5:9] == ("localized", "000000000000000000000002", "auth", "sha")
    assert made[9] == "6695febc9288e36282235fc7151f128497b38f3f"
    assert made[-1] == "6695febc9288e36282235fc7151f1284"


def test_the_factory_account_can_be_removed() -> None:
    root = loaded("no username admin")
    assert "no username admin" in printed(root)
    load(["default username admin"], root, HARDWARE)
    assert "no username admin" not in printed(root)


def test_a_session_diff_shows_changed_lines_in_their_sections() -> None:
    before = loaded("vlan 20", "name users", "interface Ethernet2", "description desk", "shutdown")
    after = before.copy()
    load(["no vlan 20", "int Et2", "description printer", "int Et3", "shutdown"], after, HARDWARE)
    assert session_diff(before, after, "s1") == [
        "--- system:/running-config",
        "+++ session:/s1-session-config",
        "-vlan 20",
        "-   name users",
        "interface Ethernet2",
        "-   description desk",
        "+   description printer",
        "interface Ethernet3",
        "+   shutdown",
    ]
    assert session_diff(before, before.copy(), "s1") == []


GLOBAL = st.sampled_from(
    [
        "hostname sw",
        "no hostname",
        "ip routing",
        "no ip routing",
        "default ip routing",
        "vlan 10,20",
        "vlan 10-12",
        "no vlan 11",
        "name somebody",
        "spanning-tree vlan-id 1-100 priority 4096",
        "spanning-tree vlan-id 50-60 priority 8192",
        "interface Ethernet1",
        "interface Ethernet2-3",
        "interface Port-Channel7",
        "no interface Port-Channel7",
        "default interface Ethernet1",
        "description something",
        "no description",
        "switchport mode trunk",
        "switchport trunk allowed vlan 1-5,9",
        "switchport trunk allowed vlan add 7",
        "switchport trunk allowed vlan except 7",
        "no switchport",
        "switchport",
        "ip address 10.0.0.1/24",
        "channel-group 7 mode active",
        "no channel-group",
        "shutdown",
        "no shutdown",
        "!! a remark",
        "ip access-list standard M",
        "permit any",
        "20 deny host 10.1.1.1",
        "no 20",
        "router ospf 1",
        "passive-interface default",
        "no passive-interface Ethernet1",
        "passive-interface Ethernet1",
        "management ssh",
        "idle-timeout 5",
        "exit",
        "banana",
        "mtu 70000",
        "no username admin",
        "username a secret sha512 $6$salt$" + "a" * 86,
        "username a role network-admin",
        "no username a",
        "ntp server 10.1.1.1 prefer",
        "ntp server 10.1.1.1",
        "no ntp server 10.1.1.1",
    ]
)


@given(st.lists(GLOBAL, max_size=40))
def test_what_is_printed_reads_back_the_same(lines: list[str]) -> None:
    root, _ = read("\n".join(line for line in lines if line != "exit"), HARDWARE)
    text = printed(root)
    again, rejected = read("\n".join(text), HARDWARE)
    assert rejected == []
    assert printed(again) == text
    assert session_diff(root, again, "s") == []


@given(st.lists(GLOBAL, max_size=25), st.lists(GLOBAL, max_size=25))
def test_a_diff_is_empty_only_if_nothing_differs(first: list[str], second: list[str]) -> None:
    a, b = (read("\n".join(lines), HARDWARE)[0] for lines in (first, second))
    assert (session_diff(a, b, "s") == []) == (printed(a) == printed(b))
