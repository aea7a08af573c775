"""The shapes of central services and of what every network device has in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from muniform.model.schema.base import Declared, Standard
from muniform.model.shapes import (
    AccountName,
    Address,
    Banner,
    Flag,
    Identifier,
    Label,
    Network,
    ReverseZone,
    Seconds,
    Text,
)

ServiceName = Literal["dns", "ntp", "dhcp", "tacacs", "radius", "syslog", "snmp"]

TwoServers = Annotated[tuple[Address, ...], Field(min_length=2)]


class TsigKey(Declared):
    name: Label
    algorithm: Literal["hmac-sha256", "hmac-sha512"]
    secret: Identifier


class DnsEntry(Declared):
    servers: Annotated[tuple[Address, ...], Field(min_length=1)]
    host_zone: Label
    device_zone: Label
    reverse_zone: ReverseZone
    ttl: Annotated[int, Field(ge=60, le=604800, strict=True)]
    key: TsigKey


class NtpEntry(Declared):
    address: Address
    prefer: Flag = False


class NtpKeyEntry(Declared):
    id: Annotated[int, Field(ge=1, le=65534, strict=True)]
    secret: Identifier


class NtpService(Declared):
    servers: Annotated[tuple[NtpEntry, ...], Field(min_length=2)]
    """Two or more sources (CISC-ND-001030)."""
    key: NtpKeyEntry | None = None
    """Proves the sources to network devices (CISC-ND-001150)."""


class DhcpService(Declared):
    servers: Annotated[tuple[Address, ...], Field(min_length=1)]


class AaaService(Declared):
    servers: TwoServers
    """Two or more (CISC-ND-001370)."""
    secret: Identifier
    timeout_seconds: Annotated[int, Field(ge=1, le=60, strict=True)] = 5


class SyslogService(Declared):
    servers: TwoServers
    """Two or more (CISC-ND-001450)."""


class SnmpService(Declared):
    user: AccountName
    group: AccountName
    auth: Identifier
    privacy: Identifier
    managers: Annotated[tuple[Address, ...], Field(min_length=1)]
    contact: Text


class ServicesFile(Standard):
    """``standards/services.yml``"""

    dns: DnsEntry
    ntp: NtpService
    dhcp: DhcpService | None = None
    tacacs: AaaService | None = None
    """Who may log in to network devices."""
    radius: AaaService | None = None
    """Who may use a port (802.1X)."""
    syslog: SyslogService | None = None
    snmp: SnmpService | None = None


class AccountEntry(Declared):
    name: AccountName
    password: Identifier
    password_hash: Identifier
    private_key: Identifier


class LockoutEntry(Declared):
    tries: Annotated[int, Field(ge=1, le=10, strict=True)]
    within_seconds: Seconds
    closed_seconds: Seconds


class NetworkDevicesFile(Standard):
    """``standards/network_devices.yml``"""

    banner: Banner
    account: AccountEntry
    management_networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    idle_minutes: Annotated[int, Field(ge=1, le=10, strict=True)]
    confirm_seconds: Annotated[int, Field(ge=60, le=7200, multiple_of=60, strict=True)]
    """Junos and ArubaOS-Switch count their timers in minutes."""
    lockout: LockoutEntry | None = None
