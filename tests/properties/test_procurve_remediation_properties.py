"""The remediation of ArubaOS-Switch, carried out on the simulated switch, leads where it says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from muniform.devices.configuration.procurve import normalise
from muniform.devices.procurve_remediation import remediate
from muniform.lab.procurve.arguments import Hardware
from muniform.lab.procurve.editor import Editor, load
from muniform.lab.procurve.printing import printed

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
CASES = (
    "procurve/access_switch.intended.cfg",
    "procurve/access_switch.first_boot.cfg",
    "port_aurelia/park/procurve/pk01-sw1.intended.cfg",
    "bracken_falls/rh1-sw2.intended.cfg",
)
PORTS = tuple(str(number) for number in range(1, 29))
HARDWARE = Hardware(PORTS)
ADDITIONS = (
    "vlan 20 untagged {a}",
    "vlan 20 tagged {a},{b}",
    "vlan 40 untagged {a}-{c}",
    "vlan 77",
    "vlan 77 tagged {b}",
    "vlan 77 name odd",
    "vlan 1 untagged {a}",
    "no vlan 40",
    "trunk {a},{b} trk1 lacp",
    "trunk {a} trk2 trunk",
    "no trunk 25-28",
    "no trunk {a}",
    "vlan 20 tagged trk1",
    "interface trk1 arp-protect trust",
    "spanning-tree trk1 root-guard",
    "interface {a} disable",
    "interface {a} enable",
    "interface {a} no name",
    "interface {a} no power-over-ethernet",
    "interface {a} power-over-ethernet critical",
    "interface {b} poe-value 9",
    "no loop-protect {a}",
    "loop-protect {a}-{c}",
    "spanning-tree {a} bpdu-protection",
    "no spanning-tree {b} admin-edge-port",
    "no spanning-tree",
    "spanning-tree priority 2",
    "aaa port-access authenticator {a}",
    "aaa port-access authenticator {a} tx-period 9",
    "no aaa port-access authenticator {b}",
    "no aaa port-access mac-based {b}",
    "aaa port-access mac-based {a}",
    "aaa port-access {a} auth-order mac-based authenticator",
    "no dhcp-snooping",
    "dhcp-snooping vlan {a}",
    "no arp-protect vlan {b}",
    "telnet-server",
    "no telnet-server",
    "ip routing",
    "ip default-gateway 10.9.9.9",
    "no snmpv3 enable",
    "snmp-server contact other",
    "logging 10.9.9.9",
    "logging severity error",
    "no banner motd",
    "time timezone 60",
    'hostname "other"',
)


@cache
def golden(name: str) -> str:
    """A golden configuration with made secrets, as the switch prints it."""
    text = (GOLDEN / name).read_text()
    text = re.sub(r"<secret:[^>]*:sha256>", "a" * 64, text)
    text = re.sub(r"<secret:[^>]*:snmp_sha:[^>]*>", "b" * 40, text)
    state, refused = load(re.sub(r"<secret:[^>]*>", "c" * 20, text), HARDWARE)
    assert refused == []
    return "\n".join(printed(state)) + "\n"


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """A golden configuration after some commands of which the switch refuses a few."""
    lines = draw(st.lists(st.sampled_from(ADDITIONS), max_size=8))
    edits = []
    for line in lines:
        a, c = sorted(draw(st.lists(st.integers(1, 28), min_size=2, max_size=2)))
        edits.append(line.format(a=a, b=draw(st.integers(1, 28)), c=c))
    text = golden(draw(st.sampled_from(CASES))) + "\n".join(edits)
    state, _ = load(text, HARDWARE)
    return "\n".join(printed(state)) + "\n"


@settings(max_examples=25)
@given(configurations())
def test_what_is_printed_is_read_as_the_same(text: str) -> None:
    state, refused = load(text, HARDWARE)
    assert refused == []
    assert "\n".join(printed(state)) + "\n" == text


@settings(max_examples=25)
@given(configurations(), configurations())
def test_the_remediation_leads_from_any_to_any(running: str, intended: str) -> None:
    remediation = remediate(running, intended)
    assert remediation.missing == remediation.remaining == frozenset()
    state, _ = load(running, HARDWARE)
    editor = Editor(state)
    for command in remediation.commands:
        editor.load(command)
    assert normalise("\n".join(printed(state))) == normalise(intended)


@settings(max_examples=25)
@given(configurations())
def test_nothing_is_sent_where_nothing_differs(text: str) -> None:
    assert remediate(text, text).commands == ()
