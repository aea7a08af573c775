"""ArubaOS-Switch's configuration as a set of lines. Pure.

Lists of ports and VLANs are written out, so that neither their order nor their spelling counts: a
line of a list is a line for each of its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from muniform.devices.configuration.indented import Sections
from muniform.devices.configuration.lines import Normal, Path, order_of_entries

# Printed by the switch, owned by nobody.
_VOLATILE = re.compile(r";|(Running|Startup) configuration:|module \d+ type |exit$|end$")
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')
_PORTS = r"(?:[A-Za-z]*\d|all)[\w/,-]*"
# Lines in which a list of ports stands between the first and the last part.
_PORT_LISTS = re.compile(
    rf"(?P<head>interface|trunk|loop-protect|ip source-lockdown|port-security|spanning-tree|"
    rf"lldp admin-status|aaa port-access(?: authenticator| mac-based)?|untagged|tagged) "
    rf"(?P<list>{_PORTS})(?P<tail>(?: .*)?)"
)
_VLAN_LISTS = re.compile(r"(?P<head>(?:dhcp-snooping|arp-protect|tagged) vlan) (?P<list>[\d ,-]+)")
# Servers are asked in the order in which they were added.
HOST = re.compile(r"((?:tacacs|radius)-server host) (\S+).*")
_CONTACT = re.compile(r'snmp-server (contact ".*?(?<!\\)") (location ".*")')
# The default VLAN repeats which ports are in other ones.
_REPEATED = re.compile(r"no untagged ")


def normalise(text: str) -> Normal:
    """What ``show running-config`` or ``show config`` says."""
    found = list(_paths(text))
    return frozenset(found) | order_of_entries(found, HOST)


def words_of(line: str) -> list[str]:
    """A line's words; what stands in quotation marks is one."""
    return _WORD.findall(line)


def listed(ports: Iterable[str]) -> str:
    """Ports as the switch lists them: two or more in a row make a range."""
    runs: list[list[tuple[str, int]]] = []
    for prefix, number in sorted(map(_split, ports)):
        if runs and runs[-1][-1] == (prefix, number - 1) and prefix != "Trk":
            runs[-1].append((prefix, number))
        else:
            runs.append([(prefix, number)])
    ends = [[f"{prefix}{number}" for prefix, number in (run[0], run[-1])] for run in runs]
    return ",".join(first if first == last else f"{first}-{last}" for first, last in ends)


def gathered(lines: Iterable[str]) -> Iterator[str]:
    """Lines that say the same of several ports, as one; otherwise in their order."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for at, line in enumerate(lines):
        sign = "no " if line.startswith("no ") else ""
        match = _PORT_LISTS.fullmatch(line.removeprefix("no "))
        if match and not line.startswith("interface "):
            key = (f"{sign}{match['head']} ", match["tail"], "")
            found.setdefault(key, []).append(match["list"])
        else:
            found[line, "", str(at)] = []
    for (head, tail, _), ports in found.items():
        yield f"{head}{listed(ports)}{tail}"


def _split(name: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?)(\d+)", name)
    return (found[1], int(found[2])) if found else (name, 0)


def _paths(text: str) -> Iterator[Path]:
    sections = Sections()
    for raw in text.splitlines():
        line = " ".join(words_of(raw))
        if not line or _VOLATILE.match(line) or _REPEATED.match(line):
            continue
        path = sections.enter(len(raw) - len(raw.lstrip()), line)
        yield from product(*(_written_out(part) for part in path))


def _written_out(line: str) -> list[str]:
    """A line for each member of its list; a line without a list is itself."""
    if found := _CONTACT.fullmatch(line):
        return [f"snmp-server {part}" for part in found.groups()]
    if found := _VLAN_LISTS.fullmatch(line):
        ids = [port for part in re.split(r"[ ,]+", found["list"]) for port in _members(part)]
        return [f"{found['head']} {each}" for each in ids]
    if found := _PORT_LISTS.fullmatch(line):
        members = [port for part in found["list"].split(",") for port in _members(part)]
        return [f"{found['head']} {each}{found['tail']}" for each in members]
    return [line]


def _members(part: str) -> list[str]:
    """``A1-A4`` is four ports; an aggregation is spelled ``Trk1`` wherever it stands."""
    ends = re.fullmatch(r"(\D*|\d+/\D*)(\d+)-(\D*|\d+/\D*)(\d+)", part)
    if ends is None or ends[1] != ends[3]:
        return [part]
    return [f"{ends[1]}{number}" for number in range(int(ends[2]), int(ends[4]) + 1)]
