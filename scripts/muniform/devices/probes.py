"""What a device must still see around it after a change. Pure functions.

Only what was there before the change is asked for after it: a server that is down, or a neighbour
that was never up, says nothing about the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address

from muniform.devices.driver import Health, Neighbour
from muniform.model import Device, PortMode

_SERVICES = 4
"""So many servers are asked besides the gateway: each that is silent costs its time-out twice."""


def asked(device: Device) -> tuple[IPv4Address, ...]:
    """The gateway, and the first server of each service that the device itself uses."""
    base = device.baseline
    services = [
        tuple(server.address for server in base.ntp),
        base.tacacs.servers if base.tacacs else (),
        base.syslog,
        base.radius.servers if base.radius else (),
    ]
    found = [servers[0] for servers in services if servers][:_SERVICES]
    gateway = device.management.gateway
    return tuple(dict.fromkeys([gateway, *found] if gateway else found))


def lasting(device: Device, seen: Health) -> Health:
    """What must outlast a change: no phone on a desk, and nothing on a port that is to be shut."""
    passing = {port.name for port in device.ports if port.edge or port.mode is PortMode.UNUSED}
    kept = frozenset(each for each in seen.neighbours if each.port not in passing)
    return Health(kept, seen.answering)


def missing(before: Health, after: Health) -> tuple[str, ...]:
    """What is gone since, in words; empty if nothing is."""
    neighbours = [_neighbour(each) for each in sorted(before.neighbours - after.neighbours)]
    silent = [f"the answer of {address}" for address in sorted(before.answering - after.answering)]
    return (*neighbours, *silent)


def present(seen: Health) -> tuple[str, ...]:
    """What is there, in words: evidence."""
    neighbours = [_neighbour(each) for each in sorted(seen.neighbours)]
    return (*neighbours, *(f"the answer of {address}" for address in sorted(seen.answering)))


def listed(words: Iterable[str], most: int = 6) -> str:
    """A list for a sentence, cut where nobody reads on."""
    found = list(words)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more if found else "nothing"


def _neighbour(each: Neighbour) -> str:
    return f"neighbour {each.device} on {each.port}"
