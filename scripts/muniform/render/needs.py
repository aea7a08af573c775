"""Which features a device needs: those of its role, and those that its own data asks for.

What a role needs is data (``roles.yml``). A device can be told more than its role makes every
device do: an access list on one interface, a relay, a pair of gateways. A platform that has no word
for it must be refused, or that part of the city's intent would be dropped without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muniform.model import Device, DeviceRole

_ASKED_FOR: Mapping[str, Callable[[Device], bool]] = {
    "vlans": lambda device: bool(device.ports),
    "ports": lambda device: bool(device.ports),
    "lags": lambda device: bool(device.lags),
    "interfaces": lambda device: bool(device.interfaces),
    "vrrp": lambda device: any(interface.vrrp for interface in device.interfaces),
    "dhcp_relay": lambda device: any(interface.relay for interface in device.interfaces),
    "acl": lambda device: bool(device.acls) or any(i.acl_in for i in device.interfaces),
    "ospf": lambda device: device.routing is not None,
    "bgp": lambda device: device.bgp is not None,
    "nat": lambda device: device.nat is not None,
    "snmp": lambda device: device.baseline.snmp is not None,
    "syslog": lambda device: bool(device.baseline.syslog),
}
"""What a device's data asks for, beyond what its role needs in any case.

TACACS+, RADIUS, lockout and the key of the time servers are declared once for the whole city and
are meant for those roles whose needs name them.
"""


def needed_features(role: DeviceRole) -> tuple[str, ...]:
    """What a platform must serve to play a role."""
    return tuple(_roles()["needed"][role.value])


def optional_features() -> tuple[str, ...]:
    """What a platform may serve, although no role needs it."""
    return tuple(_roles()["optional"])


def used_features(device: Device) -> tuple[str, ...]:
    """What a platform must serve for this device, each once: its role's needs, then its own."""
    needed = needed_features(device.role)
    own = (name for name, is_asked in _ASKED_FOR.items() if is_asked(device))
    return (*needed, *(name for name in own if name not in needed))


@cache
def _roles() -> Mapping[str, Any]:
    source = files("muniform.render") / "roles.yml"
    data: Mapping[str, Any] = yaml.safe_load(source.read_text())
    return data
