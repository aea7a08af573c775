"""Reads ArubaOS-Switch: hier_config's tree, which spreads a VLAN's port lists over the ports.

hier_config's view knows VLANs, ports and aggregations. No other parser reads this platform's
configuration; servers and names are single lines of its tree.
"""

from __future__ import annotations

from hier_config import HConfig, get_hconfig_view
from hier_config.platforms.hp_procurve.functions import hp_procurve_expand_range

from readback.access_lists import cidr
from readback.facts import Facts, Interface, NtpServer, Port
from readback.tree import each, first, matches, tree


def read(text: str) -> Facts:
    """The facts of a configuration. Raises Unreadable."""
    shape = tree("procurve", text)
    names = r'snmp-server contact "(.*?)" location ".*"'
    return Facts(
        hostname=first(shape, r'hostname "(.+)"'),
        vlans=_vlans(shape),
        ports=_ports(shape),
        lags={
            match[2].capitalize(): tuple(hp_procurve_expand_range(match[1]))
            for match, _ in matches(shape, r"trunk (\S+) (trk\d+) lacp")
        },
        interfaces=_interfaces(shape),
        management_acl=_managers(shape),
        ntp={
            match[1]: NtpServer(int(match[2]) if match[2] else None)
            for match, _ in matches(shape, r"ntp server (\S+)(?: key-id (\d+))?(?: iburst)?")
        },
        ntp_keys={
            match[1]: match[2]
            for match, _ in matches(
                shape, r'ntp authentication key-id (\d+) .* key-value "(.+)" trusted'
            )
        },
        syslog=tuple(sorted(each(shape, r"logging (\d+\.\S+)"))),
        snmp_contact=first(shape, names),
        snmp_location=first(shape, r'snmp-server contact ".*?" location "(.*)"'),
        snmp_hosts=tuple(sorted(each(shape, r'snmpv3 targetaddress ".*" params ".*?" (\S+).*'))),
        default_gateway=first(shape, r"ip default-gateway (\S+)"),
    )


def _vlans(shape: HConfig) -> dict[str, str]:
    """VLAN 1 cannot be removed; it is no VLAN of ours."""
    view = get_hconfig_view(shape)
    return {str(vlan.id): vlan.name or "" for vlan in view.vlans if vlan.id != 1}


def _ports(shape: HConfig) -> dict[str, Port]:
    voice = {
        int(match[1])
        for match, vlan in matches(shape, r"vlan (\d+)")
        if vlan.get_child(equals="voice")
    }
    view = get_hconfig_view(shape)
    found: dict[str, Port] = {}
    for item in view.interface_views:
        if item.is_svi:
            continue
        tagged = tuple(sorted(item.tagged_vlans))
        access = item.native_vlan if set(tagged) <= voice else None
        found[item.name] = Port(
            description=item.description,
            enabled=item.enabled,
            mode="access" if access else ("trunk" if tagged else ""),
            access_vlan=access,
            voice_vlan=next(iter(tagged), None) if access else None,
            native_vlan=None if access else item.native_vlan,
            tagged=() if access else tagged,
        )
    return found


def _interfaces(shape: HConfig) -> dict[str, Interface]:
    view = get_hconfig_view(shape)
    return {
        f"vlan{item.number.strip()}": Interface(address=str(item.ipv4_interface))
        for item in view.interface_views
        if item.is_svi and item.ipv4_interface
    }


def _managers(shape: HConfig) -> tuple[str, ...]:
    lines = matches(shape, r"ip authorized-managers (\S+) (\S+) access manager")
    return tuple(sorted(cidr(f"{match[1]}/{match[2]}") for match, _ in lines))
