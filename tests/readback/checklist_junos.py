"""Junos's part of the checklist, as ``set`` lines."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import SWITCHING_ROLES, Device
from readback.checklist_junos_rules import edge, monitoring, protection
from readback.checklist_ports import authenticates


def junos(device: Device) -> Iterator[str]:
    """Management, then what the standards may leave out."""
    base = device.baseline
    crypt = f"<secret:{base.account.password.name}:sha512_crypt>"
    yield f"set system domain-name {base.domain}"
    yield "set system time-zone UTC"
    yield f"set system login idle-timeout {base.idle_minutes}"
    yield f"set system login user {base.account.name} class super-user"
    yield f"set system login user {base.account.name} authentication encrypted-password {crypt}"
    yield f"set system root-authentication encrypted-password {crypt}"
    first = base.banner.splitlines()[0]
    yield f"banner {first}"
    yield "set system services netconf ssh"
    yield "set system services ssh root-login deny"
    yield "set system services ssh protocol-version v2"
    yield from (f"set system services ssh ciphers {name}" for name in CIPHERS)
    yield from (f"set system services ssh macs {name}" for name in MACS)
    if device.role in SWITCHING_ROLES:
        yield "set protocols vstp bpdu-block-on-edge"
        yield f"set protocols vstp vlan all bridge-priority {device.bridge_priority // 1024}k"
    yield from _storms(device)
    yield from _dhcp(device)
    yield from _servers(device)
    yield from protection(device)
    yield from monitoring(device)
    yield from edge(device)
    if base.lockout:
        yield f"set system login retry-options tries-before-disconnect {base.lockout.tries}"
        yield f"set system login retry-options lockout-period {base.lockout.closed_seconds // 60}"
    if base.ntp_key:
        yield f"set system ntp trusted-key {base.ntp_key.id}"
    yield from (f"set system syslog host {server} any info" for server in base.syslog)


CIPHERS = ("aes256-ctr", "aes192-ctr", "aes128-ctr")
MACS = ("hmac-sha2-512", "hmac-sha2-256")


def _storms(device: Device) -> Iterator[str]:
    """CISC-L2-000160's counterpart: a profile for each share that ports ask for."""
    profiles = [port.profile for port in device.ports if port.profile]
    shares = {profile.storm_percent for profile in profiles if profile.storm_percent is not None}
    for share in sorted(shares):
        head = f"set forwarding-options storm-control-profiles STORM-{share} all"
        yield f"{head} bandwidth-percentage {share}"


def _dhcp(device: Device) -> Iterator[str]:
    for vlan in device.vlans:
        if vlan.dhcp:
            yield f"set vlans {vlan.name} forwarding-options dhcp-security arp-inspection"
            yield f"set vlans {vlan.name} forwarding-options dhcp-security ip-source-guard"


def _servers(device: Device) -> Iterator[str]:
    base = device.baseline
    if base.tacacs:
        yield "set system authentication-order tacplus"
        yield "set system tacplus-options strict-authorization"
        for server in base.tacacs.servers:
            yield f"set system tacplus-server {server} secret <secret:tacacs_key:junos9>"
            # junoscfg leaves out the word "timeout".
            yield f"set system tacplus-server {server} {base.tacacs.timeout_seconds}"
            accounting = f"set system accounting destination tacplus server {server}"
            yield f"{accounting} secret <secret:tacacs_key:junos9>"
            yield f"{accounting} {base.tacacs.timeout_seconds}"
    if base.radius and authenticates(device):
        yield "set access profile PORTS authentication-order radius"
        for server in base.radius.servers:
            yield f"set access radius-server {server} secret <secret:radius_key:junos9>"
            yield f"set access radius-server {server} {base.radius.timeout_seconds}"
            yield f"set access profile PORTS radius authentication-server {server}"
    if base.snmp:
        snmp = base.snmp
        user = f"set snmp v3 usm local-engine user {snmp.user}"
        yield f"{user} authentication-sha authentication-password {snmp.auth}"
        yield f"{user} privacy-aes128 privacy-password {snmp.privacy}"
