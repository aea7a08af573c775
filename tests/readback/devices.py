"""A switch with every kind of port, a gateway and a firewall, for every platform alike.

They are written by hand, so that reading back is proven for a platform also while no site of the
example city uses it, or not for everything.
"""

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

PORT = {"ios": "GigabitEthernet1/0/{}", "eos": "Ethernet{}", "junos": "ge-0/0/{}", "procurve": "{}"}
MODEL = {"ios": "C9300-24UX", "eos": "CCS-720XP-24Y6", "junos": "EX4100-24MP", "procurve": "JL255A"}
VLANS = tuple(
    Vlan(number, name, "", use, dhcp, zone)
    for number, name, use, dhcp, zone in (
        (20, "Corporate", VlanUse.TRAFFIC, True, "corporate"),
        (30, "VoIP", VlanUse.VOICE, True, "corporate"),
        (40, "Servers", VlanUse.TRAFFIC, False, "restricted"),
        (210, "Cameras", VlanUse.TRAFFIC, True, "iot"),
        (900, "Quarantine", VlanUse.TRAFFIC, False, "isolation"),
        (996, "TrunkNative", VlanUse.NATIVE, False, "isolation"),
        (997, "Parked", VlanUse.PARKED, False, "isolation"),
        (999, "Management", VlanUse.MANAGEMENT, False, "management"),
    )
)
CARRIED = (20, 30, 40, 210, 900, 999)
DOT1X, MAB = PortAuthentication.DOT1X, PortAuthentication.MAB
PROFILES = (
    PortProfile("workstation", "WS", 20, 30, (), DOT1X, PoePriority.LOW, 15, 3, 10, 15),
    PortProfile("printer", "PRT", 40, None, (), MAB, None, 0, 1, 10, None),
    PortProfile("camera", "CAM", 210, None, (), MAB, PoePriority.HIGH, 15, 1, 10, 15),
    PortProfile("server", "SRV", 40),
    PortProfile("access_point", "AP", 20, None, (20, 30), poe=PoePriority.CRITICAL, poe_watts=30),
)
BASELINE = Baseline(
    domain="infra.portaurelia.example",
    banner="This system belongs to the City of Port Aurelia.\nIts use is recorded.\n",
    account=Account(
        "muniform",
        SecretRef("automation_password"),
        SecretRef("automation_password_hash"),
        SecretRef("automation_ssh_key"),
    ),
    ntp=(
        NtpServer(IPv4Address("10.1.1.30"), prefer=True),
        NtpServer(IPv4Address("10.1.1.10"), prefer=False),
    ),
    idle_minutes=5,
    confirm_seconds=300,
    ntp_key=NtpKey(1, SecretRef("ntp_key")),
    lockout=Lockout(3, 120, 900),
    tacacs=AaaServers(
        (IPv4Address("10.2.1.20"), IPv4Address("10.2.1.21")), SecretRef("tacacs_key")
    ),
    radius=AaaServers(
        (IPv4Address("10.2.1.30"), IPv4Address("10.2.1.31")), SecretRef("radius_key")
    ),
    dot1x=Dot1x(3600, 60, 5, 2, 900),
    syslog=(IPv4Address("10.2.1.40"), IPv4Address("10.2.1.41")),
    snmp=Snmp(
        "monitor",
        "monitoring",
        SecretRef("snmp_auth"),
        SecretRef("snmp_privacy"),
        (IPv4Address("10.2.1.50"),),
        "network@portaurelia.example",
    ),
    qos=(
        QosClass("voice", (46,), 5, 20, priority=True),
        QosClass("signaling", (26,), 3, 10),
        QosClass("default", (0,), 0, 70),
    ),
)
ACL = Acl(
    "FROM-CORPORATE",
    "corporate",
    (
        AclTerm(
            "names",
            AclAction.PERMIT,
            (IPv4Network("10.1.1.10/32"), IPv4Network("10.1.1.30/32")),
            (AclService("udp", (53,)), AclService("tcp", (53,))),
        ),
        AclTerm(
            "servers",
            AclAction.PERMIT,
            (IPv4Network("10.2.1.0/24"),),
            (AclService("tcp", (443, 8443)),),
        ),
        AclTerm("inside", AclAction.DENY, (IPv4Network("10.0.0.0/8"),), log=True),
        AclTerm("internet", AclAction.PERMIT),
    ),
)
ALLOWED = (IPv4Network("10.1.254.0/24"),)


def access_switch(platform: str) -> Device:
    """Five kinds of edge port, twice each; unused ones, a LAG upwards, a single link downwards."""
    names = [PORT[platform].format(number) for number in range(1, 16)]
    edge = [
        Port(
            name,
            PortMode.TRUNK if profile.tagged else PortMode.ACCESS,
            f"{profile.code}-FS03-SW1-{index:02}",
            profile,
            profile.tagged,
        )
        for index, (name, profile) in enumerate(
            zip(names, (*PROFILES, *PROFILES), strict=False), start=1
        )
    ]
    rest = [
        *(Port(name, PortMode.UNUSED, "UNUSED") for name in names[10:12]),
        *(
            Port(name, PortMode.TRUNK, "UPLINK-FS03-DSW1", None, CARRIED, lag=1)
            for name in names[12:14]
        ),
        Port(names[14], PortMode.TRUNK, "ISL-FS03-SW2", vlans=CARRIED, root_guard=True),
    ]
    return Device(
        "fs03-sw1",
        "fire_station_3",
        "fs03",
        DeviceRole.ACCESS_SWITCH,
        platform,
        MODEL[platform],
        "X1",
        Management(IPv4Interface("10.18.254.11/24"), 999, IPv4Address("10.18.254.1"), ALLOWED),
        BASELINE,
        vlans=VLANS,
        ports=tuple(edge + rest),
        lags=(Lag(1, "UPLINK-FS03-DSW1", CARRIED, (names[12], names[13])),),
        location="Fire Station 3",
    )


def gateway(platform: str) -> Device:
    """The switch above: it routes the site's VLANs, as one of a pair, and leads to the city."""
    switch = access_switch(platform)
    routed = PORT[platform].format(16)
    relays = (IPv4Address("10.1.1.20"), IPv4Address("10.2.1.60"))
    interfaces = (
        RoutedInterface("lo", "Router ID", IPv4Interface("10.0.240.18/32"), ospf_area=0),
        RoutedInterface(
            routed,
            "WAN dc01-rtr1",
            IPv4Interface("10.0.0.37/31"),
            ospf_active=True,
            ospf_area=0,
            ospf_cost=100,
        ),
        RoutedInterface(
            "vlan20",
            "Gateway Corporate",
            IPv4Interface("10.18.10.2/23"),
            20,
            ospf_area=0,
            vrrp=Vrrp(20, IPv4Address("10.18.10.1"), 110),
            relay=relays,
            acl_in="FROM-CORPORATE",
            zone="corporate",
        ),
        RoutedInterface(
            "vlan999",
            "Gateway Management",
            IPv4Interface("10.18.254.2/24"),
            999,
            ospf_area=0,
            zone="management",
        ),
    )
    return replace(
        switch,
        name="fs03-dsw1",
        role=DeviceRole.DISTRIBUTION_SWITCH,
        management=Management(IPv4Interface("10.0.240.18/32"), None, None, ALLOWED),
        ports=(*switch.ports, Port(routed, PortMode.ROUTED, "WAN dc01-rtr1")),
        interfaces=interfaces,
        routing=Routing(IPv4Address("10.0.240.18"), 0, 100_000, SecretRef("ospf_key")),
        acls=(ACL,),
    )


def wan_router() -> Device:
    """A router on Linux, with VLANs as subinterfaces and OSPF authenticated."""
    return Device(
        "fs03-rtr1",
        "fire_station_3",
        "fs03",
        DeviceRole.WAN_ROUTER,
        "frr",
        "debian-frr",
        "X2",
        Management(IPv4Interface("10.0.240.18/32"), None, None, ALLOWED),
        BASELINE,
        interfaces=(
            RoutedInterface("lo", "Router ID", IPv4Interface("10.0.240.18/32"), ospf_area=0),
            RoutedInterface(
                "eth0",
                "WAN dc01-rtr1",
                IPv4Interface("10.0.0.37/31"),
                ospf_active=True,
                ospf_area=0,
                ospf_cost=50,
            ),
            RoutedInterface(
                "eth1.20", "Gateway Corporate", IPv4Interface("10.18.10.1/23"), 20, ospf_area=0
            ),
        ),
        routing=Routing(
            IPv4Address("10.0.240.18"), 0, 40_000, SecretRef("ospf_key"), default_route=True
        ),
    )


EDGE = Bgp(
    64512,
    IPv4Address("10.0.240.1"),
    (IPv4Network("198.51.100.0/24"),),
    (BgpNeighbor(IPv4Address("203.0.113.1"), 64496, "Provider A", SecretRef("isp_a_key"), 1000),),
    (IPv4Network("10.0.0.0/8"), IPv4Network("192.168.0.0/16")),
)
FROM_INTERNET = Acl(
    "INTERNET-IN",
    "internet",
    (
        AclTerm(
            "web",
            AclAction.PERMIT,
            (IPv4Network("198.51.100.16/28"),),
            (AclService("tcp", (443,)),),
        ),
        AclTerm("rest", AclAction.DENY, log=True),
    ),
)
TO_INTERNET = Acl(
    "WAN-IN",
    "wan",
    (
        AclTerm("private", AclAction.DENY, (IPv4Network("10.0.0.0/8"),), log=True),
        AclTerm("mail", AclAction.PERMIT, services=(AclService("tcp", (25, 587)),)),
        AclTerm("rest", AclAction.PERMIT),
    ),
)


def firewall() -> Device:
    """The edge: BGP to a provider, OSPF inward, policies between two zones."""
    return Device(
        "dc01-fw1",
        "data_center_1",
        "dc01",
        DeviceRole.FIREWALL,
        "junos",
        "SRX1500",
        "X3",
        Management(IPv4Interface("10.0.240.1/32"), None, None, ALLOWED),
        BASELINE,
        interfaces=(
            RoutedInterface("lo", "Router ID", IPv4Interface("10.0.240.1/32"), ospf_area=0),
            RoutedInterface(
                "xe-0/0/18",
                "WAN dc01-core1",
                IPv4Interface("10.0.2.0/31"),
                ospf_active=True,
                ospf_area=0,
                ospf_cost=10,
                acl_in="WAN-IN",
                zone="wan",
            ),
            RoutedInterface(
                "xe-0/0/16",
                "Provider A",
                IPv4Interface("203.0.113.0/31"),
                acl_in="INTERNET-IN",
                zone="internet",
            ),
        ),
        routing=Routing(
            IPv4Address("10.0.240.1"), 0, 100_000, SecretRef("ospf_key"), default_route=True
        ),
        bgp=EDGE,
        acls=(FROM_INTERNET, TO_INTERNET),
        location="Data Center",
    )


def devices() -> dict[str, Device]:
    """Every device by a name for tests."""
    return {
        **{f"{platform}-access": access_switch(platform) for platform in PORT},
        **{f"{platform}-gateway": gateway(platform) for platform in ("ios", "eos", "junos")},
        "frr-router": wan_router(),
        "junos-firewall": firewall(),
    }
