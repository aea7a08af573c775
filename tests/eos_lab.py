"""A simulated Arista switch for tests of its clients: what it boots with, and how it is served."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address

from passlib.handlers.sha2_crypt import sha512_crypt

from muniform.lab.eos import EosSwitch, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from simulated_devices import Identities

USER, PASSWORD = "muniform", "right"
SSH_PORT, WEB_PORT = 20022, 20443
PORTS = tuple(f"Ethernet{number}" for number in range(1, 5))
HASH = str(sha512_crypt.using(rounds=1000, salt="abcdefgh").hash(PASSWORD))
STARTUP = f"""\
no aaa root
no username admin
username {USER} privilege 15 role network-admin secret sha512 {HASH}
hostname fs03-sw1
dns domain portaurelia.example
vlan 20
   name users
vlan 999
   name management
banner login
Property of Port Aurelia # authorised use only >
EOF
management api http-commands
   no shutdown
   vrf default
      no shutdown
      ip access-group MANAGEMENT
aaa authorization exec default local
interface Ethernet1
   description uplink
   switchport trunk allowed vlan 20,999
   switchport mode trunk
interface Ethernet2
   description desk
   switchport access vlan 20
interface Vlan999
   description Management
   ip address 10.97.1.11/24
ip access-list standard MANAGEMENT
   10 permit 10.1.254.0/24
ip route 0.0.0.0/0 10.97.1.1
ntp server 10.1.1.10 prefer
management ssh
   ip access-group MANAGEMENT in
"""
RENAMED = ("   name users", "   name people")
CUT_OFF = ("allowed vlan 20,999", "allowed vlan 20")


def spec(last: int, startup: str = STARTUP, version: str = "") -> DeviceSpec:
    """A switch at 127.97.1.``last`` that believes it is 10.97.1.11."""
    return DeviceSpec(
        name="fs03-sw1",
        model="CCS-720XP-48ZC2",
        serial="JPE12345678",
        ports=PORTS,
        startup=startup,
        wiring=Wiring((PORTS[0],), IPv4Address("10.97.1.1"), IPv4Address("10.1.254.10")),
        address=f"127.97.1.{last}",
        port=SSH_PORT,
        version=version,
        management=IPv4Address("10.97.1.11"),
    )


@dataclass
class Bench:
    """One served switch."""

    switch: EosSwitch
    background: Background

    @property
    def address(self) -> str:
        return self.switch.spec.address

    def candidate(self, *changes: tuple[str, str]) -> str:
        """What runs, changed."""
        text = self.switch.running
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text

    def wait_until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.background.call(condition):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.02)


@contextmanager
def served(identities: Identities, device: DeviceSpec, scale: float = 1.0) -> Iterator[Bench]:
    """A switch that listens while the block runs."""
    switch = EosSwitch(device, Clock(scale))
    assert switch.boot_messages == []
    assert switch.cut is None
    with serving(listeners(switch, *identities)) as background:
        yield Bench(switch, background)
