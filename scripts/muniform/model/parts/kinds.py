"""The kinds of things a city declares, as closed sets of words."""

from __future__ import annotations

from enum import StrEnum


class ReachMode(StrEnum):
    """Where declared addresses are: in the real city, or in the lab on this machine."""

    PRODUCTION = "production"
    LAB = "lab"


class DeviceRole(StrEnum):
    WAN_ROUTER = "wan_router"
    """Joins a site to the city and, unless switches do, routes the site's VLANs."""
    ACCESS_SWITCH = "access_switch"
    DISTRIBUTION_SWITCH = "distribution_switch"
    """Routes a site's VLANs and gathers its access switches."""
    CORE_SWITCH = "core_switch"
    """Routes between sites or data centre rows; otherwise like a distribution switch."""
    FIREWALL = "firewall"
    """The edge: BGP to providers, OSPF inward, filters between the two."""


ROUTING_ROLES = frozenset(
    {
        DeviceRole.WAN_ROUTER,
        DeviceRole.DISTRIBUTION_SWITCH,
        DeviceRole.CORE_SWITCH,
        DeviceRole.FIREWALL,
    }
)
"""Roles that route: managed on their loopback, and fit for WAN circuits."""


SWITCHING_ROLES = frozenset(
    {DeviceRole.ACCESS_SWITCH, DeviceRole.DISTRIBUTION_SWITCH, DeviceRole.CORE_SWITCH}
)
"""Roles that switch VLANs."""


class HostKind(StrEnum):
    SERVER = "server"
    DESKTOP = "desktop"
    LAPTOP = "laptop"
    KIOSK = "kiosk"
    DISPATCH_POSITION = "dispatch_position"
    VEHICLE_TERMINAL = "vehicle_terminal"


class PeripheralKind(StrEnum):
    PRINTER = "printer"
    SCANNER = "scanner"
    PHONE = "phone"
    CAMERA = "camera"
    ACCESS_POINT = "access_point"


class VlanUse(StrEnum):
    """What a VLAN is for, where the purpose changes how it is rendered."""

    TRAFFIC = "traffic"
    VOICE = "voice"
    MANAGEMENT = "management"
    PARKED = "parked"
    """Unused ports rest here, shut: never routed, never on a trunk."""
    TRANSIT = "transit"
    """Joins the two halves of a gateway pair, so that either finds its way out when its own circuit
    is cut: on the trunk between them and on no other."""
    NATIVE = "native"
    """The untagged VLAN of trunks: carries nothing (CISC-L2-000260/270)."""


class PortMode(StrEnum):
    ACCESS = "access"
    """One VLAN, and a voice VLAN where the profile has one."""
    TRUNK = "trunk"
    """Tagged VLANs: a link to a switch or router, or (with a profile) to an access point."""
    ROUTED = "routed"
    """A layer-3 port of a switch: its address is the interface of the same name."""
    UNUSED = "unused"


class PortAuthentication(StrEnum):
    """Who may use an access port (CISC-L2-000020)."""

    NONE = "none"
    DOT1X = "dot1x"
    """802.1X first, MAC authentication bypass as the fallback."""
    MAB = "mab"
    """MAC authentication bypass only: the device has no supplicant."""


class PoePriority(StrEnum):
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"
