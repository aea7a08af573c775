"""Brings generated access lists to the form in which a device prints them in its configuration.

What a generator writes is meant to be loaded: with commands that remove the old list, version marks
and bare port numbers. What a device prints has none of these, numbers its entries, and gives many
ports a name. Without this a list that was read back would always differ from the intended one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from muniform.model import Acl

_STEP = 10
"""Between the numbers that IOS and EOS give the entries of a list."""

# Which ports IOS-XE shows by name in an extended list. A name that is missing here is one IOS-XE
# has none for: https (443) and ssh (22), for example, stay numbers.
_IOS_PORTS: Mapping[str, Mapping[int, str]] = {
    "tcp": {
        7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp",
        23: "telnet", 25: "smtp", 37: "time", 43: "whois", 49: "tacacs", 53: "domain",
        70: "gopher", 79: "finger", 80: "www", 101: "hostname", 109: "pop2", 110: "pop3",
        111: "sunrpc", 113: "ident", 119: "nntp", 135: "msrpc", 179: "bgp", 194: "irc",
        496: "pim-auto-rp", 512: "exec", 513: "login", 514: "cmd", 515: "lpd", 517: "talk",
        540: "uucp", 543: "klogin", 544: "kshell", 3949: "drip",
    },
    "udp": {
        7: "echo", 9: "discard", 37: "time", 42: "nameserver", 49: "tacacs", 53: "domain",
        67: "bootps", 68: "bootpc", 69: "tftp", 111: "sunrpc", 123: "ntp", 137: "netbios-ns",
        138: "netbios-dgm", 139: "netbios-ss", 161: "snmp", 162: "snmptrap", 177: "xdmcp",
        195: "dnsix", 434: "mobile-ip", 496: "pim-auto-rp", 500: "isakmp", 512: "biff",
        513: "who", 514: "syslog", 517: "talk", 520: "rip", 4500: "non500-isakmp",
    },
}  # fmt: skip

# What EOS names beyond what the generator already does.
_EOS_PORTS: Mapping[str, Mapping[int, str]] = {
    "tcp": {445: "microsoft-ds", 464: "kpasswd", 631: "ipp"},
    "udp": {464: "kpasswd", 4500: "non500-isakmp"},
}

_ENTRY = re.compile(r"(?:permit|deny) (?P<protocol>\S+) .*")
_PORTS = re.compile(r"\b(?:eq \S+|range \S+ \S+)")


def ios_lines(acl: Acl, text: str) -> tuple[str, ...]:
    """IOS-XE: numbered entries. No remarks: releases differ in whether they number them."""
    entries = (_named(entry, _IOS_PORTS) for entry in _entries(text))
    return (f"ip access-list extended {acl.name}", *_numbered(entries, " "))


def eos_lines(acl: Acl, text: str) -> tuple[str, ...]:
    """EOS: remarks and entries are numbered alike."""
    entries = (_named(entry, _EOS_PORTS) for entry in _entries(text, remarks=True))
    return (f"ip access-list {acl.name}", *_numbered(entries, "   "))


def junos_lines(_: Acl, text: str) -> tuple[str, ...]:
    """Junos: the hierarchy as ``show configuration`` prints it, without commands to the loader."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace("replace: ", "")
    # A list of one is printed without brackets.
    bare = re.sub(r"\[ (\S+) \];", r"\1;", bare)
    lines = (line.strip() for line in bare.splitlines())
    return tuple(_indented(line for line in lines if line and not line.startswith("delete: ")))


def _entries(text: str, *, remarks: bool = False) -> Iterator[str]:
    for line in map(str.strip, text.splitlines()):
        if _ENTRY.match(line) or (remarks and line.startswith("remark ") and "$Id:" not in line):
            yield line


def _numbered(entries: Iterator[str], indent: str) -> Iterator[str]:
    for number, entry in enumerate(entries, start=1):
        yield f"{indent}{number * _STEP} {entry}"


def _named(entry: str, names: Mapping[str, Mapping[int, str]]) -> str:
    """The entry with those ports named that the device shows by name."""
    found = _ENTRY.match(entry)
    known = names.get(found["protocol"], {}) if found else {}

    def name(match: re.Match[str]) -> str:
        how, *ports = match[0].split()
        return " ".join((how, *(known.get(_number(port), port) for port in ports)))

    return _PORTS.sub(name, entry)


def _number(port: str) -> int:
    """0, which is no port, for one that the generator has named already."""
    return int(port) if port.isdigit() else 0


def _indented(lines: Iterator[str]) -> Iterator[str]:
    depth = 0
    for line in lines:
        depth -= line == "}"
        yield "    " * depth + line
        depth += line.endswith("{")
