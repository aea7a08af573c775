"""The simulated switch's parser: errors as IOS words them, lines in their places, a stable text."""

from __future__ import annotations

import pytest

from muniform.lab.ios.arguments import Hardware, vlan_text
from muniform.lab.ios.defaults import blank, boot_configuration, settle
from muniform.lab.ios.editor import GRAMMAR, Editor, load
from muniform.lab.ios.grammar import CommandError
from muniform.lab.ios.tree import printed
from muniform.lab.simulated.language.grammar import expand
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.language.vlans import vlan_set
from muniform.lab.type9 import type9_hash, type9_verify

HARDWARE = Hardware(
    frozenset(["GigabitEthernet0/0", "TenGigabitEthernet1/0/1", "TenGigabitEthernet1/0/2"]),
    serial="FOC1",
)


def configured(text: str) -> tuple[Node, list[str]]:
    return boot_configuration(text, HARDWARE)


def section(root: Node, *key: str) -> list[str]:
    found = root.find(*key)
    assert found is not None
    return [child.line for child in found.children]


def refusal(*lines: str, strict: bool = False) -> str:
    """What the terminal shows for the last of ``lines``."""
    editor = Editor(blank(HARDWARE), HARDWARE, strict)
    for line in lines[:-1]:
        editor.feed(line)
    with pytest.raises(CommandError) as caught:
        editor.feed(lines[-1])
    return caught.value.render()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hostnme x", "     ^\n% Invalid input detected at '^' marker."),
        ("vlan 5000", "     ^\n% Invalid input detected at '^' marker."),
        ("interface te1/0/9", "          ^\n% Invalid input detected at '^' marker."),
        ("ip route 0.0.0.0", "% Incomplete command."),
        ("hostname", "% Incomplete command."),
        ("no ntp server", "% Incomplete command."),
        ("no ip dmain lookup", "       ^\n% Invalid input detected at '^' marker."),
        ("l con 0", '% Ambiguous command:  "l con 0"'),
        ("spanning-tree vlan 20 priority", "% Incomplete command."),
        ("spanning-tree vlan 20 priority 4095", "% Bridge Priority must be in increments of 4096."),
        ("ip route 10.0.0.0 255.0.255.0 10.1.1.1", " " * 18 + "^\n% Invalid input detected"),
    ],
)
def test_refusals(line: str, expected: str) -> None:
    assert refusal(line).startswith(expected)


def test_a_line_that_no_mode_knows_is_refused_in_a_section() -> None:
    shown = refusal("interface te1/0/1", " switchport acess vlan banana")
    assert shown == " " * 14 + "^\n% Invalid input detected at '^' marker."


def test_abbreviations_become_full_names() -> None:
    root, messages = configured(
        "int te 1/0/1\n desc up link\n sw mo tr\n sw tr al vl 20\nvlan 20\n"
    )
    assert messages == []
    assert section(root, "interface", "TenGigabitEthernet1/0/1") == [
        "description up link",
        "switchport mode trunk",
        "switchport trunk allowed vlan 20",
    ]


def test_single_valued_lines_replace_and_lists_accumulate() -> None:
    root, _ = configured(
        "hostname a\nhostname b\nntp server 10.0.0.1\nntp server 10.0.0.2\n"
        "ntp server 10.0.0.1 prefer\nip route 10.0.0.0 255.0.0.0 10.9.9.9\n"
    )
    text = printed(root)
    assert [line for line in text if line.startswith(("hostname", "ntp"))] == [
        "hostname b",
        "ntp server 10.0.0.1 prefer",
        "ntp server 10.0.0.2",
    ]


def test_no_removes_or_is_kept_where_ios_prints_it() -> None:
    root, _ = configured(
        "no ip domain lookup\nno service pad\nlldp run\nno lldp run\nip domain lookup\n"
        "int vlan20\n no ip redirects\n ip redirects\n no ip proxy-arp\n"
    )
    text = printed(root)
    assert "no service pad" in text
    assert not any(word in line for line in text for word in ("lldp", "lookup", "redirects"))
    assert " no ip proxy-arp" in text


def test_removing_one_setting_leaves_longer_ones_that_begin_alike() -> None:
    root, _ = configured(
        "int te1/0/1\n switchport port-security\n switchport port-security maximum 3\n"
        " no switchport port-security\n"
    )
    assert section(root, "interface", "TenGigabitEthernet1/0/1") == [
        "switchport port-security maximum 3"
    ]


def test_trunk_lists_are_edited_and_compressed() -> None:
    root, _ = configured(
        "int te1/0/1\n switchport trunk allowed vlan 20,30,31\n"
        " switchport trunk allowed vlan add 32,999\n switchport trunk allowed vlan remove 20\n"
    )
    assert section(root, "interface", "TenGigabitEthernet1/0/1") == [
        "switchport trunk allowed vlan 30-32,999"
    ]


def test_a_port_in_an_unknown_vlan_makes_the_vlan() -> None:
    editor = Editor(blank(HARDWARE), HARDWARE)
    editor.feed("interface te1/0/1")
    said = editor.feed("switchport access vlan 77")
    assert said == ["% Access VLAN does not exist. Creating vlan 77"]
    assert editor.root.find("vlan", "77") is not None


def test_access_lists_number_their_entries() -> None:
    root, _ = configured(
        "ip access-list standard MGMT\n permit 10.1.254.0 0.0.0.255\n 5 remark first\n"
        " 5 permit host 10.1.1.1\n deny any log\n"
    )
    text = printed(root)
    start = text.index("ip access-list standard MGMT")
    assert text[start + 1 : start + 5] == [
        " 5 remark first",
        " 5 permit 10.1.1.1",
        " 10 permit 10.1.254.0 0.0.0.255",
        " 20 deny any log",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"0 4": [], "5 31": []}),
        ("line vty 0 31\n login local", {"0 4": ["login local"], "5 31": ["login local"]}),
        (
            "line vty 0 15\n login local",
            {"0 4": ["login local"], "5 15": ["login local"], "16 31": []},
        ),
        (
            "line vty 5 31\n login local\nline vty 9\n no login",
            {"0 4": [], "5 8": ["login local"], "9": [], "10 31": ["login local"]},
        ),
        (
            "line vty 0 15\n login local\nline vty 16 31\n login local",
            {"0 4": ["login local"], "5 31": ["login local"]},
        ),
    ],
)
def test_terminal_lines_are_divided_and_joined(text: str, expected: dict[str, list[str]]) -> None:
    root, messages = configured(text + "\n")
    assert messages == []
    found: dict[str, list[str]] = {}
    for line in printed(root):
        if line.startswith("line vty "):
            found[line.removeprefix("line vty ")] = []
        elif line.startswith(" login"):
            list(found.values())[-1].append(line.strip())
    assert found == expected


def test_every_vlan_has_one_bridge_priority() -> None:
    root, _ = configured(
        "spanning-tree vlan 1-4094 priority 8192\nspanning-tree vlan 20,30 priority 4096\n"
        "spanning-tree vlan 40 priority 4096\nspanning-tree vlan 50 priority 0\n"
        "no spanning-tree vlan 50 priority\n"
    )
    assert [line for line in printed(root) if line.startswith("spanning-tree vlan")] == [
        "spanning-tree vlan 20,30,40 priority 4096",
        "spanning-tree vlan 1-19,21-29,31-39,41-49,51-4094 priority 8192",
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("host 10.1.254.10", "10.1.254.10"),
        ("10.1.254.10 0.0.0.0", "10.1.254.10"),
        ("10.1.254.10 0.0.0.255", "10.1.254.0 0.0.0.255"),
        ("10.0.0.0 255.255.255.255", "any"),
        ("10.1.254.10 0.0.0.0 log", "10.1.254.10 log"),
    ],
)
def test_standard_entries_are_stored_as_ios_prints_them(typed: str, expected: str) -> None:
    root, _ = configured(f"ip access-list standard MGMT\n permit {typed}\n")
    assert section(root, "ip", "access-list", "standard", "MGMT") == [f"10 permit {expected}"]


def test_interface_range_edits_every_port() -> None:
    root, _ = configured("interface range te1/0/1 - 2\n shutdown\n")
    for number in (1, 2):
        assert section(root, "interface", f"TenGigabitEthernet1/0/{number}") == ["shutdown"]


def test_default_interface_clears_it() -> None:
    root, _ = configured("int te1/0/1\n shutdown\n description x\ndefault interface te1/0/1\n")
    assert section(root, "interface", "TenGigabitEthernet1/0/1") == []


@pytest.mark.parametrize("opening", ["^C", "\x03", "@"])
def test_banners_take_any_delimiter_and_keep_their_lines(opening: str) -> None:
    root, messages = configured(f"banner login {opening}\none\n\n! two\n{opening}\nlldp run\n")
    assert messages == []
    assert root.value("banner", "login") == ("\x03\none\n\n! two\n\x03",)
    assert root.has("lldp", "run")


def test_a_clear_secret_is_stored_hashed() -> None:
    root, _ = configured("username bob privilege 15 secret hunter2\n")
    account = root.value("username", "bob")
    assert account is not None
    assert account[:4] == ("privilege", "15", "secret", "9")
    assert type9_verify("hunter2", account[4])
    assert not type9_verify("hunter3", account[4])


def test_a_malformed_hash_is_refused() -> None:
    assert "not a valid encrypted secret" in refusal("username bob secret 9 $9$short$x")


def test_type9_against_a_published_hash() -> None:
    # hashcat's example hash for its mode 9300.
    published = "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"
    assert type9_hash("hashcat", "2MJBozw/9R3UsU") == published


def test_commands_that_act_leave_no_line() -> None:
    root, messages = configured("crypto key generate rsa general-keys modulus 2048\n")
    assert messages == []
    assert not any("crypto key" in line for line in printed(root))


def test_the_certificate_is_there_after_boot_and_the_same_for_a_serial() -> None:
    first, _ = configured("")
    second, _ = configured("hostname x")
    chain = [line for line in printed(first) if line in printed(second)]
    assert "  \tquit" in chain
    assert any(line.startswith("crypto pki trustpoint TP-self-signed-") for line in chain)


def test_a_printed_text_read_strictly_prints_the_same() -> None:
    root, _ = configured("hostname x\nbanner login ^C\nhi\n^C\nint te1/0/1\n shutdown\n")
    text = "\n".join(printed(root))
    again = blank(HARDWARE)
    assert load(text, again, HARDWARE, strict=True) == []
    settle(again, HARDWARE)
    assert "\n".join(printed(again)) == text


def test_strict_files_need_indentation_tab_and_etx() -> None:
    assert "Invalid" in refusal("interface te1/0/1", "description x", strict=True)
    assert "Invalid" in refusal("hostname x", "  shutdown", strict=True)
    assert "Invalid" in refusal("banner login ^C", strict=True)
    opened = ["crypto pki certificate chain TP", " certificate self-signed 01"]
    assert "Invalid" in refusal(*opened, "        quit", strict=True)


@pytest.mark.parametrize("text", ["1", "1,5", "10-12", "1,3-9,4094"])
def test_vlan_lists(text: str) -> None:
    assert vlan_text(vlan_set(text) or set()) == text


@pytest.mark.parametrize("text", ["0", "4095", "5-3", "a", "1,,2", ""])
def test_bad_vlan_lists(text: str) -> None:
    assert vlan_set(text) is None


def test_every_pattern_of_the_grammar_is_reachable_and_balanced() -> None:
    assert expand("a [b|c] (d <int:1..2>|e)") == [
        ("a", "b", "d", "<int:1..2>"),
        ("a", "b", "e"),
        ("a", "c", "d", "<int:1..2>"),
        ("a", "c", "e"),
        ("a", "d", "<int:1..2>"),
        ("a", "e"),
    ]
    for mode in GRAMMAR.modes.values():
        for rule in mode.root.rules():
            assert rule.opens in ("", *GRAMMAR.modes), rule.syntax


def test_help_lists_what_may_follow() -> None:
    assert GRAMMAR.help("global", "ip domain ", HARDWARE) == ["lookup", "name"]
    assert "<cr>" in GRAMMAR.help("global", "lldp run ", HARDWARE)
    assert GRAMMAR.help("global", "hostn", HARDWARE) == ["hostname"]
