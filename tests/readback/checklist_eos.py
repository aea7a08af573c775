"""EOS's part of the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device
from readback.checklist_cisco import banner, cisco_aaa, cisco_routing
from readback.checklist_ports import authenticates


def eos(device: Device) -> Iterator[str]:
    """ARST-ND and ARST-L2 of the EOS STIG."""
    base = device.baseline
    yield "banner login"
    yield from cisco_routing(device)
    yield from banner(device)
    yield f"dns domain {base.domain}"
    yield from ("no aaa root", "no username admin")
    yield (
        f"username {base.account.name} privilege 15 role network-admin "
        f"secret sha512 <secret:{base.account.password.name}:sha512_crypt>"
    )
    for service in ("console", "ssh"):
        yield f"management {service} / idle-timeout {base.idle_minutes}"
    yield "management ssh / ip access-group MANAGEMENT in"
    yield "management ssh / cipher aes256-ctr aes192-ctr aes128-ctr"
    yield "management ssh / mac hmac-sha2-512 hmac-sha2-256"
    yield "management api http-commands / no shutdown"
    yield "management api http-commands / vrf default / no shutdown"
    yield "management api http-commands / vrf default / ip access-group MANAGEMENT"
    yield "spanning-tree mode rapid-pvst"
    yield "spanning-tree edge-port bpduguard default"
    yield "spanning-tree guard loop default"
    yield f"spanning-tree vlan-id 1-4094 priority {device.bridge_priority}"
    yield from cisco_aaa(device)
    yield from eos_services(device)


def eos_services(device: Device) -> Iterator[str]:
    """What the standards may leave out."""
    base = device.baseline
    for kind, servers in (("tacacs", base.tacacs), ("radius", base.radius)):
        group = {"tacacs": "tacacs+ TACACS", "radius": "radius RADIUS"}[kind]
        for server in servers.servers if servers else ():
            yield f"{kind}-server host {server} key 7 <secret:{kind}_key:ios7>"
            yield f"aaa group server {group} / server {server}"
    if base.tacacs:
        yield "aaa authorization serial-console"
        yield "aaa authorization commands all default group TACACS local"
        yield "aaa accounting commands all default start-stop group TACACS logging"
    if base.lockout:
        lockout = base.lockout
        yield (
            f"aaa authentication policy lockout failure {lockout.tries} "
            f"window {lockout.within_seconds} duration {lockout.closed_seconds}"
        )
        yield "aaa authentication policy on-success log"
        yield "aaa authentication policy on-failure log"
    if base.radius and authenticates(device):
        yield "dot1x / aaa unresponsive phone action traffic allow"
        vlan = base.dot1x.critical_vlan if base.dot1x else None
        where = "" if vlan is None else f" vlan {vlan}"
        yield f"dot1x / aaa unresponsive action traffic allow{where}"
    if base.qos:
        yield "qos rewrite dscp"
    if base.ntp_key:
        yield "ntp authenticate servers"
    if base.syslog:
        yield from ("logging buffered 10000 informational",)
        yield "logging format timestamp high-resolution"
    if base.snmp:
        engine = device.snmp_engine_id
        yield f"snmp-server engineID local {engine}"
        yield "snmp-server enable traps"
        yield "snmp-server view ALL iso included"
        yield f"snmp-server group {base.snmp.group} v3 priv read ALL"
        yield (
            f"snmp-server user {base.snmp.user} {base.snmp.group} v3 localized {engine} "
            f"auth sha <secret:{base.snmp.auth.name}:snmp_sha:{engine}> "
            f"priv aes <secret:{base.snmp.privacy.name}:snmp_aes:{engine}>"
        )
