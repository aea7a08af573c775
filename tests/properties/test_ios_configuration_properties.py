"""Printing and reading a configuration are inverse, whatever it holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.defaults import blank, boot_configuration, settle
from muniform.lab.ios.diff import NO_CHANGES, contextual
from muniform.lab.ios.editor import load
from muniform.lab.ios.tree import printed

PORTS = [f"TenGigabitEthernet1/0/{number}" for number in range(1, 5)]
HARDWARE = Hardware(frozenset(PORTS), serial="FOC1")

vlans = st.integers(2, 1001)
addresses = st.tuples(*[st.integers(1, 254)] * 4).map(lambda octets: ".".join(map(str, octets)))
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,14}[A-Za-z0-9]", fullmatch=True)
sentences = st.from_regex(r"[!-~]( ?[!-~]){0,30}", fullmatch=True).filter(lambda t: "^" not in t)
port_lines = st.one_of(
    sentences.map(lambda text: f" description {text}"),
    vlans.map(lambda vlan: f" switchport access vlan {vlan}"),
    vlans.map(lambda vlan: f" switchport voice vlan {vlan}"),
    st.lists(vlans, min_size=1, max_size=8).map(
        lambda found: " switchport trunk allowed vlan " + ",".join(map(str, found))
    ),
    vlans.map(lambda vlan: f" switchport trunk allowed vlan add {vlan}"),
    st.sampled_from(
        [
            " shutdown",
            " no shutdown",
            " switchport mode trunk",
            " switchport mode access",
            " switchport nonegotiate",
            " spanning-tree portfast",
            " spanning-tree portfast trunk",
            " storm-control broadcast level 5",
            " no switchport",
            " ip address 10.9.9.9 255.255.255.0",
            " no lldp transmit",
        ]
    ),
)
entries = st.one_of(
    names.map(lambda name: f"hostname {name}"),
    st.lists(vlans, min_size=1, max_size=4).map(lambda v: "vlan " + ",".join(map(str, v))),
    st.tuples(vlans, names).map(lambda pair: f"vlan {pair[0]}\n name {pair[1]}"),
    st.tuples(st.sampled_from(PORTS), st.lists(port_lines, max_size=5)).map(
        lambda pair: "\n".join([f"interface {pair[0]}", *pair[1]])
    ),
    st.tuples(vlans, addresses).map(
        lambda pair: f"interface Vlan{pair[0]}\n ip address {pair[1]} 255.255.255.0"
    ),
    addresses.map(lambda address: f"ntp server {address}"),
    addresses.map(lambda address: f"ntp server {address} prefer"),
    addresses.map(lambda address: f"ip route 10.0.0.0 255.0.0.0 {address}"),
    st.tuples(names, st.lists(addresses, max_size=4)).map(
        lambda pair: "\n".join(
            [f"ip access-list standard {pair[0]}", *(f" permit {a}" for a in pair[1])]
        )
    ),
    st.lists(sentences.filter(lambda text: "@" not in text), max_size=4).map(
        lambda lines: "banner login @\n" + "\n".join(lines) + "\n@"
    ),
    st.sampled_from(
        [
            "no ip domain lookup",
            "lldp run",
            "no lldp run",
            "archive\n path flash:archive\n write-memory\n log config\n  hidekeys",
            "line vty 0 15\n login local\n transport input ssh",
            "aaa new-model",
            "no ip http server",
            "vtp mode off",
            "no vtp mode",
            "spanning-tree vlan 1-4094 priority 4096",
            "line vty 3 7\n exec-timeout 1",
            "default interface TenGigabitEthernet1/0/1",
        ]
    ),
)
texts = st.tuples(
    # Without it no VLAN is printed, and nothing would be said about them.
    st.sampled_from(["vtp mode transparent", "!"]),
    st.lists(entries, max_size=12),
).map(lambda pair: "\n".join([pair[0], *pair[1]]))


@settings(max_examples=150, deadline=None)
@given(texts)
def test_a_printed_configuration_boots_to_itself(text: str) -> None:
    root, _ = boot_configuration(text, HARDWARE)
    once = printed(root)
    again, messages = boot_configuration("\n".join(once), HARDWARE)
    assert messages == []
    assert printed(again) == once


@settings(max_examples=150, deadline=None)
@given(texts)
def test_a_printed_configuration_replaces_itself(text: str) -> None:
    root, _ = boot_configuration(text, HARDWARE)
    once = printed(root)
    again = blank(HARDWARE)
    assert load("\n".join(once), again, HARDWARE, strict=True) == []
    settle(again, HARDWARE)
    assert printed(again) == once
    assert contextual("\n".join(once), "\n".join(printed(again)))[1:] == [NO_CHANGES]
