"""Simulated Junos devices for tests: a small switch, served in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TypeVar

from muniform.lab.junos import JunosDevice, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import Announcement, End, Fabric
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from simulated_devices import Identities

CONTROLLER = IPv4Address("10.1.254.10")
GATEWAY = IPv4Address("10.96.99.1")
DECLARED = IPv4Address("10.96.99.21")
USER, PASSWORD = "muniform", "correct horse"
HASH = (
    "$6$testsalt$cbbwgYyM1LY/2OzxhMS6.YhN4y1/0YkbEVVA20ZiZcSbQjmaejFZKCu7McxdocQYpOVpfUreIWnt"
    "IDrRnWyt6/"
)
UPLINK = "xe-0/2/0"
PORTS = ("ge-0/0/0", "ge-0/0/1", "ge-0/0/2", UPLINK)
NEIGHBOUR = Announcement("ops-dist1", "xe-0/0/7", "2c:6b:f5:00:00:07", "a distribution switch")

STARTUP = f"""\
system {{
    host-name ops-sw1;
    root-authentication {{
        encrypted-password "{HASH}";
    }}
    login {{
        user {USER} {{
            uid 2000;
            class super-user;
            authentication {{
                encrypted-password "{HASH}";
            }}
        }}
    }}
    services {{
        netconf {{
            ssh;
        }}
        ssh {{
            root-login deny;
        }}
    }}
    domain-name net.example.org;
}}
interfaces {{
    ge-0/0/0 {{
        description "Desk 1";
        unit 0 {{
            family ethernet-switching {{
                interface-mode access;
                vlan {{
                    members Office;
                }}
            }}
        }}
    }}
    {UPLINK} {{
        description UPLINK;
        unit 0 {{
            family ethernet-switching {{
                interface-mode trunk;
                vlan {{
                    members [ Office Management ];
                }}
            }}
        }}
    }}
    irb {{
        unit 999 {{
            family inet {{
                address {DECLARED}/24;
            }}
        }}
    }}
}}
snmp {{
    location "Operations center";
}}
routing-options {{
    static {{
        route 0.0.0.0/0 next-hop {GATEWAY};
    }}
}}
protocols {{
    lldp {{
        interface all;
    }}
}}
vlans {{
    Management {{
        vlan-id 999;
        l3-interface irb.999;
    }}
    Office {{
        vlan-id 20;
    }}
}}
"""
"""What the switch boots with, as Junos prints it but for the marks behind secrets."""

Result = TypeVar("Result")


class _Neighbour:
    """What is at the other end of the uplink."""

    def announces(self, port: str) -> Announcement | None:
        return NEIGHBOUR if port == NEIGHBOUR.port else None

    def is_up(self, port: str) -> bool:
        return port == NEIGHBOUR.port


@dataclass
class Played:
    """A device that is served, and the thread it lives in."""

    device: JunosDevice
    background: Background

    @property
    def address(self) -> str:
        return self.device.spec.address

    @property
    def ssh(self) -> int:
        return self.device.spec.listens(22)

    @property
    def netconf(self) -> int:
        return self.device.spec.listens(830)

    def call(self, act: Callable[[], Result]) -> Result:
        """Do something in the device's own thread."""
        return self.background.call(act)


def made_switch(
    address: str = "127.96.0.1", startup: str = STARTUP, scale: float = 1
) -> JunosDevice:
    """A switch that is not served yet. Its neighbour is."""
    spec = DeviceSpec(
        name="ops-sw1",
        model="EX4400-24MP",
        serial="ZE1234567890",
        ports=PORTS,
        startup=startup,
        wiring=Wiring((UPLINK,), GATEWAY, CONTROLLER),
        address=address,
        port=20022,
        management=DECLARED,
    )
    device = JunosDevice(spec, Clock(scale))
    fabric = Fabric([(End("ops-sw1", UPLINK), End(NEIGHBOUR.device, NEIGHBOUR.port))])
    fabric.devices |= {"ops-sw1": device, NEIGHBOUR.device: _Neighbour()}
    device.fabric = fabric
    return device


@contextmanager
def playing(identities: Identities, address: str, scale: float = 1) -> Iterator[Played]:
    """The switch, served while the block runs."""
    device = made_switch(address, scale=scale)
    with serving(listeners(device, *identities)) as background:
        yield Played(device, background)
