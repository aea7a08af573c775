"""What a value of a statement may be, and what Junos says of one that is not. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network

PORT = re.compile(r"(?:ge|xe|et|mge)-\d+/\d+/\d+")
_DEVICE = re.compile(
    r"(?:(?:ge|xe|et|mge)-\d+/\d+/\d+|(?:ae|lo|em|me|fxp|st|reth)\d+|irb|vme|vlan)\Z"
)
_UNIT = re.compile(r"(?:[a-z]+-\d+/\d+/\d+|[a-z]+\d*)(?:\.\d+)?\Z")
_RANGE = re.compile(r"(\d+)\.\.(\d+)\Z")
_FACILITIES = [
    "any",
    "authorization",
    "change-log",
    "conflict-log",
    "daemon",
    "dfc",
    "external",
    "firewall",
    "ftp",
    "interactive-commands",
    "kernel",
    "ntp",
    "pfe",
    "security",
    "user",
]
_SERVICES = [
    "all",
    "any-service",
    "bfd",
    "bgp",
    "dhcp",
    "dns",
    "ftp",
    "http",
    "https",
    "ike",
    "netconf",
    "ntp",
    "ospf",
    "ping",
    "rip",
    "snmp",
    "ssh",
    "telnet",
    "tftp",
    "traceroute",
    "vrrp",
]
_BARE = re.compile(r"[A-Za-z0-9._/:*-]+")


class BadValueError(Exception):
    """A value that does not fit. The message is what Junos says of it."""


def quoted(value: str) -> str:
    """A value as Junos prints it: in quotes if it has to be, on one line."""
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def check(kind: str, value: str) -> str:
    """The value as it is kept. Raises BadValueError."""
    return _check_of(kind)(value)


@lru_cache(maxsize=1024)
def _check_of(kind: str) -> Callable[[str], str]:
    if found := _CHECKS.get(kind):
        return found
    if limits := _RANGE.match(kind):
        return _number(int(limits[1]), int(limits[2]))
    return _one_of(kind.split("|"))


def _number(low: int, high: int) -> Callable[[str], str]:
    def fits(value: str) -> str:
        if not value.isascii() or not value.isdigit():
            raise BadValueError(f"Invalid numeric value: '{value}'")
        if not low <= int(value) <= high:
            raise BadValueError(f"Value {value} is not within range ({low}..{high})")
        return str(int(value))

    return fits


def _one_of(words: list[str]) -> Callable[[str], str]:
    def fits(value: str) -> str:
        if value not in words:
            raise BadValueError("syntax error")
        return value

    return fits


def _address(value: str) -> str:
    try:
        return str(IPv4Address(value))
    except AddressValueError:
        raise BadValueError(f"invalid ip address: '{value}'") from None


def _prefix(value: str) -> str:
    """A network. An address alone is its own; bits behind the mask are refused."""
    address, slash, length = value.partition("/")
    _address(address)
    if slash and not (length.isdigit() and int(length) <= 32):
        raise BadValueError(f"invalid prefix length '{length}' in prefix: '{value}'")
    try:
        return str(IPv4Network(value))
    except ValueError:
        raise BadValueError(f"host bits are set in prefix: '{value}'") from None


def _interface_prefix(value: str) -> str:
    """An address with its mask: /32 if none is given."""
    address, slash, length = value.partition("/")
    _address(address)
    if slash and not (length.isdigit() and int(length) <= 32):
        raise BadValueError(f"invalid prefix length '{length}' in prefix: '{value}'")
    return value if slash else f"{value}/32"


def _area(value: str) -> str:
    """OSPF areas are printed as dotted quads."""
    return str(IPv4Address(int(value))) if value.isdigit() else _address(value)


def _device(value: str) -> str:
    if not _DEVICE.match(value):
        raise BadValueError(f"invalid interface type in '{value}'")
    return value


def _interface(value: str) -> str:
    """A logical or a physical interface, as it is given. ``all`` is every one."""
    if not _UNIT.match(value):
        raise BadValueError(f"invalid interface name: '{value}'")
    return value


def _word(value: str) -> str:
    if not value or len(value) > 255:
        raise BadValueError(f"invalid value '{value}'")
    return value


def _text(value: str) -> str:
    return value


def _hash(value: str) -> str:
    if not re.match(r"\$[156]\$|\*\Z|!\Z", value):
        raise BadValueError(f"Invalid encrypted password: '{value}'")
    return value


def _snmp_password(value: str) -> str:
    if not 8 <= len(value) <= 1024:
        raise BadValueError(f"Must be a string of 8 to 1024 characters, not {len(value)}")
    return value


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "word": _word,
    "text": _text,
    "secret": _text,
    "snmp-password": _snmp_password,
    "hash": _hash,
    "address": _address,
    "prefix": _prefix,
    "interface-prefix": _interface_prefix,
    "area": _area,
    "device": _device,
    "interface": _interface,
    "facility": _one_of(_FACILITIES),
    "service": _one_of(_SERVICES),
}


@lru_cache(maxsize=20_000)
def natural(name: str) -> tuple[int, tuple[int, ...], tuple[str | int, ...]]:
    """Sorts as Junos does: ports by slot and number whatever their speed, then names."""
    port = re.match(r"[a-z]+-(\d+)/(\d+)/(\d+)", name)
    slot = tuple(int(number) for number in port.groups()) if port else ()
    parts = re.split(r"(\d+)", name)
    numbered = tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
    return (0 if port else 1, slot, numbered)
