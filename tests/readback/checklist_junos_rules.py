"""Junos's part of the checklist that says who may speak to the device, and at the city's edge."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device, DeviceRole

FILTER = "set firewall family inet filter MANAGEMENT term"
SESSIONS = (22, 830)
OTHER_SESSIONS = (22, 23, 80, 443, 830)
POLICY = "set policy-options policy-statement"
V3 = "set snmp v3"
INBOUND = ("netconf", "ping", "snmp", "ssh", "traceroute")


def protection(device: Device) -> Iterator[str]:
    """CISC-ND-000140's counterpart: sessions from management networks, polls from managers."""
    yield f"{FILTER} sessions from source-prefix-list MANAGEMENT"
    yield f"{FILTER} sessions from protocol tcp"
    yield from (f"{FILTER} sessions from destination-port {port}" for port in SESSIONS)
    yield f"{FILTER} sessions then accept"
    yield f"{FILTER} other-sessions from protocol tcp"
    yield from (f"{FILTER} other-sessions from destination-port {port}" for port in OTHER_SESSIONS)
    yield f"{FILTER} other-sessions then discard"
    yield f"{FILTER} other-polls from protocol udp"
    yield f"{FILTER} other-polls from destination-port 161"
    yield f"{FILTER} other-polls then discard"
    if device.baseline.snmp:
        yield f"{FILTER} polls from source-prefix-list SNMP-MANAGERS"
        yield f"{FILTER} polls from protocol udp"
        yield f"{FILTER} polls from destination-port 161"
        yield f"{FILTER} polls then accept"


def monitoring(device: Device) -> Iterator[str]:
    """SNMPv3 with privacy, for reading and for traps (ND-001130, -001140)."""
    snmp = device.baseline.snmp
    if snmp is None:
        return
    yield f"set snmp engine-id local {device.name}"
    yield "set snmp view ALL oid .1 include"
    yield (
        f"{V3} vacm security-to-group security-model usm security-name {snmp.user} "
        f"group {snmp.group}"
    )
    access = f"{V3} vacm access group {snmp.group} default-context-prefix security-model usm"
    yield f"{access} security-level privacy read-view ALL"
    yield f"{access} security-level privacy notify-view ALL"
    parameters = f"{V3} target-parameters traps parameters"
    yield f"{parameters} message-processing-model v3"
    yield f"{parameters} security-model usm"
    yield f"{parameters} security-level privacy"
    yield f"{parameters} security-name {snmp.user}"
    yield from (f"{V3} notify traps type trap", f"{V3} notify traps tag traps")
    for index, manager in enumerate(snmp.managers, start=1):
        yield f"{V3} target-address manager-{index} tag-list traps"
        yield f"{V3} target-address manager-{index} target-parameters traps"
        yield f"set policy-options prefix-list SNMP-MANAGERS {manager}/32"


def edge(device: Device) -> Iterator[str]:
    """SC-7: deny by default; what is announced and accepted is named."""
    if device.role is not DeviceRole.FIREWALL:
        return
    yield "set security policies default-policy deny-all"
    for entry in device.interfaces:
        zone = f"set security zones security-zone {entry.zone} interfaces {entry.name}.0"
        if entry.ospf_active:
            yield f"{zone} host-inbound-traffic protocols ospf"
        if entry.zone == "internet":
            yield f"{zone} host-inbound-traffic protocols bgp"
    yield from (
        f"set security zones security-zone wan interfaces lo0.0 host-inbound-traffic "
        f"system-services {service}"
        for service in INBOUND
    )
    yield from _translation(device)
    if device.bgp:
        yield "set protocols bgp group PROVIDERS preference 140"
        yield "set security zones security-zone internet screen PROVIDER"
        longer = "0.0.0.0/0 prefix-length-range /25-/32"
        yield f"{POLICY} PROVIDER-IN term too-long from route-filter {longer}"
        yield f"{POLICY} PROVIDER-IN term too-long then reject"
        if device.bgp.backup:
            path = " ".join([str(device.bgp.asn)] * 3)
            yield f'{POLICY} PROVIDER-OUT term announced then as-path-prepend "{path}"'
        yield f"{POLICY} PROVIDER-IN term bogons from prefix-list-filter BOGONS orlonger"
        yield f"{POLICY} PROVIDER-IN term bogons then reject"
        yield f"{POLICY} PROVIDER-IN term our-own from prefix-list-filter ANNOUNCED orlonger"
        yield f"{POLICY} PROVIDER-IN term our-own then reject"
        yield f"{POLICY} PROVIDER-IN term the-rest then accept"
        yield f"{POLICY} PROVIDER-OUT term announced from protocol static"
        yield f"{POLICY} PROVIDER-OUT term announced from prefix-list ANNOUNCED"
        yield f"{POLICY} PROVIDER-OUT term announced then accept"
        yield f"{POLICY} PROVIDER-OUT term the-rest then reject"
        yield from (
            f"set routing-options static route {net} discard" for net in device.bgp.announced
        )
    if device.routing and device.routing.default_route:
        yield f"{POLICY} OSPF-DEFAULT term default-route from route-filter 0.0.0.0/0 exact"
        metric = 1000 if device.bgp and device.bgp.backup else 10
        yield f"{POLICY} OSPF-DEFAULT term default-route then metric {metric}"
        yield f"{POLICY} OSPF-DEFAULT term default-route then accept"
        yield f"{POLICY} OSPF-DEFAULT term the-rest then reject"


def _translation(device: Device) -> Iterator[str]:
    """What leaves for the Internet does so with an address of the pool."""
    if device.nat is None:
        return
    source = "set security nat source"
    yield f"{source} pool OUT address {device.nat.pool}"
    yield f"{source} rule-set OUT from zone wan"
    yield f"{source} rule-set OUT to zone internet"
    rule = f"{source} rule-set OUT rule inside"
    yield from (f"{rule} match source-address {network}" for network in device.nat.inside)
    yield f"{rule} then source-nat pool OUT"
