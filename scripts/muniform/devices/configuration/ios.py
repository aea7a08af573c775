"""IOS-XE's configuration as a set of lines, and the diff that it prints. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from muniform.devices.configuration.indented import (
    BANNER,
    Sections,
    folded_banner,
    located,
    paths,
)
from muniform.devices.configuration.ios_factory import is_factory, without_factory
from muniform.devices.configuration.lines import (
    ORDER,
    Change,
    Normal,
    order_of,
    order_of_entries,
    order_of_rules,
)

# Printed by the device, owned by nobody: they change without a change. Matched at the first column,
# since ``version 2`` inside a routing process is a setting.
_VOLATILE = re.compile(
    r"(Building configuration|Current configuration|Using \d+ out of|Load for |"
    r"Time source is|version |end$|ntp clock-period|license udi )"
)
# Lines that a device takes and never prints in its configuration. What it tells of them elsewhere
# is compared (``muniform.devices.ios`` reads it and adds it as comments), never their keys.
_UNSHOWN = re.compile(
    r"snmp-server user (?P<name>\S+) (?P<group>\S+) v3 (?:encrypted )?auth (?P<auth>\S+) \S+"
    r"(?: priv (?P<priv>aes \d+|3?des) \S+)?( access \S+)?"
)
_TOLD_APART = "! SNMPv3 user "
_OF_USERS = (_TOLD_APART, "snmp-server user ")
# Sections whose lines are tried from the first to the last.
_ORDERED = re.compile(r"policy-map |aaa group server ")
# Access lists of the older form, one line for each entry.
_ENTRY = re.compile(r"(access-list \S+) ((?:permit|deny) .*)")


def snmp_user(name: str, group: str, authentication: str, privacy: str) -> str:
    """An SNMPv3 user as it is compared: in the words of ``show snmp user``, without keys."""
    return f"SNMPv3 user {name}, group {group}, {authentication.upper()}, {privacy.upper()}"


def normalise(text: str) -> Normal:
    """A configuration's lines, without what is volatile or made by the device itself."""
    lines, users = _users(text.splitlines())
    found = list(without_factory(paths(lines, _VOLATILE)))
    orders = order_of(found, _ORDERED) | order_of_rules(found) | order_of_entries(found, _ENTRY)
    return frozenset(found) | users | orders


def factory_lines(running: str) -> str:
    """What the device made itself, byte for byte: the part of a candidate that is its own."""
    found = located(running.splitlines(), _VOLATILE)
    return "".join(f"{raw}\n" for raw, path in found if is_factory(path))


def _users(lines: list[str]) -> tuple[list[str], Normal]:
    """The lines without the SNMPv3 users, and what those are compared as."""
    kept: list[str] = []
    users: set[str] = set()
    for line in lines:
        if not line.startswith(_OF_USERS):
            kept.append(line)
        elif line.startswith(_TOLD_APART):
            users.add(line.rstrip().removeprefix("! "))
        elif found := _UNSHOWN.fullmatch(line.rstrip()):
            privacy = (found["priv"] or "none").replace(" ", "")
            users.add(snmp_user(found["name"], found["group"], found["auth"], privacy))
        else:
            kept.append(line)
    return kept, frozenset((user,) for user in users)


def unprinted(changes: Iterable[Change]) -> frozenset[Change]:
    """Those of our changes that a device's own diff can't hold: moves, and what it never shows."""
    return frozenset(
        change
        for change in changes
        if change.line.startswith((ORDER, "SNMPv3 user ")) and len(change.path) <= 2
    )


def parse_difference(text: str) -> frozenset[Change]:
    """The contextual differences that IOS prints, as changes. Unsigned lines are context.

    A line that is both taken away and added only moved: ``unprinted`` knows its new place.
    """
    changes: set[Change] = set()
    sections = Sections()
    lines = iter(text.splitlines())
    for raw in lines:
        line = raw.rstrip()
        match = re.fullmatch(r"(\s*)([+-]?)(\s*)(.*)", line)
        if match is None or not match[4] or match[4].startswith("!"):
            continue
        sign, stripped = match[2], " ".join(match[4].split())
        if banner := BANNER.fullmatch(match[4]):
            sections.leave()
            changes.add(Change((folded_banner(banner, lines, sign),), sign))
            continue
        if not match[1] and not match[3] and _VOLATILE.match(stripped):
            continue
        indent = len(match[1]) + len(match[3])
        path = sections.enter(indent, stripped)
        if sign and not is_factory(path):
            changes.add(Change(path, sign))
    signs = Counter(change.path for change in changes)
    return frozenset(change for change in changes if signs[change.path] == 1)
