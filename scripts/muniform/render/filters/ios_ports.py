"""Filters for the ports of Cisco IOS-XE switches: power, authentication and guards of one port."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from muniform.errors import RenderError
from muniform.model import (
    Device,
    Port,
    PortAuthentication,
    PortMode,
    PortProfile,
    RoutedInterface,
    Vlan,
)

# Cisco's part numbers: how many ports, then what they are; P, U and H ports feed their device.
_POWERED_MODEL = re.compile(r"C9\d\d\d[LX]?-\d+[PUH]")
# Slot/module/number: the ports of a chassis are module 0, those of an uplink module give no power.
_CHASSIS_PORT = re.compile(r"\D+\d+/0/\d+")
_DEFAULT_POWER_PRIORITY = "low"
_DEFAULT_ARP_RATE = 15
"""ARP packets per second that IOS accepts on an untrusted port unless told otherwise."""
_DEFAULT_QUIET_SECONDS = 60
_DEFAULT_TX_SECONDS = 30
_DEFAULT_REQUESTS = 2


def ios_authenticates(device: Device, profile: PortProfile) -> bool:
    """Whether ports of this profile ask RADIUS who is there. Without servers no port would open."""
    known = device.baseline.dot1x is not None and device.baseline.radius is not None
    return known and profile.authentication is not PortAuthentication.NONE


def ios_authentication(device: Device, profile: PortProfile) -> list[str]:
    """A port's authentication, in the order in which IOS prints it.

    One device and one phone (multi-domain): with more of them (multi-auth) a Catalyst does not
    serve the VLAN of those that are refused. A device without supplicant is asked for by its MAC
    address first; 802.1X follows, since only its silence leads from there into that VLAN.
    """
    dot1x = device.baseline.dot1x
    if dot1x is None or not ios_authenticates(device, profile):
        return []
    critical = f" vlan {dot1x.critical_vlan}" if dot1x.critical_vlan else ""
    first = "mab dot1x" if profile.authentication is PortAuthentication.MAB else "dot1x mab"
    return [
        f"authentication event fail action authorize vlan {dot1x.rejected_vlan}",
        f"authentication event server dead action authorize{critical}",
        *(["authentication event server dead action authorize voice"] * bool(profile.voice_vlan)),
        f"authentication event no-response action authorize vlan {dot1x.rejected_vlan}",
        "authentication event server alive action reinitialize",
        "authentication host-mode multi-domain",
        f"authentication order {first}",
        "authentication priority dot1x mab",
        "authentication port-control auto",
        "authentication periodic",
        f"authentication timer reauthenticate {dot1x.reauthenticate_seconds}",
        "authentication violation restrict",
        "mab",
        "dot1x pae authenticator",
        *_unless(dot1x.quiet_seconds, _DEFAULT_QUIET_SECONDS, "dot1x timeout quiet-period"),
        *_unless(dot1x.tx_seconds, _DEFAULT_TX_SECONDS, "dot1x timeout tx-period"),
        *_unless(dot1x.max_requests, _DEFAULT_REQUESTS, "dot1x max-req"),
        *_unless(dot1x.max_requests, _DEFAULT_REQUESTS, "dot1x max-reauth-req"),
    ]


def ios_port_security(device: Device, profile: PortProfile) -> list[str]:
    """How many MAC addresses a port may see.

    Not where 802.1X decides: Cisco advises against both on one port, since each keeps addresses of
    its own. Addresses are not made sticky: learned ones would stand in the configuration.
    """
    if profile.max_addresses is None or ios_authenticates(device, profile):
        return []
    return [
        *_unless(profile.max_addresses, 1, "switchport port-security maximum"),
        "switchport port-security violation restrict",
        "switchport port-security",
    ]


def ios_power(device: Device, port: Port) -> list[str]:
    """Power over Ethernet of an edge port. Raises RenderError if the port can't give what it must.

    Which device draws how much is settled by IEEE 802.3bt's classes and LLDP.
    """
    profile = port.profile
    if profile is None:
        return []
    if not (_POWERED_MODEL.match(device.model) and _CHASSIS_PORT.fullmatch(port.name)):
        if profile.poe is None:
            return []
        raise RenderError(
            f"{device.name}: {port.name} of a {device.model} gives no power, and what is plugged "
            f"in ({profile.name}) needs it",
            "choose a model with PoE in the archetype, or another port",
        )
    if profile.poe is None:
        return ["power inline never"]
    return _unless(profile.poe.value, _DEFAULT_POWER_PRIORITY, "power inline port priority")


def ios_voice(profile: PortProfile) -> list[str]:
    """The VLAN that the phone in front of a computer is told (LLDP-MED, with LLDP running)."""
    return [f"switchport voice vlan {profile.voice_vlan}"] if profile.voice_vlan else []


def ios_storm(profile: PortProfile) -> list[str]:
    if profile.storm_percent is None:
        return []
    return [
        f"storm-control {kind} level {profile.storm_percent:.2f}"
        for kind in ("broadcast", "multicast")
    ]


def ios_arp(device: Device, port: Port) -> list[str]:
    """How ARP packets of inspected VLANs are taken at an edge port.

    An access point's are trusted: who roams to it brings a lease that another switch has seen.
    """
    profile = port.profile
    if profile is None or not _snooped(device.vlans, profile):
        return []
    if port.mode is PortMode.TRUNK:
        return ["ip arp inspection trust"]
    if profile.dhcp_rate is None:
        return ["ip arp inspection limit none"]
    return _unless(profile.dhcp_rate, _DEFAULT_ARP_RATE, "ip arp inspection limit rate")


def ios_dhcp(device: Device, port: Port) -> list[str]:
    """What an edge port may send: from leased addresses, and so many DHCP packets a second."""
    profile = port.profile
    if profile is None:
        return []
    snooped = _snooped(device.vlans, profile)
    leased = port.mode is PortMode.ACCESS and profile.vlan in snooped
    limited = profile.dhcp_rate is not None and bool(snooped)
    return [
        *(["ip verify source"] * leased),
        *([f"ip dhcp snooping limit rate {profile.dhcp_rate}"] * limited),
    ]


def ios_routed(device: Device, port: Port) -> RoutedInterface:
    """The address of a layer-3 port. Raises RenderError if the model has none."""
    for interface in device.interfaces:
        if interface.name == port.name:
            return interface
    raise RenderError(
        f"{device.name}: {port.name} is a routed port without an address",
        "this is a bug in muniform.model: a routed port is an end of a routed link",
    )


def _snooped(vlans: Iterable[Vlan], profile: PortProfile) -> set[int]:
    carried = {profile.vlan, profile.voice_vlan, *profile.tagged}
    return {vlan.id for vlan in vlans if vlan.dhcp} & carried


def _unless(value: object, default: object, command: str) -> list[str]:
    """IOS prints no default."""
    return [] if value == default else [f"{command} {value}"]


FILTERS: Mapping[str, Callable[..., Any]] = {
    "ios_authentication": ios_authentication,
    "ios_port_security": ios_port_security,
    "ios_power": ios_power,
    "ios_voice": ios_voice,
    "ios_storm": ios_storm,
    "ios_arp": ios_arp,
    "ios_dhcp": ios_dhcp,
    "ios_routed": ios_routed,
}
