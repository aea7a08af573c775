"""Two Catalysts written by hand, for tests of what is rendered for them: every kind of port once.

``access_switch`` is a 9300 behind a LAG; ``distribution_switch`` a 9500 that routes for it, one of
a pair.
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

SERVERS = (IPv4Address("10.1.1.50"), IPv4Address("10.2.1.50"))
MANAGERS = (IPv4Address("10.1.1.70"), IPv4Address("10.2.1.70"))
NATIVE, PARKED, MANAGEMENT, QUARANTINE = 996, 997, 999, 900
AREA = 3

PLAIN_BASELINE = Baseline(
    domain="portaurelia.example",
    banner="Authorized use only.",
    account=Account(
        name="muniform",
        password=SecretRef("automation_password"),
        password_hash=SecretRef("automation_password_hash"),
        private_key=SecretRef("automation_ssh_key"),
    ),
    ntp=(NtpServer(IPv4Address("10.1.1.30"), True), NtpServer(IPv4Address("10.1.1.10"), False)),
    idle_minutes=5,
    confirm_seconds=300,
)
"""A city whose standards set none of the later settings."""

BASELINE = replace(
    PLAIN_BASELINE,
    ntp_key=NtpKey(1, SecretRef("ntp_key")),
    lockout=Lockout(tries=3, within_seconds=120, closed_seconds=900),
    tacacs=AaaServers(SERVERS, SecretRef("tacacs_key")),
    radius=AaaServers(SERVERS, SecretRef("radius_key")),
    dot1x=Dot1x(
        reauthenticate_seconds=28800,
        quiet_seconds=60,
        tx_seconds=10,
        max_requests=3,
        rejected_vlan=QUARANTINE,
    ),
    syslog=MANAGERS,
    snmp=Snmp(
        user="monitor",
        group="MONITORING",
        auth=SecretRef("snmp_auth"),
        privacy=SecretRef("snmp_privacy"),
        managers=MANAGERS,
        contact="netops@portaurelia.example",
    ),
    qos=(
        QosClass("voice", (46,), 5, 10, priority=True, vlans=(30,)),
        QosClass("voice_signaling", (24, 26), 3, 5, vlans=(30,)),
        QosClass("video", (34,), 4, 25, vlans=(210,)),
        QosClass("data", (0,), 0, 55, vlans=(20, 40, 50)),
        QosClass("guest", (0,), 1, 5, vlans=(100, 110, 200)),
    ),
)

_DOT1X, _MAB = PortAuthentication.DOT1X, PortAuthentication.MAB
PROFILES = {
    entry.name: entry
    for entry in (
        PortProfile(
            "workstation",
            "WS",
            20,
            30,
            authentication=_DOT1X,
            poe=PoePriority.LOW,
            max_addresses=3,
            storm_percent=10,
            dhcp_rate=15,
        ),
        PortProfile(
            "phone",
            "VOIP",
            30,
            authentication=_MAB,
            poe=PoePriority.HIGH,
            max_addresses=1,
            storm_percent=10,
            dhcp_rate=15,
        ),
        PortProfile("printer", "PRT", 40, authentication=_MAB, max_addresses=1, storm_percent=10),
        PortProfile(
            "camera",
            "CAM",
            210,
            authentication=_MAB,
            poe=PoePriority.HIGH,
            max_addresses=1,
            storm_percent=10,
            dhcp_rate=15,
        ),
        PortProfile(
            "building",
            "IOT",
            200,
            authentication=_MAB,
            max_addresses=1,
            storm_percent=10,
            dhcp_rate=15,
        ),
        PortProfile("kiosk", "KSK", 110, max_addresses=1, storm_percent=10, dhcp_rate=15),
        PortProfile("dispatch", "DSP", 50, authentication=_DOT1X, storm_percent=10),
        PortProfile("server", "SRV", 40, max_addresses=4, storm_percent=10),
        PortProfile(
            "access_point",
            "AP",
            10,
            tagged=(10, 20, 30, 50, 100, 200),
            poe=PoePriority.CRITICAL,
            storm_percent=10,
            dhcp_rate=100,
        ),
    )
}

VLANS = tuple(
    Vlan(number, name, "", use, dhcp, "")
    for number, name, use, dhcp in (
        (10, "Infrastructure", VlanUse.TRAFFIC, False),
        (20, "Corporate", VlanUse.TRAFFIC, True),
        (30, "VoIP", VlanUse.VOICE, True),
        (40, "Servers", VlanUse.TRAFFIC, False),
        (50, "Secure", VlanUse.TRAFFIC, False),
        (100, "Guest", VlanUse.TRAFFIC, True),
        (110, "Kiosk", VlanUse.TRAFFIC, True),
        (200, "Building", VlanUse.TRAFFIC, True),
        (210, "Cameras", VlanUse.TRAFFIC, True),
        (QUARANTINE, "Quarantine", VlanUse.TRAFFIC, False),
        (NATIVE, "TrunkNative", VlanUse.NATIVE, False),
        (PARKED, "Parked", VlanUse.PARKED, False),
        (MANAGEMENT, "Management", VlanUse.MANAGEMENT, False),
    )
)
_TRUNKED = tuple(vlan.id for vlan in VLANS if vlan.id not in (NATIVE, PARKED))


def _chassis(number: int) -> str:
    return f"TenGigabitEthernet1/0/{number}"


def _uplink(number: int) -> str:
    return f"TenGigabitEthernet1/1/{number}"


def _edge_ports() -> tuple[Port, ...]:
    return tuple(
        Port(
            _chassis(number),
            PortMode.TRUNK if profile.tagged else PortMode.ACCESS,
            f"{profile.code}-FS03-{number:02}",
            profile=profile,
            vlans=profile.tagged,
        )
        for number, profile in enumerate(PROFILES.values(), start=1)
    )


access_switch = Device(
    name="fs03-sw2",
    site="fire_station_3",
    site_code="fs03",
    role=DeviceRole.ACCESS_SWITCH,
    platform="ios",
    model="C9300-24UX",
    serial="FOC2799Z0A1",
    management=Management(
        IPv4Interface("10.18.254.12/24"),
        MANAGEMENT,
        IPv4Address("10.18.254.1"),
        (IPv4Network("10.1.254.0/24"),),
    ),
    baseline=BASELINE,
    vlans=VLANS,
    ports=(
        *_edge_ports(),
        Port(_chassis(23), PortMode.UNUSED, "UNUSED"),
        Port(_uplink(1), PortMode.TRUNK, "UPLINK-FS03-SW1", vlans=_TRUNKED, lag=1),
        Port(_uplink(2), PortMode.TRUNK, "UPLINK-FS03-SW1", vlans=_TRUNKED, lag=1),
        Port(_uplink(3), PortMode.TRUNK, "ISL-FS03-SW3", vlans=_TRUNKED, root_guard=True),
        Port(_uplink(4), PortMode.UNUSED, "UNUSED"),
    ),
    lags=(Lag(1, "UPLINK-FS03-SW1", _TRUNKED, (_uplink(1), _uplink(2))),),
    hops=2,
    location="Fire Station 3",
    rank=2,
)

GUEST_LIST = Acl(
    "GUEST_IN",
    "guest",
    (
        AclTerm(
            "dns",
            AclAction.PERMIT,
            (IPv4Network("10.1.1.10/32"),),
            (AclService("udp", (53,)), AclService("tcp", (53,))),
        ),
        AclTerm("inside", AclAction.DENY, (IPv4Network("10.0.0.0/8"),), log=True),
        AclTerm("web", AclAction.PERMIT, (), (AclService("tcp", (80, 443)),)),
    ),
)


def _gateway(vlan: int, octet: int, priority: int = 100) -> RoutedInterface:
    address = IPv4Interface(f"10.18.{octet}.2/24")
    return RoutedInterface(
        f"vlan{vlan}",
        f"Gateway of VLAN {vlan}",
        address,
        vlan=vlan,
        ospf_area=AREA,
        vrrp=Vrrp(vlan % 256, address.network[1], priority),
    )


def _downlink(number: int) -> str:
    return f"TwentyFiveGigE1/0/{number}"


def _link(number: int, cost: int | None = None) -> RoutedInterface:
    return RoutedInterface(
        _downlink(number),
        f"WAN-{number}",
        IPv4Interface(f"10.0.0.{2 * number}/31"),
        ospf_active=True,
        ospf_area=AREA,
        ospf_cost=cost,
    )


distribution_switch = Device(
    name="fs03-dsw1",
    site="fire_station_3",
    site_code="fs03",
    role=DeviceRole.DISTRIBUTION_SWITCH,
    platform="ios",
    model="C9500-48Y4C",
    serial="FOC2799Z0B1",
    management=Management(
        IPv4Interface("10.0.240.18/32"), None, None, (IPv4Network("10.1.254.0/24"),)
    ),
    baseline=BASELINE,
    vlans=VLANS,
    ports=(
        Port(_downlink(1), PortMode.ROUTED, "WAN-1"),
        Port(_downlink(2), PortMode.ROUTED, "WAN-2"),
        Port(_downlink(3), PortMode.TRUNK, "ISL-SW2", vlans=_TRUNKED, root_guard=True, lag=1),
        Port(_downlink(4), PortMode.TRUNK, "ISL-SW2", vlans=_TRUNKED, root_guard=True, lag=1),
        Port(_downlink(5), PortMode.ACCESS, "SRV-FS03-05", profile=PROFILES["server"]),
        Port(_downlink(6), PortMode.UNUSED, "UNUSED"),
    ),
    lags=(Lag(1, "ISL-SW2", _TRUNKED, (_downlink(3), _downlink(4)), root_guard=True),),
    interfaces=(
        RoutedInterface("lo", "Management", IPv4Interface("10.0.240.18/32"), ospf_area=AREA),
        replace(
            _gateway(20, 10, priority=110),
            relay=(IPv4Address("10.1.1.20"), IPv4Address("10.2.1.20")),
        ),
        replace(_gateway(100, 100), relay=(IPv4Address("10.1.1.20"),), acl_in="GUEST_IN"),
        _gateway(MANAGEMENT, 254),
        _link(1),
        _link(2, cost=400),
    ),
    routing=Routing(
        IPv4Address("10.0.240.18"), AREA, 100000, key=SecretRef("ospf_key"), default_route=True
    ),
    acls=(GUEST_LIST,),
    location="Fire Station 3",
    rank=0,
)
