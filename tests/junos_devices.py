"""Juniper devices as the model hands them to rendering, with everything a city can ask of them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.model import (
    AaaServers,
    Account,
    Acl,
    AclAction,
    AclService,
    AclTerm,
    Baseline,
    Bgp,
    BgpNeighbor,
    Device,
    DeviceRole,
    Dot1x,
    Lag,
    Lockout,
    Management,
    Nat,
    NtpKey,
    NtpServer,
    PoePriority,
    Port,
    PortAuthentication,
    PortMode,
    PortProfile,
    QosClass,
    RoutedInterface,
    Routing,
    SecretRef,
    Snmp,
    Vlan,
    VlanUse,
    Vrrp,
)

ACCOUNT = Account(
    "muniform",
    SecretRef("automation_password"),
    SecretRef("automation_password_hash"),
    SecretRef("automation_ssh_key"),
)
BASELINE = Baseline(
    domain="net.example.org",
    banner='Property of the "City".\nUse is monitored.',
    account=ACCOUNT,
    ntp=(
        NtpServer(IPv4Address("10.1.1.10"), prefer=True),
        NtpServer(IPv4Address("10.1.1.30"), prefer=False),
    ),
    idle_minutes=5,
    confirm_seconds=300,
    ntp_key=NtpKey(1, SecretRef("ntp_key")),
    lockout=Lockout(tries=3, within_seconds=900, closed_seconds=900),
    tacacs=AaaServers(
        (IPv4Address("10.2.1.21"), IPv4Address("10.2.1.22")), SecretRef("tacacs_key")
    ),
    radius=AaaServers(
        (IPv4Address("10.2.1.31"), IPv4Address("10.2.1.32")), SecretRef("radius_key")
    ),
    dot1x=Dot1x(
        reauthenticate_seconds=3600,
        quiet_seconds=60,
        tx_seconds=5,
        max_requests=2,
        rejected_vlan=900,
    ),
    syslog=(IPv4Address("10.2.1.41"), IPv4Address("10.2.1.42")),
    snmp=Snmp(
        user="monitor",
        group="MONITORS",
        auth=SecretRef("snmp_auth"),
        privacy=SecretRef("snmp_privacy"),
        managers=(IPv4Address("10.2.1.51"), IPv4Address("10.2.1.52")),
        contact="noc@example.org",
    ),
    qos=(
        QosClass("voice", (46,), cos=5, bandwidth_percent=10, priority=True, vlans=(30,)),
        QosClass("signaling", (24, 26), cos=3, bandwidth_percent=5, vlans=(30,)),
        QosClass("video", (34,), cos=4, bandwidth_percent=20),
        QosClass("data", (0,), cos=0, bandwidth_percent=60),
    ),
)
"""Everything that a city's standards can set."""
BARE = Baseline("net.example.org", "Go away.", ACCOUNT, (), idle_minutes=5, confirm_seconds=300)
"""Nothing but what every device has."""
VLANS = (
    Vlan(10, "INFRA", "Access points", VlanUse.TRAFFIC, dhcp=True, zone="management"),
    Vlan(20, "CORP", "Workstations", VlanUse.TRAFFIC, dhcp=True, zone="corporate"),
    Vlan(30, "VOICE", "Phones", VlanUse.VOICE, dhcp=True, zone="corporate"),
    Vlan(40, "SERVERS", "Servers and printers", VlanUse.TRAFFIC, dhcp=False, zone="restricted"),
    Vlan(100, "GUEST", "Guests", VlanUse.TRAFFIC, dhcp=True, zone="guest"),
    Vlan(900, "QUARANTINE", "Refused devices", VlanUse.TRAFFIC, dhcp=True, zone="isolation"),
    Vlan(996, "NATIVE", "Untagged on trunks", VlanUse.NATIVE, dhcp=False, zone="isolation"),
    Vlan(997, "PARKED", "Unused ports", VlanUse.PARKED, dhcp=False, zone="isolation"),
    Vlan(999, "MGMT", "Management", VlanUse.MANAGEMENT, dhcp=False, zone="management"),
)
TRANSIT = Vlan(
    998, "TRANSIT", "Between the gateways", VlanUse.TRANSIT, dhcp=False, zone="management"
)
"""Devices that route have it, between the two of a pair."""
CARRIED = (10, 20, 30, 40, 100, 900, 999)
WORKSTATION = PortProfile(
    "workstation",
    "WS",
    20,
    voice_vlan=30,
    authentication=PortAuthentication.DOT1X,
    poe=PoePriority.LOW,
    poe_watts=15,
    max_addresses=3,
    storm_percent=10,
    dhcp_rate=15,
)
PHONE = PortProfile(
    "phone", "VOIP", 30, poe=PoePriority.CRITICAL, poe_watts=15, max_addresses=1, storm_percent=10
)
PRINTER = PortProfile("printer", "PRT", 40, authentication=PortAuthentication.MAB, max_addresses=1)
SERVER = PortProfile("server", "SRV", 40)
ACCESS_POINT = PortProfile(
    "access_point",
    "AP",
    10,
    tagged=(10, 20, 30, 100),
    poe=PoePriority.HIGH,
    poe_watts=30,
    storm_percent=20,
)
EDGE = (WORKSTATION, PHONE, PRINTER, SERVER)


def network(text: str) -> IPv4Network:
    return IPv4Network(text)


def access_switch(baseline: Baseline = BASELINE) -> Device:
    """Every port profile, an unused port, a LAG upwards, a single trunk downwards."""
    ports = [
        Port(f"ge-0/0/{number}", PortMode.ACCESS, f"{profile.code}-FS07-{number}", profile)
        for number, profile in enumerate(EDGE)
    ]
    ports += [
        Port(
            "ge-0/0/10",
            PortMode.TRUNK,
            "AP-FS07-HALL",
            ACCESS_POINT,
            vlans=ACCESS_POINT.tagged,
        ),
        Port("ge-0/0/11", PortMode.UNUSED, "UNUSED"),
        *(
            Port(name, PortMode.TRUNK, f"UPLINK-FS07-SW1 {name}", vlans=CARRIED, lag=1)
            for name in ("xe-0/2/0", "xe-0/2/1")
        ),
        Port("xe-0/2/2", PortMode.TRUNK, "ISL-FS07-SW3", vlans=CARRIED, root_guard=True),
    ]
    return Device(
        name="fs07-sw2",
        site="fire_station_7",
        site_code="fs07",
        role=DeviceRole.ACCESS_SWITCH,
        platform="junos",
        model="EX4100-48P",
        serial="FJ0000000001",
        management=Management(
            IPv4Interface("10.23.254.12/24"),
            999,
            IPv4Address("10.23.254.1"),
            (network("10.1.254.0/24"),),
        ),
        baseline=baseline,
        vlans=VLANS,
        ports=tuple(ports),
        lags=(Lag(1, "UPLINK-FS07-SW1", CARRIED, ("xe-0/2/0", "xe-0/2/1")),),
        location="Fire Station 7",
        rank=2,
    )


GUEST_IN = Acl(
    "GUEST-IN",
    "guest",
    (
        AclTerm(
            "name-resolution",
            AclAction.PERMIT,
            (network("10.1.1.10/32"),),
            (AclService("udp", (53,)), AclService("tcp", (53,))),
        ),
        AclTerm("inside", AclAction.DENY, (network("10.0.0.0/8"),), log=True),
        AclTerm("internet", AclAction.PERMIT),
    ),
)


def routing_switch(baseline: Baseline = BASELINE) -> Device:
    """One of a pair of distribution switches: gateways, relay, list, OSPF on two links."""
    relay = (IPv4Address("10.1.1.20"), IPv4Address("10.2.1.20"))
    gateways = [
        RoutedInterface(
            f"vlan{vlan.id}",
            vlan.purpose,
            IPv4Interface(f"10.16.{vlan.id % 250}.2/24"),
            vlan=vlan.id,
            ospf_area=10,
            vrrp=Vrrp(1, IPv4Address(f"10.16.{vlan.id % 250}.1"), 110),
            relay=relay if vlan.dhcp else (),
            acl_in="GUEST-IN" if vlan.zone == "guest" else None,
            zone=vlan.zone,
        )
        for vlan in VLANS
        if vlan.id in CARRIED
    ]
    links = [
        RoutedInterface(
            f"et-0/0/{number}",
            f"UPLINK-CORE{number - 47}",
            IPv4Interface(f"10.0.0.{2 * (number - 48)}/31"),
            ospf_active=True,
            ospf_area=0,
            ospf_cost=10 if number == 49 else None,
        )
        for number in (48, 49)
    ]
    loopback = RoutedInterface("lo", "Loopback", IPv4Interface("10.0.240.16/32"), ospf_area=0)
    transit = RoutedInterface(
        "vlan998",
        "TRANSIT-CH01-DSW2",
        IPv4Interface("10.16.255.0/31"),
        vlan=998,
        ospf_active=True,
        ospf_area=10,
        ospf_cost=10,
    )
    return Device(
        name="ch01-dsw1",
        site="city_hall",
        site_code="ch01",
        role=DeviceRole.DISTRIBUTION_SWITCH,
        platform="junos",
        model="EX4650-48Y",
        serial="XH0000000001",
        management=Management(
            IPv4Interface("10.0.240.16/32"), None, None, (network("10.1.254.0/24"),)
        ),
        baseline=baseline,
        vlans=(*VLANS, TRANSIT),
        ports=(
            *(
                Port(f"xe-0/0/{n}", PortMode.TRUNK, "ISL-CH01-SW1", vlans=CARRIED, lag=2)
                for n in (0, 1)
            ),
            Port("xe-0/0/2", PortMode.TRUNK, "ISL-CH01-DSW2", vlans=(*CARRIED, 998)),
            Port("xe-0/0/3", PortMode.UNUSED, "UNUSED"),
            *(Port(link.name, PortMode.ROUTED, link.description) for link in links),
        ),
        lags=(Lag(2, "ISL-CH01-SW1", CARRIED, ("xe-0/0/0", "xe-0/0/1"), root_guard=True),),
        interfaces=(loopback, *gateways, transit, *links),
        routing=Routing(IPv4Address("10.0.240.16"), 10, 100000, SecretRef("ospf_key")),
        acls=(GUEST_IN,),
        location="City Hall",
        rank=0,
    )


def firewall(baseline: Baseline = BASELINE) -> Device:
    """The edge: a provider outward, OSPF inward, a default route for everybody."""
    permitted = (AclService("tcp", (80, 443)),)
    return Device(
        name="dc01-fw1",
        site="data_center_1",
        site_code="dc01",
        role=DeviceRole.FIREWALL,
        platform="junos",
        model="SRX1500",
        serial="DB0000000001",
        management=Management(
            IPv4Interface("10.0.240.1/32"), None, None, (network("10.1.254.0/24"),)
        ),
        baseline=baseline,
        ports=(
            Port("xe-0/0/16", PortMode.ROUTED, "ISP1"),
            Port("xe-0/0/17", PortMode.ROUTED, "CORE1"),
            Port("ge-0/0/0", PortMode.UNUSED, "UNUSED"),
        ),
        interfaces=(
            RoutedInterface("lo", "Loopback", IPv4Interface("10.0.240.1/32"), ospf_area=0),
            RoutedInterface("xe-0/0/16", "ISP1", IPv4Interface("192.0.2.2/30"), zone="internet"),
            RoutedInterface(
                "xe-0/0/17",
                "CORE1",
                IPv4Interface("10.0.0.11/31"),
                ospf_active=True,
                ospf_area=0,
                ospf_cost=10,
                zone="wan",
            ),
        ),
        routing=Routing(
            IPv4Address("10.0.240.1"), 0, 100000, SecretRef("ospf_key"), default_route=True
        ),
        bgp=Bgp(
            65001,
            IPv4Address("10.0.240.1"),
            (network("203.0.113.0/24"), network("198.51.100.0/24")),
            (
                BgpNeighbor(
                    IPv4Address("192.0.2.1"), 64500, "Provider One", SecretRef("isp1_key"), 1000
                ),
            ),
            (network("192.168.0.0/16"), network("10.0.0.0/8"), network("0.0.0.0/8")),
        ),
        nat=Nat((network("172.16.0.0/12"), network("10.0.0.0/8")), network("203.0.113.0/28")),
        acls=(
            Acl(
                "INTERNET-IN",
                "internet",
                (AclTerm("web", AclAction.PERMIT, (network("10.254.1.0/24"),), permitted),),
            ),
            Acl("WAN-IN", "wan", (AclTerm("web", AclAction.PERMIT, (), permitted),)),
        ),
        location="Data Center 1",
    )


def backup_firewall(baseline: Baseline = BASELINE) -> Device:
    """The second half of the pair, with the same pool: one half works at a time."""
    device = firewall(baseline)
    if device.bgp is None:
        raise AssertionError("the first half speaks BGP")
    return replace(device, name="dc01-fw2", bgp=replace(device.bgp, backup=True))
