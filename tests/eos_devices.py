"""Switches of an invented city, built by hand: every kind of port and interface once."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.model import (
    AaaServers,
    Account,
    Acl,
    AclAction,
    AclService,
    AclTerm,
    Baseline,
    Device,
    DeviceRole,
    Dot1x,
    Lag,
    Lockout,
    Management,
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

BARE = Baseline(
    domain="net.city.example",
    banner="Authorised use only.\nEverything is recorded.",
    account=Account(
        name="muniform",
        password=SecretRef("automation_password"),
        password_hash=SecretRef("automation_password_hash"),
        private_key=SecretRef("automation_key"),
    ),
    ntp=(
        NtpServer(IPv4Address("10.1.1.10"), prefer=True),
        NtpServer(IPv4Address("10.2.1.10"), prefer=False),
    ),
    idle_minutes=5,
    confirm_seconds=120,
)
"""Only what every city sets."""

FULL = Baseline(
    domain=BARE.domain,
    banner=BARE.banner,
    account=BARE.account,
    ntp=BARE.ntp,
    idle_minutes=BARE.idle_minutes,
    confirm_seconds=BARE.confirm_seconds,
    ntp_key=NtpKey(7, SecretRef("ntp_key")),
    lockout=Lockout(tries=3, within_seconds=900, closed_seconds=900),
    tacacs=AaaServers(
        (IPv4Address("10.1.1.20"), IPv4Address("10.2.1.20")), SecretRef("tacacs_key")
    ),
    radius=AaaServers(
        (IPv4Address("10.1.1.21"), IPv4Address("10.2.1.21")),
        SecretRef("radius_key"),
        timeout_seconds=3,
    ),
    dot1x=Dot1x(
        reauthenticate_seconds=28800,
        quiet_seconds=60,
        tx_seconds=10,
        max_requests=3,
        rejected_vlan=900,
        critical_vlan=50,
    ),
    syslog=(IPv4Address("10.1.1.30"), IPv4Address("10.2.1.30")),
    snmp=Snmp(
        user="netmon",
        group="NETMON",
        auth=SecretRef("snmp_auth"),
        privacy=SecretRef("snmp_privacy"),
        managers=(IPv4Address("10.2.1.40"),),
        contact="noc@city.example",
    ),
    qos=(
        QosClass("voice", (46,), 5, 20, priority=True, vlans=(30,)),
        QosClass("signalling", (26,), 3, 5, vlans=(30,)),
        QosClass("video", (34,), 4, 25, vlans=(210,)),
        QosClass("data", (0,), 0, 40, vlans=(20, 40)),
        QosClass("background", (), 1, 10, vlans=(100, 200)),
    ),
)

VLANS = tuple(
    Vlan(number, name, name.lower(), use, dhcp, "corporate")
    for number, name, use, dhcp in (
        (20, "CORPORATE", VlanUse.TRAFFIC, True),
        (30, "VOICE", VlanUse.VOICE, True),
        (40, "SHARED", VlanUse.TRAFFIC, False),
        (50, "CRITICAL", VlanUse.TRAFFIC, True),
        (100, "GUEST", VlanUse.TRAFFIC, True),
        (200, "BUILDING", VlanUse.TRAFFIC, True),
        (210, "CAMERAS", VlanUse.TRAFFIC, True),
        (900, "QUARANTINE", VlanUse.TRAFFIC, False),
        (996, "NATIVE", VlanUse.NATIVE, False),
        (997, "PARKED", VlanUse.PARKED, False),
        (999, "MANAGEMENT", VlanUse.MANAGEMENT, False),
    )
)
ALLOWED = (IPv4Network("10.1.254.0/24"), IPv4Network("10.1.1.9/32"))

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
PHONE = PortProfile("phone", "VOIP", 30, poe=PoePriority.HIGH, poe_watts=15, max_addresses=1)
PRINTER = PortProfile(
    "printer", "PRT", 40, authentication=PortAuthentication.MAB, max_addresses=1, storm_percent=10
)
CAMERA = PortProfile(
    "camera",
    "CAM",
    210,
    authentication=PortAuthentication.MAB,
    poe=PoePriority.HIGH,
    poe_watts=30,
)
BUILDING = PortProfile("building", "IOT", 200, authentication=PortAuthentication.MAB)
SERVER = PortProfile("server", "SRV", 40)
ACCESS_POINT = PortProfile(
    "access_point",
    "AP",
    20,
    tagged=(20, 30, 100, 200),
    poe=PoePriority.CRITICAL,
    poe_watts=60,
)

UPLINKED = (20, 30, 40, 50, 100, 200, 210, 900, 999)


def _access(number: int, profile: PortProfile, speed: int = 2500) -> Port:
    return Port(
        f"Ethernet{number}",
        PortMode.TRUNK if profile.tagged else PortMode.ACCESS,
        f"{profile.code}-CH01-SW1-{number:02}",
        profile,
        vlans=profile.tagged,
        speed_mbps=speed,
    )


def _member(number: int, lag: int, speed: int) -> Port:
    return Port(
        f"Ethernet{number}",
        PortMode.TRUNK,
        "UPLINK-CH01-DSW1",
        vlans=UPLINKED,
        lag=lag,
        speed_mbps=speed,
    )


def access_switch(baseline: Baseline = FULL) -> Device:
    """A campus switch with a port of every profile, an unused one, and two uplinks in one."""
    return Device(
        name="ch01-sw1",
        site="city_hall_1",
        site_code="ch01",
        role=DeviceRole.ACCESS_SWITCH,
        platform="eos",
        model="ccs-720xp-48zc2",
        serial="JPE00000001",
        management=Management(
            IPv4Interface("10.11.254.11/24"), 999, IPv4Address("10.11.254.1"), ALLOWED
        ),
        baseline=baseline,
        vlans=VLANS,
        ports=(
            _access(1, WORKSTATION),
            _access(2, PHONE),
            _access(3, PRINTER),
            _access(4, CAMERA),
            _access(5, BUILDING),
            _access(6, ACCESS_POINT, speed=5000),
            Port("Ethernet7", PortMode.UNUSED, "UNUSED", speed_mbps=2500),
            _access(49, SERVER, speed=25000),
            Port(
                "Ethernet50",
                PortMode.TRUNK,
                "ISL-CH01-SW2",
                vlans=UPLINKED,
                root_guard=True,
                speed_mbps=25000,
            ),
            _member(51, 1, 100000),
            _member(52, 1, 100000),
        ),
        lags=(Lag(1, "UPLINK-CH01-DSW1", UPLINKED, ("Ethernet51", "Ethernet52")),),
        hops=2,
        location="City Hall",
        rank=2,
    )


def distribution_switch(baseline: Baseline = FULL) -> Device:
    """One of a site's two gateways: a routed link, gateways of VLANs, a trunk to a switch."""
    area = 11
    return Device(
        name="ch01-dsw1",
        site="city_hall_1",
        site_code="ch01",
        role=DeviceRole.DISTRIBUTION_SWITCH,
        platform="eos",
        model="dcs-7050sx3-48yc8",
        serial="JPE00000002",
        management=Management(IPv4Interface("10.11.255.1/32"), None, None, ALLOWED),
        baseline=baseline,
        vlans=VLANS,
        ports=(
            Port("Ethernet1", PortMode.ROUTED, "LINK-CH01-RTR1", speed_mbps=25000),
            Port("Ethernet2", PortMode.ROUTED, "WAN-DC01-RTR1", speed_mbps=25000),
            Port("Ethernet3", PortMode.UNUSED, "UNUSED", speed_mbps=25000),
            Port("Ethernet10", PortMode.ROUTED, "LINK-CH01-DSW2", speed_mbps=25000),
            Port(
                "Ethernet53",
                PortMode.TRUNK,
                "ISL-CH01-SW1",
                vlans=UPLINKED,
                root_guard=True,
                lag=1,
                speed_mbps=100000,
            ),
        ),
        lags=(Lag(1, "ISL-CH01-SW1", UPLINKED, ("Ethernet53",), root_guard=True),),
        interfaces=(
            RoutedInterface("lo", "Router", IPv4Interface("10.11.255.1/32"), ospf_area=area),
            _link("Ethernet10", "Link ch01-dsw2", "10.11.250.4/31", area),
            _link("Ethernet1", "Link ch01-rtr1", "10.11.250.0/31", area),
            _link("Ethernet2", "WAN dc01-rtr1", "10.0.3.1/31", 0, cost=100),
            RoutedInterface(
                "vlan100",
                "Gateway GUEST",
                IPv4Interface("10.11.100.2/24"),
                vlan=100,
                ospf_area=area,
                vrrp=Vrrp(1, IPv4Address("10.11.100.1"), 100),
                relay=(IPv4Address("10.1.1.10"), IPv4Address("10.2.1.10")),
                acl_in="GUEST-IN",
                zone="guest",
            ),
            RoutedInterface(
                "vlan20",
                "Gateway CORPORATE",
                IPv4Interface("10.11.20.2/24"),
                vlan=20,
                ospf_area=area,
                vrrp=Vrrp(1, IPv4Address("10.11.20.1"), 110),
                relay=(IPv4Address("10.1.1.10"),),
                zone="corporate",
            ),
        ),
        routing=Routing(
            IPv4Address("10.11.255.1"),
            area,
            100000,
            key=SecretRef("ospf_key"),
            default_route=True,
        ),
        acls=(
            Acl(
                "GUEST-IN",
                "guest",
                (
                    AclTerm(
                        "names",
                        AclAction.PERMIT,
                        (IPv4Network("10.1.1.10/32"),),
                        (AclService("udp", (53,)),),
                    ),
                    AclTerm("inside", AclAction.DENY, (IPv4Network("10.0.0.0/8"),), log=True),
                    AclTerm("internet", AclAction.PERMIT),
                ),
            ),
        ),
        hops=1,
        partner="ch01-dsw2",
        location="City Hall",
        rank=0,
    )


def _link(
    name: str, description: str, address: str, area: int, cost: int | None = None
) -> RoutedInterface:
    return RoutedInterface(
        name,
        description,
        IPv4Interface(address),
        ospf_active=True,
        ospf_area=area,
        ospf_cost=cost,
    )
