"""IOS-XE's part of the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device
from readback.checklist_cisco import banner, cisco_aaa, cisco_routing, dhcp_vlans, joined


def ios(device: Device) -> Iterator[str]:
    """CISC-ND and CISC-L2 of the IOS-XE switch STIG."""
    base = device.baseline
    yield "banner login ^C"
    yield from cisco_routing(device)
    yield from banner(device)
    yield "service password-encryption"
    yield "service tcp-keepalives-in"
    yield "service tcp-keepalives-out"
    yield "service timestamps log datetime msec localtime show-timezone"
    yield "service timestamps debug datetime msec localtime show-timezone"
    yield "clock timezone UTC 0 0"
    yield "no ip domain lookup"
    yield f"ip domain name {base.domain}"
    yield f"username {base.account.name} privilege 15 secret 9 {base.account.password_hash}"
    yield from ("archive / path flash:archive", "archive / maximum 5", "ip scp server enable")
    yield from ("no ip http server", "no ip http secure-server", "no cdp run", "lldp run")
    yield from ("ip ssh version 2", "ip ssh time-out 60", "ip ssh authentication-retries 3")
    yield "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256"
    yield "ip ssh server algorithm encryption aes256-ctr aes192-ctr aes128-ctr"
    for lines in ("con 0", "vty 0 4", "vty 5 31"):
        yield f"line {lines} / exec-timeout {base.idle_minutes} 0"
    for lines in ("vty 0 4", "vty 5 31"):
        yield f"line {lines} / access-class MANAGEMENT in"
        yield f"line {lines} / transport input ssh"
    yield from ("spanning-tree mode rapid-pvst", "spanning-tree loopguard default")
    yield "spanning-tree portfast bpduguard default"
    yield f"spanning-tree vlan 1-4094 priority {device.bridge_priority}"
    yield from ("vtp mode transparent", "udld enable")
    yield "version 17.12"
    if any(entry.relay for entry in device.interfaces):
        # A relay passes on more than DHCP unless told not to.
        yield from (f"no ip forward-protocol udp {name}" for name in RELAYED)
    yield from ios_services(device)


RELAYED = ("tftp", "nameserver", "domain", "time", "netbios-ns", "netbios-dgm", "tacacs")


def ios_services(device: Device) -> Iterator[str]:
    """What the standards may leave out."""
    base = device.baseline
    if dhcp_vlans(device):
        yield f"ip dhcp snooping vlan {joined(dhcp_vlans(device))}"
        yield "ip dhcp snooping"
        yield "no ip dhcp snooping information option"
        yield f"ip arp inspection vlan {joined(dhcp_vlans(device))}"
        yield "ip arp inspection validate src-mac dst-mac ip"
    if base.lockout:
        lockout = base.lockout
        yield (
            f"login block-for {lockout.closed_seconds} attempts {lockout.tries} "
            f"within {lockout.within_seconds}"
        )
        yield from ("login on-failure log", "login on-success log")
    if base.tacacs or base.radius:
        yield from ("aaa new-model", "aaa session-id common")
        yield "aaa authorization commands 15 default group TACACS local"
        yield "aaa authorization network default group RADIUS"
        yield "aaa accounting commands 15 default start-stop group TACACS"
        yield from cisco_aaa(device)
        yield from _ios_servers(device)
    if base.ntp_key:
        yield "ntp authenticate"
        key = f"<secret:{base.ntp_key.key.name}:ios7>"
        yield f"ntp authentication-key {base.ntp_key.id} md5 {key} 7"
    if base.snmp:
        yield f"snmp-server engineID local {device.snmp_engine_id.upper()}"
        yield "snmp-server enable traps snmp authentication linkdown linkup coldstart warmstart"
        for index, manager in enumerate(base.snmp.managers, start=1):
            yield f"ip access-list standard SNMP / {index * 10} permit {manager}"
        yield (f"snmp-server group {base.snmp.group} v3 priv read ALL notify ALL access SNMP")
        yield (
            f"snmp-server user {base.snmp.user} {base.snmp.group} v3 auth sha {base.snmp.auth} "
            f"priv aes 128 {base.snmp.privacy}"
        )


def _ios_servers(device: Device) -> Iterator[str]:
    base = device.baseline
    kinds = (
        ("tacacs", "tacacs+", "", base.tacacs),
        ("radius", "radius", " auth-port 1812 acct-port 1813", base.radius),
    )
    for kind, method, ports, found in kinds:
        for index, server in enumerate(found.servers if found else (), start=1):
            name = f"{kind.upper()}{index}"
            yield f"{kind} server {name} / address ipv4 {server}{ports}"
            yield f"{kind} server {name} / key 7 <secret:{kind}_key:ios7>"
            if found:
                yield f"{kind} server {name} / timeout {found.timeout_seconds}"
            yield f"aaa group server {method} {kind.upper()} / server name {name}"
