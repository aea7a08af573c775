"""What the roles of a router on Linux are told beyond those of every host. Pure.

FRR serves interfaces and routing; monitoring, logs, filters and the DHCP relay come from the
router's operating system (``render/platforms/frr.yml`` names the roles). A role of which the city's
standards say nothing gets no variables, and its playbook passes it over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Network, collapse_addresses

from muniform.model import Device, RoutedInterface, SecretRef
from muniform.render import filter_rules


def router_variables(device: Device) -> dict[str, object]:
    """Variables of the roles of one router. Secrets stay references (``SecretRef``)."""
    return _snmp_agent(device) | _log_forwarding(device) | _packet_filter(device) | _relay(device)


def _snmp_agent(device: Device) -> dict[str, object]:
    snmp = device.baseline.snmp
    if snmp is None:
        return {}
    return {
        "snmp_agent_engine_id": device.snmp_engine_id,
        "snmp_agent_user": snmp.user,
        "snmp_agent_auth_key": _localised(snmp.auth, "snmp_sha", device),
        "snmp_agent_privacy_key": _localised(snmp.privacy, "snmp_aes", device),
        "snmp_agent_allow": [str(network) for network in _snmp_from(device)],
        "snmp_agent_managers": [str(address) for address in snmp.managers],
        "snmp_agent_contact": snmp.contact,
        "snmp_agent_location": device.location,
    }


def _localised(secret: SecretRef, form: str, device: Device) -> SecretRef:
    return replace(secret, form=form, salt=device.snmp_engine_id)


def _log_forwarding(device: Device) -> dict[str, object]:
    servers = [str(address) for address in device.baseline.syslog]
    return {"log_forwarding_servers": servers} if servers else {}


def _packet_filter(device: Device) -> dict[str, object]:
    lists = [
        {"name": acl.name, "interfaces": names, "rules": list(filter_rules(acl))}
        for acl in device.acls
        if (names := [entry.name for entry in device.interfaces if entry.acl_in == acl.name])
    ]
    if not lists:
        return {}
    return {
        "packet_filter_lists": lists,
        "packet_filter_ssh_from": _apart(device.management.allowed),
        "packet_filter_snmp_from": _apart(_snmp_from(device)),
    }


def _snmp_from(device: Device) -> tuple[IPv4Network, ...]:
    """Who may ask a router's SNMP agent (CISC-ND-000140)."""
    managers = device.baseline.snmp.managers if device.baseline.snmp else ()
    return (*device.management.allowed, *map(IPv4Network, managers))


def _apart(networks: Iterable[IPv4Network]) -> list[str]:
    """nft refuses a set whose members overlap."""
    return [str(network) for network in collapse_addresses(networks)]


def _relay(device: Device) -> dict[str, object]:
    gateways = [_gateway(entry) for entry in device.interfaces if entry.relay]
    return {"dhcp_relay_gateways": gateways} if gateways else {}


def _gateway(interface: RoutedInterface) -> dict[str, object]:
    return {
        "interface": interface.name,
        "address": str(interface.address.ip),
        "servers": [str(server) for server in interface.relay],
    }
