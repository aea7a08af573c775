"""Filters for Cisco IOS-XE templates: names, networks, secrets and lines that follow from defaults.

What IOS leaves out of its configuration because it is the default is decided here, not in the
templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network
from typing import Any

from muniform.model import ROUTING_KEY_ID, Device, RoutedInterface, SecretRef
from muniform.render.filters import ios_ports, ios_qos
from muniform.render.segmentation import acl_lines

_LOOPBACK = "Loopback0"


def vlan_ranges(vlans: Iterable[int]) -> str:
    """VLAN ids the way switches print them: ``10-12,20``; two in a row stay a pair."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and vlan == runs[-1][-1] + 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    parts = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(v) for v in run]
    return ",".join(parts)


def acl_source(network: IPv4Network) -> str:
    """A network the way a standard access list prints it: a host has no wildcard."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return f"{network.network_address} {network.hostmask}"


def secret_form(secret: SecretRef, form: str, salt: str = "") -> str:
    """The reference to what a device stores of a secret, in place of its plain value."""
    return str(SecretRef(secret.name, form, salt))


def ios_interface(name: str) -> str:
    """The model's name of a layer-3 interface in IOS's words: ``lo`` and ``vlan20`` have others."""
    if name == "lo":
        return _LOOPBACK
    if name.startswith("vlan"):
        return f"Vlan{name.removeprefix('vlan')}"
    return name


def ios_source(device: Device) -> str:
    """The interface whose address the device speaks from, so that servers know it by one."""
    vlan = device.management.vlan
    return _LOOPBACK if vlan is None else f"Vlan{vlan}"


def ios_gateways(interfaces: Iterable[RoutedInterface]) -> list[RoutedInterface]:
    """The VLAN interfaces, in IOS's order."""
    gateways = [entry for entry in interfaces if entry.name.startswith("vlan")]
    return sorted(gateways, key=lambda entry: int(entry.name.removeprefix("vlan")))


def ios_ospf_key(key: SecretRef) -> str:
    """The key that authenticates OSPF, with its number, obscured as the device stores it."""
    return f"{ROUTING_KEY_ID} md5 7 {secret_form(key, 'ios7')}"


def ios_boot_vlans(device: Device) -> list[int]:
    """The VLANs that carry the first session: the management VLAN, or those with a neighbour."""
    vlans = {entry.vlan for entry in device.interfaces if entry.ospf_active}
    return sorted(vlan for vlan in vlans | {device.management.vlan} if vlan is not None)


def ios_snooped(device: Device) -> list[int]:
    """The VLANs of this device whose hosts lease their addresses: their bindings can be checked."""
    return [vlan.id for vlan in device.vlans if vlan.dhcp]


FILTERS: Mapping[str, Callable[..., Any]] = {
    "vlan_ranges": vlan_ranges,
    "acl_source": acl_source,
    "acl_lines": acl_lines,
    "secret_form": secret_form,
    "ios_interface": ios_interface,
    "ios_source": ios_source,
    "ios_gateways": ios_gateways,
    "ios_ospf_key": ios_ospf_key,
    "ios_boot_vlans": ios_boot_vlans,
    "ios_snooped": ios_snooped,
    **ios_ports.FILTERS,
    **ios_qos.FILTERS,
}
