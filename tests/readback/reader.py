"""Reads a rendered configuration back, whatever its platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from readback import read_eos, read_frr, read_ios, read_junos, read_procurve
from readback.facts import Facts
from readback.junos_tree import parse, schema_errors
from readback.resources import Unreadable

READERS: Mapping[str, Callable[[str], Facts]] = {
    "ios": read_ios.read,
    "eos": read_eos.read,
    "junos": read_junos.read,
    "procurve": read_procurve.read,
    "frr": read_frr.read,
}

SERVED_BY_ROLES = frozenset(
    {
        "acls",
        "default_gateway",
        "interfaces.acl_in",
        "interfaces.relay",
        "management_acl",
        "ntp",
        "ntp_keys",
        "snmp_contact",
        "snmp_hosts",
        "snmp_location",
        "syslog",
    }
)
"""On a router that is a Linux host: ``ntp`` and so on stand in its roles' files."""
UNREAD: Mapping[str, frozenset[str]] = {
    "ios": frozenset(),
    "eos": frozenset(),
    "junos": frozenset(),
    # ArubaOS-Switch knows no preferred time source, and no name or state of an address.
    "procurve": frozenset({"ntp.prefer", "interfaces.description", "interfaces.enabled"}),
    "frr": SERVED_BY_ROLES,
}
"""What a platform's configuration or its parsers have no word for; see the readers."""


def read_back(platform: str, text: str) -> Facts:
    """The facts of a configuration, through parsers of others. Raises Unreadable."""
    try:
        return READERS[platform](text)
    except Unreadable:
        raise
    except Exception as error:  # parsers of others raise whatever they like
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def rejected(platform: str, text: str) -> list[str]:
    """What a schema that others publish has no place for. Only Junos has one that can be had."""
    return schema_errors(parse(text)) if platform == "junos" else []
