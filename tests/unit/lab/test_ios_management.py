"""What cuts a switch off from its controller, one change at a time."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from muniform.lab.ios import IosSwitch, management_path
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.simulated.terminal import Terminal

UPLINK, ACCESS = "TenGigabitEthernet1/0/1", "TenGigabitEthernet1/0/2"
HASH = "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"
STARTUP = f"""
username muniform privilege 15 secret 9 {HASH}
ip routing
vtp mode transparent
vlan 999
interface {UPLINK}
 switchport trunk allowed vlan 20,999
 switchport mode trunk
interface {ACCESS}
 switchport mode access
interface Vlan999
 ip address 10.18.254.11 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.18.254.1
ip access-list standard MGMT
 10 permit 10.1.254.0 0.0.0.255
line vty 0 15
 access-class MGMT in vrf-also
 login local
 transport input ssh
"""


def booted(change: str = "", controller: str = "10.1.254.10") -> IosSwitch:
    wiring = Wiring((UPLINK,), IPv4Address("10.18.254.1"), IPv4Address(controller))
    spec = DeviceSpec(
        name="fs03-sw1",
        model="C9300-24UX",
        serial="FOC1",
        ports=(UPLINK, ACCESS),
        startup=STARTUP + change,
        wiring=wiring,
        address="127.18.254.11",
        port=20022,
    )
    switch = IosSwitch(spec, Clock())
    assert switch.boot_messages == []
    assert switch.cut == management_path(switch.config, wiring, spec)
    return switch


def test_the_standard_configuration_is_reachable() -> None:
    assert booted().cut is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("interface Vlan999\n shutdown", "Vlan999 is shut down"),
        ("interface Vlan999\n ip address 10.18.254.12 255.255.255.0", "carries 10.18.254.11"),
        ("no interface Vlan999", "no interface carries"),
        ("no vlan 999", "VLAN 999 is not declared"),
        (f"interface {UPLINK}\n shutdown", "Te1/0/1 is shut down"),
        (f"interface {UPLINK}\n switchport trunk allowed vlan 20", "not allowed on Te1/0/1"),
        (f"interface {UPLINK}\n switchport trunk allowed vlan none", "not allowed on Te1/0/1"),
        (f"interface {UPLINK}\n switchport mode access", "does not carry VLAN 999"),
        (f"interface {UPLINK}\n no switchport", "routed port"),
        (f"default interface {UPLINK}", "does not carry VLAN 999"),
        ("no ip route 0.0.0.0 0.0.0.0 10.18.254.1", "no route to 10.1.254.10"),
        ("ip route 10.1.0.0 255.255.0.0 10.18.254.9", "no route to 10.1.254.10"),
        ("no ip routing", "no route to 10.1.254.10"),
        (
            "no ip route 0.0.0.0 0.0.0.0 10.18.254.1\nip default-gateway 10.18.254.1",
            "no route to 10.1.254.10",
        ),
        ("line vty 0 4\n transport input telnet", "take no SSH"),
        ("line vty 0 4\n no transport input", "take no SSH"),
        ("line vty 0 4\n no login local", "do not log in"),
        ("ip access-list standard MGMT\n 5 deny 10.1.254.10", "does not permit"),
        ("ip access-list standard MGMT\n no 10\n permit host 10.1.254.99", "does not permit"),
        ("no username muniform", "no local account"),
    ],
)
def test_changes_that_cut_it_off(change: str, reason: str) -> None:
    cut = booted(change + "\n").cut
    assert cut is not None
    assert reason in cut


@pytest.mark.parametrize(
    "change",
    [
        f"interface {UPLINK}\n no switchport trunk allowed vlan",
        f"interface {UPLINK}\n switchport mode access\n switchport access vlan 999",
        f"interface {ACCESS}\n shutdown",
        "no ip access-list standard MGMT",
        "ip access-list standard MGMT\n no 10",
        "no ip routing\nip default-gateway 10.18.254.1",
        "line vty 0 4\n transport input all",
        "line vty 5 15\n transport input telnet",
        "line vty 0 4\n no access-class",
        "vlan 20\n name users",
    ],
)
def test_changes_that_leave_it_reachable(change: str) -> None:
    assert booted(change + "\n").cut is None


def test_a_controller_in_the_same_subnet_needs_no_route() -> None:
    acl = "ip access-list standard MGMT\n permit 10.18.254.0 0.0.0.255\n"
    change = acl + "no ip route 0.0.0.0 0.0.0.0 10.18.254.1\n"
    assert booted(change, controller="10.18.254.200").cut is None


class _Recorder:
    """A connection that only knows whether it was dropped."""

    def __init__(self) -> None:
        self.is_dropped = False
        self.is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True


def test_a_cut_drops_every_session_and_nothing_else_does() -> None:
    switch, session = booted(), _Recorder()
    switch.connections.add(session)
    switch.merge("interface te1/0/2\n shutdown\n", "muniform")
    assert not session.is_dropped
    switch.merge("no vlan 999\n", "muniform")
    assert session.is_dropped
    assert switch.cut == "VLAN 999 is not declared or shut down"


def test_what_was_sent_ahead_is_lost_with_the_session() -> None:
    switch, session = booted(), _Recorder()
    switch.connections.add(session)
    screen: list[str] = []
    terminal = Terminal(Shell(switch, "muniform", 15, session), screen.append)
    terminal.receive("conf t\nint te1/0/1\nshutdown\nhostname after\n")
    assert session.is_dropped
    assert switch.hostname == "Switch"
    assert "hostname" not in "".join(screen)


def test_booting_forgets_unsaved_changes_and_saving_keeps_them() -> None:
    switch = booted()
    switch.merge("hostname lost\n", "muniform")
    switch.boot()
    assert switch.hostname == "Switch"
    switch.merge("hostname kept\n", "muniform")
    switch.save()
    switch.boot()
    assert switch.hostname == "kept"
    assert not switch.is_modified
