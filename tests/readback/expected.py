"""What a device's configuration has to say, from the model alone: no renderer is asked."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import collapse_addresses

from muniform.model import (
    Acl,
    AclTerm,
    Device,
    DeviceRole,
    Lag,
    Port,
    PortMode,
    RoutedInterface,
    VlanUse,
)
from muniform.render.segmentation import effective_terms
from readback import naming
from readback.facts import Ace, Facts, Interface, Neighbor, NtpServer, in_runs
from readback.facts import Port as PortFacts

OSPF_MBPS_OF_FRR = 100_000
"""FRR does not print its own default."""
LOOPBACK_ZONE = "wan"
"""An SRX passes nothing on an interface without a zone; its loopback is on the city's side."""
SWITCHES = frozenset({"ios", "eos", "junos", "procurve"})


def expected(device: Device) -> Facts:
    """The facts of a device's whole intended configuration."""
    base = device.baseline
    bgp = device.bgp
    switch = device.platform in SWITCHES
    return Facts(
        hostname=device.name,
        vlans={str(vlan.id): vlan.name for vlan in device.vlans} if switch else {},
        ports=dict(_ports(device)) if switch else {},
        lags={
            naming.lag_name(device.platform, lag.number): tuple(lag.members) for lag in device.lags
        },
        interfaces=dict(_interfaces(device)),
        management_acl=tuple(sorted(str(net) for net in device.management.allowed)),
        acls=_acls(device),
        ntp={
            str(server.address): NtpServer(base.ntp_key.id if base.ntp_key else None, server.prefer)
            for server in base.ntp
        },
        ntp_keys=(
            {str(base.ntp_key.id): naming.time_key(device.platform, base.ntp_key.key)}
            if base.ntp_key
            else {}
        ),
        syslog=tuple(sorted(str(server) for server in base.syslog)),
        snmp_contact=base.snmp.contact if base.snmp else "",
        snmp_location=device.location if base.snmp else "",
        snmp_hosts=tuple(sorted(str(m) for m in base.snmp.managers)) if base.snmp else (),
        router_id=str(device.routing.router_id) if device.routing else "",
        reference_bandwidth=_bandwidth(device),
        default_gateway=str(device.management.gateway or ""),
        bgp_asn=bgp.asn if bgp else None,
        bgp_networks=tuple(sorted(str(net) for net in bgp.announced)) if bgp else (),
        bgp_neighbors={
            str(peer.address): Neighbor(
                peer.asn,
                peer.description,
                naming.neighbor_key(device.platform, peer.key, str(peer.address)),
                peer.max_prefixes,
            )
            for peer in (bgp.neighbors if bgp else ())
        },
        bogons=tuple(sorted(str(net) for net in bgp.bogons)) if bgp else (),
    )


def _bandwidth(device: Device) -> int | None:
    if device.routing is None:
        return None
    mbps = device.routing.reference_bandwidth_mbps
    return None if device.platform == "frr" and mbps == OSPF_MBPS_OF_FRR else mbps


def _ports(device: Device) -> Iterator[tuple[str, PortFacts]]:
    native = next((vlan.id for vlan in device.vlans if vlan.use is VlanUse.NATIVE), None)
    parked = next((vlan.id for vlan in device.vlans if vlan.use is VlanUse.PARKED), None)
    lags = {lag.number: lag for lag in device.lags}
    for port in device.ports:
        if port.mode is not PortMode.ROUTED:
            lag = lags[port.lag] if port.lag is not None else None
            yield port.name, _port(device.platform, port, lag, native, parked)
    for lag in device.lags:
        name = naming.lag_name(device.platform, lag.number)
        # ArubaOS-Switch names the members, not the aggregation.
        description = "" if device.platform == "procurve" else lag.description
        yield name, _trunk(description, lag.vlans, native)


def _port(
    platform: str, port: Port, lag: Lag | None, native: int | None, parked: int | None
) -> PortFacts:
    if port.mode is PortMode.UNUSED:
        return PortFacts(port.description, False, "access", parked)
    if lag is not None:
        # Only IOS repeats on each member what the aggregation carries.
        own = platform == "ios"
        shown = _trunk(port.description, lag.vlans, native)
        return shown if own else PortFacts(port.description)
    if port.profile is None or port.mode is PortMode.TRUNK:
        tagged = port.profile.tagged if port.profile else port.vlans
        return _trunk(port.description, tagged, native)
    profile = port.profile
    return PortFacts(port.description, True, "access", profile.vlan, profile.voice_vlan)


def _trunk(description: str, tagged: tuple[int, ...], native: int | None) -> PortFacts:
    return PortFacts(description, True, "trunk", native_vlan=native, tagged=tuple(sorted(tagged)))


def _interfaces(device: Device) -> Iterator[tuple[str, Interface]]:
    management = device.management
    names = {entry.name for entry in device.interfaces}
    for entry in device.interfaces:
        name = naming.interface_name(device.platform, entry.name)
        yield name, _interface(device, entry, name)
    if management.vlan is not None and f"vlan{management.vlan}" not in names:
        name = naming.interface_name(device.platform, f"vlan{management.vlan}")
        yield name, Interface("Management", True, str(management.address))


def _interface(device: Device, entry: RoutedInterface, name: str) -> Interface:
    key = device.routing.key if device.routing else None
    firewall = device.role is DeviceRole.FIREWALL
    return Interface(
        description=entry.description,
        address=str(entry.address),
        acl_in="" if firewall else entry.acl_in or "",
        zone=(entry.zone or LOOPBACK_ZONE) if firewall else "",
        relay=tuple(str(server) for server in entry.relay),
        ospf_area=entry.ospf_area,
        ospf_active=entry.ospf_active,
        ospf_cost=entry.ospf_cost,
        ospf_key=(
            naming.routing_key(device.platform, key, name) if key and entry.ospf_active else ""
        ),
        vrrp_group=entry.vrrp.group if entry.vrrp else None,
        vrrp_address=str(entry.vrrp.address) if entry.vrrp else "",
        vrrp_priority=entry.vrrp.priority if entry.vrrp else None,
    )


def _acls(device: Device) -> dict[str, tuple[str, ...]]:
    """Access lists by name; a firewall has policies instead, by the zone that packets come from."""
    if device.role is DeviceRole.FIREWALL:
        return {f"from {acl.zone}": rules(acl, stateful=True) for acl in device.acls}
    return {acl.name: rules(acl, stateful=False) for acl in device.acls}


def rules(acl: Acl, *, stateful: bool) -> tuple[str, ...]:
    """An access list's rules, one for each destination, protocol and port."""
    terms = effective_terms(acl, stateful=stateful)
    return in_runs(ace for term in terms for ace in _aces(term))


def _aces(term: AclTerm) -> Iterator[Ace]:
    """Of replies the ports are those they come from, and only TCP has a mark for them."""
    destinations = [str(net) for net in collapse_addresses(term.destinations)] or ["any"]
    services = [(s.protocol or "ip", s.ports) for s in term.services]
    for protocol, ports in services or [("tcp" if term.established else "ip", ())]:
        reply = term.established and protocol == "tcp"
        for destination in destinations:
            for port in [str(number) for number in ports] or [""]:
                there, back = ("", port) if term.established else (port, "")
                yield Ace(term.action.value, protocol, destination, there, term.log, reply, back)
