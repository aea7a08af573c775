"""A small simulated switch for the suites of clients that others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from itertools import pairwise

from muniform.lab.ios import IosSwitch
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import End, Fabric
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.type9 import type9_hash

USER, PASSWORD = "muniform", "right"
PORT, SCALE = 20022, 30.0
PORTS = tuple(f"TenGigabitEthernet1/0/{number}" for number in range(1, 9))
GATEWAY, CONTROLLER = IPv4Address("10.99.1.1"), IPv4Address("10.1.254.10")
_STARTUP = """
hostname {name}
username {user} privilege 15 secret 9 {hash}
username guest privilege 1 secret 9 {hash}
enable secret 9 {hash}
ip routing
ip domain name portaurelia.example
vtp mode transparent
file prompt noisy
lldp run
no ip http server
no ip http secure-server
archive
 path flash:archive
 maximum 5
vlan 20
 name users
vlan 999
 name management
interface {uplink}
 description uplink
 switchport trunk allowed vlan 20,999
 switchport mode trunk
interface Vlan999
 ip address 10.99.1.{last} 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.99.1.1
ip scp server enable
ip access-list standard MGMT
 10 permit 10.1.254.0 0.0.0.255
line vty 0 15
 access-class MGMT in vrf-also
 login local
 transport input ssh
end
"""


def switch(address: str, name: str = "fs03-sw1") -> IosSwitch:
    """It listens at ``address``, behind its first port."""
    last = address.rpartition(".")[2]
    startup = _STARTUP.format(
        name=name,
        user=USER,
        hash=type9_hash(PASSWORD, "abcdefghijklmn"),
        uplink=PORTS[0],
        last=last,
    )
    spec = DeviceSpec(
        name=name,
        model="C9300-24UX",
        serial=f"FOC2231X0{last}",
        ports=PORTS,
        startup=startup,
        wiring=Wiring((PORTS[0],), GATEWAY, CONTROLLER),
        address=address,
        port=PORT,
        management=IPv4Address(f"10.99.1.{last}"),
    )
    made = IosSwitch(spec, Clock(SCALE))
    assert made.boot_messages == []
    assert made.cut is None
    return made


def cabled(*switches: IosSwitch) -> Fabric:
    """A fabric in which the last ports of neighbours are cabled: 7 of one to 8 of the next."""
    fabric = Fabric(_cables(switches))
    for each in switches:
        fabric.devices[each.spec.name] = each
        each.fabric = fabric
    return fabric


def _cables(switches: Iterable[IosSwitch]) -> list[tuple[End, End]]:
    names = [each.spec.name for each in switches]
    pairs = pairwise(names)
    return [(End(left, PORTS[6]), End(right, PORTS[7])) for left, right in pairs]


class Line:
    """A connection of nobody: what a shell needs of one."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


def shell(of: IosSwitch, user: str = USER) -> Shell:
    """A privileged session without a network."""
    return Shell(of, user, 15, Line())
