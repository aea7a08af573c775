"""What every network device has in common, from the city's standards."""

from __future__ import annotations

from muniform.model.declaration import Declaration
from muniform.model.parts.common import (
    AaaServers,
    Account,
    Baseline,
    DnsService,
    Dot1x,
    Lockout,
    NtpKey,
    NtpServer,
    Snmp,
)
from muniform.model.parts.secret import SecretRef
from muniform.model.parts.switching import QosClass
from muniform.model.schema import AaaService, ServicesFile


def baseline(declared: Declaration) -> Baseline:
    entry, services = declared.network_devices, declared.services
    key = services.ntp.key
    return Baseline(
        domain=f"{services.dns.device_zone}.{declared.city.domain}",
        banner=entry.banner.strip(),
        account=_account(declared),
        ntp=tuple(NtpServer(s.address, s.prefer) for s in services.ntp.servers),
        idle_minutes=entry.idle_minutes,
        confirm_seconds=entry.confirm_seconds,
        ntp_key=NtpKey(key.id, SecretRef(key.secret)) if key else None,
        lockout=_lockout(declared),
        tacacs=_aaa(services.tacacs),
        radius=_aaa(services.radius),
        dot1x=_dot1x(declared),
        syslog=services.syslog.servers if services.syslog else (),
        snmp=_snmp(services),
        qos=_qos(declared),
    )


def dns_service(declared: Declaration) -> DnsService:
    dns, domain = declared.services.dns, declared.city.domain
    return DnsService(
        servers=dns.servers,
        host_zone=f"{dns.host_zone}.{domain}",
        device_zone=f"{dns.device_zone}.{domain}",
        reverse_zone=dns.reverse_zone,
        ttl=dns.ttl,
        key_name=dns.key.name,
        key=SecretRef(dns.key.secret),
        key_algorithm=dns.key.algorithm,
    )


def _account(declared: Declaration) -> Account:
    entry = declared.network_devices.account
    return Account(
        entry.name,
        SecretRef(entry.password),
        SecretRef(entry.password_hash),
        SecretRef(entry.private_key),
    )


def _lockout(declared: Declaration) -> Lockout | None:
    entry = declared.network_devices.lockout
    if entry is None:
        return None
    return Lockout(entry.tries, entry.within_seconds, entry.closed_seconds)


def _aaa(entry: AaaService | None) -> AaaServers | None:
    if entry is None:
        return None
    return AaaServers(entry.servers, SecretRef(entry.secret), entry.timeout_seconds)


def _dot1x(declared: Declaration) -> Dot1x | None:
    entry = declared.profiles.dot1x
    if entry is None:
        return None
    return Dot1x(
        entry.reauthenticate_seconds,
        entry.quiet_seconds,
        entry.tx_seconds,
        entry.max_requests,
        entry.rejected_vlan,
        entry.critical_vlan,
    )


def _snmp(services: ServicesFile) -> Snmp | None:
    entry = services.snmp
    if entry is None:
        return None
    return Snmp(
        entry.user,
        entry.group,
        SecretRef(entry.auth),
        SecretRef(entry.privacy),
        entry.managers,
        entry.contact,
    )


def _qos(declared: Declaration) -> tuple[QosClass, ...]:
    if declared.qos is None:
        return ()
    return tuple(
        QosClass(name, e.dscp, e.cos, e.bandwidth_percent, e.priority, e.vlans)
        for name, e in declared.qos.classes.items()
    )
