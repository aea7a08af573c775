"""What network devices have in common: accounts, servers, timers. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from muniform.model.parts.secret import SecretRef
from muniform.model.parts.switching import QosClass


@dataclass(frozen=True)
class Management:
    """How the controller reaches a device."""

    address: IPv4Interface
    vlan: int | None
    gateway: IPv4Address | None
    allowed: tuple[IPv4Network, ...]
    """Networks that may open a management session."""


@dataclass(frozen=True)
class Account:
    """The local account. ``password`` logs in; ``password_hash`` (type 9) is what is configured."""

    name: str
    password: SecretRef
    password_hash: SecretRef
    private_key: SecretRef
    """The SSH key with which hosts are entered."""


@dataclass(frozen=True)
class NtpServer:
    address: IPv4Address
    prefer: bool


@dataclass(frozen=True)
class DnsService:
    servers: tuple[IPv4Address, ...]
    host_zone: str
    device_zone: str
    reverse_zone: str
    ttl: int
    key_name: str
    """TSIG key (RFC 8945); its value is the secret ``key``."""
    key: SecretRef
    key_algorithm: str


@dataclass(frozen=True)
class NtpKey:
    """The symmetric key that proves a time source (CISC-ND-001150)."""

    id: int
    key: SecretRef


@dataclass(frozen=True)
class AaaServers:
    """Two or more servers that know the accounts (CISC-ND-001370), and what they ask for."""

    servers: tuple[IPv4Address, ...]
    key: SecretRef
    timeout_seconds: int = 5


@dataclass(frozen=True)
class Dot1x:
    """Timers of port authentication, in seconds, and the VLANs of what can't authenticate."""

    reauthenticate_seconds: int
    quiet_seconds: int
    tx_seconds: int
    max_requests: int
    rejected_vlan: int
    """Where a device ends that authentication refuses."""
    critical_vlan: int | None = None
    """Where devices stay while no RADIUS server answers. None: in the port's own VLAN."""


@dataclass(frozen=True)
class Snmp:
    """SNMPv3 with authentication and privacy (CISC-ND-001130/-001140): SHA and AES-128."""

    user: str
    group: str
    auth: SecretRef
    privacy: SecretRef
    managers: tuple[IPv4Address, ...]
    """Receive traps."""
    contact: str


@dataclass(frozen=True)
class Lockout:
    """CISC-ND-000150: after ``tries`` failures within ``within_seconds``, closed."""

    tries: int
    within_seconds: int
    closed_seconds: int


@dataclass(frozen=True)
class Baseline:
    """Settings every network device shares. What is None the city's standards do not set."""

    domain: str
    banner: str
    account: Account
    ntp: tuple[NtpServer, ...]
    idle_minutes: int
    confirm_seconds: int
    """How long a device waits for the confirmation before it reverts by itself."""
    ntp_key: NtpKey | None = None
    lockout: Lockout | None = None
    tacacs: AaaServers | None = None
    radius: AaaServers | None = None
    dot1x: Dot1x | None = None
    syslog: tuple[IPv4Address, ...] = ()
    snmp: Snmp | None = None
    qos: tuple[QosClass, ...] = ()
