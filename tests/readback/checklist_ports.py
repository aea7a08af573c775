"""The part of the checklist that stands once for each port towards the network, and its names.

Ports of which a device has several are watched by ``uniformity``; uplinks are often alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from muniform.model import Device, PortAuthentication, PortMode, VlanUse
from readback import naming

Table = Mapping[str, tuple[str, ...]]
"""Lines by platform."""
TRUST: Table = {
    "ios": ("ip dhcp snooping trust", "ip arp inspection trust"),
    "procurve": ("dhcp-snooping trust", "arp-protect trust"),
}
"""L2-000130 and -000150: only uplinks may speak as DHCP servers."""
ROOT_GUARD = {"ios": "spanning-tree guard root", "eos": "spanning-tree guard root"}
QUEUES: Table = {"ios": ("service-policy output QOS-OUTPUT",), "eos": ("qos trust dscp",)}


def uplinks(device: Device) -> Iterator[str]:
    """Trunks to switches and routers; what an aggregation carries is set on it, not its members."""
    yield from _routed(device)
    lags = [naming.lag_name(device.platform, lag.number) for lag in device.lags]
    for port in device.ports:
        if port.mode is PortMode.TRUNK and not port.edge and port.lag is None:
            yield from _lines(device, port.name, QUEUES)
            if port.root_guard and device.platform in ROOT_GUARD:
                yield f"interface {port.name} / {ROOT_GUARD[device.platform]}"
            yield from _lines(device, port.name, TRUST)
            if device.platform == "ios":
                yield f"interface {port.name} / switchport nonegotiate"
    for name in lags:
        if device.platform == "ios":
            yield f"interface {name} / switchport nonegotiate"
        yield from _lines(device, name, TRUST)
        if device.platform == "procurve":
            yield f"spanning-tree {name} loop-guard"


def _routed(device: Device) -> Iterator[str]:
    for port in device.ports:
        if port.mode is PortMode.ROUTED and device.platform in QUEUES:
            yield f"interface {port.name} / no switchport"
            if device.platform == "ios":  # EOS trusts a routed port by itself
                yield from _lines(device, port.name, QUEUES)


def _lines(device: Device, name: str, table: Table) -> Iterator[str]:
    wanted = device.baseline.qos if table is QUEUES else any(vlan.dhcp for vlan in device.vlans)
    if wanted:
        yield from (f"interface {name} / {line}" for line in table.get(device.platform, ()))


def source(device: Device) -> str:
    """The interface by whose address servers know the device."""
    vlan = device.management.vlan
    return naming.interface_name(device.platform, "lo" if vlan is None else f"vlan{vlan}")


def origins(device: Device) -> Iterator[str]:
    """What speaks to servers does so from the management address."""
    base = device.baseline
    name = source(device)
    if device.platform == "ios":
        if base.tacacs:
            yield f"aaa group server tacacs+ TACACS / ip tacacs source-interface {name}"
        if base.radius:
            yield f"aaa group server radius RADIUS / ip radius source-interface {name}"
        if base.syslog:
            yield f"logging source-interface {name}"
        if base.snmp:
            yield f"snmp-server trap-source {name}"
    if device.platform == "eos" and device.management.vlan is None:
        yield from (f"ip {kind} source-interface {name}" for kind in ("tacacs", "radius"))
        yield f"logging source-interface {name}"
        yield f"ntp local-interface {name}"
        yield f"snmp-server local-interface {name}"


def unused(device: Device) -> Iterator[str]:
    """Interfaces that nobody uses are off, though no port of the model."""
    if device.platform == "ios":
        yield from ("interface Vlan1 / shutdown", "interface Vlan1 / no ip address")
    if device.platform == "eos":
        yield "interface Management1 / shutdown"
    if device.platform == "procurve":
        for vlan in device.vlans:
            if vlan.use is not VlanUse.MANAGEMENT:
                yield f"vlan {vlan.id} / no ip address"
        yield from ('vlan 1 / name "DEFAULT_VLAN"', "vlan 1 / no ip address")


def authenticates(device: Device) -> bool:
    """Whether a port asks who is there; without one, nobody is asked."""
    profiles = [port.profile for port in device.ports if port.profile]
    return any(profile.authentication is not PortAuthentication.NONE for profile in profiles)
