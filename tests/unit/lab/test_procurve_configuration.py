"""The simulated ArubaOS-Switch: what it accepts, refuses and prints, and what hangs together."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest

from muniform.devices.configuration.procurve import normalise
from muniform.lab.procurve.arguments import Hardware
from muniform.lab.procurve.editor import Editor, load
from muniform.lab.procurve.matching import Refused
from muniform.lab.procurve.printing import printed
from muniform.lab.procurve.state import State, factory
from muniform.lab.simulated.asking import Ask
from muniform.model import City, load_city
from muniform.render import first_boot, render
from procurve_lab import declared, secrets_for

PORTS = tuple(str(number) for number in range(1, 13))


def editor(*lines: str) -> Editor:
    found = Editor(factory(Hardware(PORTS)))
    for line in lines:
        found.load(line)
    return found


def shown(state: State, head: str) -> list[str]:
    """The lines of one section."""
    lines = printed(state)
    if head not in lines:
        return []
    start = lines.index(head)
    return [line.strip() for line in lines[start + 1 : lines.index("   exit", start)]]


def top(state: State, beginning: str) -> list[str]:
    return [line for line in printed(state) if line.startswith(beginning)]


@pytest.fixture(scope="module", params=["inventory", "tests/cities/bracken_falls/inventory"])
def any_city(request: pytest.FixtureRequest, root: Path) -> City:
    return load_city(root / request.param)


def test_every_declared_switch_prints_its_standard_back(any_city: City, tmp_path: Path) -> None:
    store = secrets_for(any_city, tmp_path)
    switches = declared(any_city)
    assert switches
    for device in switches:
        text = store.resolve(render(device))
        state, refused = load(text, Hardware(tuple(port.name for port in device.ports)))
        assert refused == []
        again = "\n".join(printed(state)) + "\n"
        assert again == text, device.name
        assert normalise(again) == normalise(text)


def test_every_declared_switch_boots_blank(any_city: City, tmp_path: Path) -> None:
    store = secrets_for(any_city, tmp_path)
    for device in declared(any_city):
        text = store.resolve(first_boot(device))
        state, refused = load(text, Hardware(tuple(port.name for port in device.ports)))
        assert refused == []
        assert normalise(text) <= normalise("\n".join(printed(state)))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("frobnicate", "Invalid input: frobnicate"),
        ("vlan 4095", "Invalid input: 4095"),
        ("vlan", "Incomplete input: vlan"),
        ("spanning-tree 1", "Incomplete input: 1"),
        ("i 1", "Ambiguous input: i"),
        ("interface 99", "Module not present for port or invalid port: 99"),
        ("interface 1-99", "Module not present for port or invalid port: 1-99"),
        ("ip default-gateway 10.1.1", "Invalid input: 10.1.1"),
        ("ip authorized-managers 10.1.1.0 255.0.255.0", "Invalid input: 255.0.255.0"),
        ("vlan 20 name", "Incomplete input: name"),
        ('hostname "a-name-that-is-much-longer-than-32-c"',
         'Invalid input: "a-name-that-is-much-longer-than-32-c"'),
        ("primary-vlan 77", "VLAN 77 does not exist."),
        ("interface 1 tagged vlan 77", "VLAN 77 does not exist."),
        ("aaa port-access authenticator 1 tx-period 5", "Port 1: authenticator is not configured."),
        ("no vlan 1", "The default VLAN 1 cannot be deleted."),
        ("vlan 1 no untagged 3", "Port 3 must be a member of at least one VLAN."),
    ],
)  # fmt: skip
def test_what_it_refuses_and_in_which_words(line: str, answer: str) -> None:
    switch = editor()
    before = printed(switch.state)
    with pytest.raises(Refused, match=f"^{answer.replace('(', '.')}$"):
        switch.load(line)
    assert [each for each in printed(switch.state) if each not in before] in (
        [],
        # The section was opened before the rest of the line was looked at.
        ["vlan 20", '   name "VLAN20"', "   no ip address"],
    )


def test_keywords_may_be_abbreviated_and_abbreviations_of_two_are_refused() -> None:
    assert top(editor("loop 1-3,5").state, "loop") == ["loop-protect 1-3,5"]
    with pytest.raises(Refused, match="Ambiguous input: s"):
        editor().load("s")


def test_a_port_is_untagged_in_one_vlan_at_most() -> None:
    state = editor("vlan 20", "untagged 1-4", "vlan 30", "untagged 4-5").state
    assert "untagged 1-3" in shown(state, "vlan 20")
    assert "untagged 4-5" in shown(state, "vlan 30")
    assert "no untagged 1-5" in shown(state, "vlan 1")


def test_a_port_that_is_in_no_vlan_falls_back_into_the_default_one() -> None:
    state = editor("vlan 20", "untagged 1", "no untagged 1").state
    assert "untagged 1-12" in shown(state, "vlan 1")


def test_a_tagged_port_may_leave_the_default_vlan() -> None:
    state = editor("vlan 20 tagged 3", "vlan 1 no untagged 3").state
    assert "no untagged 3" in shown(state, "vlan 1")
    assert "tagged 3" in shown(state, "vlan 20")


def test_vlan_and_port_say_the_same_of_a_membership() -> None:
    by_vlan = editor("vlan 20", "untagged 2", "exit", "vlan 30", "tagged 2").state
    by_port = editor("vlan 20", "vlan 30", "interface 2", "untagged vlan 20", "tagged vlan 30")
    assert printed(by_vlan) == printed(by_port.state)


def test_ports_that_join_an_aggregation_leave_their_vlans() -> None:
    state = editor("vlan 20 untagged 11-12", "trunk 11-12 trk1 lacp").state
    assert "trunk 11-12 trk1 lacp" in printed(state)
    assert not [line for line in shown(state, "vlan 20") if line.startswith("untagged")]
    assert "untagged 1-10,Trk1" in shown(state, "vlan 1")
    assert top(state, "spanning-tree Trk1") == ["spanning-tree Trk1 priority 4"]


def test_an_aggregation_takes_its_settings_along() -> None:
    switch = editor(
        "trunk 11-12 trk1 lacp",
        "vlan 20 tagged trk1",
        "interface trk1 dhcp-snooping trust",
        "spanning-tree trk1 loop-guard",
        "no trunk 11-12",
    )
    assert not [line for line in printed(switch.state) if "rk1" in line]
    assert "untagged 1-12" in shown(switch.state, "vlan 1")
    with pytest.raises(Refused, match="invalid port: trk1"):
        switch.load("interface trk1")


def test_a_member_of_an_aggregation_is_in_no_vlan_by_itself() -> None:
    with pytest.raises(Refused, match="Port 11 is in a trunk"):
        editor("trunk 11-12 trk1 lacp", "vlan 20", "untagged 11")


def test_a_policy_needs_its_class_and_a_vlan_its_policy() -> None:
    with pytest.raises(Refused, match="The class"):
        editor('policy qos "p"', '10 class ipv4 "c" action priority 0')
    switch = editor(
        'class ipv4 "c"',
        "10 match ip 0.0.0.0 255.255.255.255 0.0.0.0 255.255.255.255",
        'policy qos "p"',
        '10 class ipv4 "c" action priority 0',
        'vlan 20 service-policy "p" in',
    )
    for line in ('no policy qos "p"', 'no class ipv4 "c"'):
        with pytest.raises(Refused, match="in use"):
            switch.load(line)


def test_a_vlan_that_holds_ports_is_asked_about_before_it_goes() -> None:
    switch = editor("vlan 20 untagged 1-2")
    question = switch.feed("no vlan 20")
    assert isinstance(question, Ask)
    assert "1-2" in question.question
    question.then("n")
    assert "vlan 20" in printed(switch.state)
    question.then("y")
    assert "vlan 20" not in printed(switch.state)
    assert "untagged 1-12" in shown(switch.state, "vlan 1")


def test_with_a_ports_authentication_go_its_settings() -> None:
    state = editor(
        "aaa port-access authenticator 1-3",
        "aaa port-access authenticator 1-3 tx-period 5",
        "no aaa port-access authenticator 2",
    ).state
    assert top(state, "aaa port-access") == [
        "aaa port-access authenticator 1,3",
        "aaa port-access authenticator 1 tx-period 5",
        "aaa port-access authenticator 3 tx-period 5",
    ]


def test_what_is_the_default_is_not_printed() -> None:
    lines = ("telnet-server", "spanning-tree priority 8", "interface 1 power-over-ethernet low")
    assert printed(editor(*lines).state) == printed(editor().state)
    state = editor("no telnet-server", "interface 1 no power-over-ethernet").state
    assert top(state, "no telnet") == ["no telnet-server"]
    assert shown(state, "interface 1") == ["no power-over-ethernet"]


def test_a_password_in_clear_is_kept_as_a_digest_and_shown_only_with_credentials() -> None:
    line = 'password manager user-name "boss" plaintext "Very-Long-1"'
    assert top(editor(line).state, "password") == []
    digest = sha1(b"Very-Long-1", usedforsecurity=False).hexdigest()
    assert top(editor("include-credentials", line).state, "password manager") == [
        f'password manager user-name "boss" sha1 "{digest}"'
    ]
