"""Configurations as sets of lines: normalising, comparing, masking. Pure functions.

A line is its path of sections, so ``("interface Vlan999", "shutdown")`` is one line and
``("interface Vlan1", "shutdown")`` another. Order between lines is not part of a configuration, but
in the sections of ``_ORDERED``, where it is a line of its own; access lists number their entries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from muniform.devices.secret_lines import mask_line
from muniform.masking import Secret

Path = tuple[str, ...]
Normal = frozenset[Path]

# Printed by the device, owned by nobody: they change without a change. Matched at the first column,
# since ``version 2`` inside a routing process is a setting.
_VOLATILE = {
    "ios": re.compile(
        r"(Building configuration|Current configuration|Using \d+ out of|Load for |"
        r"Time source is|version |end$|ntp clock-period|license udi )"
    ),
    "frr": re.compile(
        r"(Building configuration|Current configuration|frr version|end$|exit$|"
        r"service integrated-vtysh-config|no ipv6 forwarding)"
    ),
}
# Sections the device made itself (self-signed certificates): kept as they are, never compared.
_DEVICE_OWNED = {"ios": re.compile(r"crypto pki (trustpoint|certificate chain) TP-self-signed-")}
# Lines that a device takes and never prints in its configuration. What it tells of them elsewhere
# is compared (``muniform.devices.ios`` reads it and adds it as comments), never their keys.
_UNSHOWN = {
    "ios": re.compile(
        r"snmp-server user (?P<name>\S+) (?P<group>\S+) v3 (?:encrypted )?auth (?P<auth>\S+) \S+"
        r"(?: priv (?P<priv>aes \d+|3?des) \S+)?( access \S+)?"
    )
}
_TOLD_APART = {"ios": "! SNMPv3 user "}
# Sections whose lines are tried from the first to the last.
_ORDERED = {"ios": re.compile(r"policy-map |aaa group server ")}
_ORDER = "[order] "
_BANNER = re.compile(r"(banner \w+) (\^C|\x03|\S)(.*)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Change:
    """One line that a change adds (``+``) or removes (``-``)."""

    path: Path
    sign: str

    @property
    def line(self) -> str:
        return self.path[-1]


def snmp_user(name: str, group: str, authentication: str, privacy: str) -> str:
    """An SNMPv3 user as it is compared: in the words of ``show snmp user``, without keys."""
    return f"SNMPv3 user {name}, group {group}, {authentication.upper()}, {privacy.upper()}"


def sections(text: str, platform: str) -> Iterator[tuple[Path, bool]]:
    """Each line's path, and whether a device-owned section holds it. Banners are one line."""
    stack: list[tuple[int, str]] = []
    lines = iter(text.splitlines())
    owned = _DEVICE_OWNED.get(platform)
    for raw in lines:
        line = raw.rstrip()
        stripped = line.strip()
        if apart := _unshown(line, platform):
            stack = []
            yield (apart,), False
            continue
        if not stripped or stripped.startswith("!") or _VOLATILE[platform].match(line):
            continue
        if banner := _BANNER.fullmatch(stripped):
            stack = []
            yield ((_fold_banner(banner, lines),), False)
            continue
        indent = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, " ".join(stripped.split())))
        path = tuple(part for _, part in stack)
        yield path, bool(owned and owned.match(path[0]))


def _unshown(line: str, platform: str) -> str | None:
    """What a line that no configuration shows is compared as; None for any other line."""
    mark, form = _TOLD_APART.get(platform), _UNSHOWN.get(platform)
    if mark and line.startswith(mark):
        return line.removeprefix("! ")
    found = form.fullmatch(line) if form else None
    if found is None:
        return None
    privacy = (found["priv"] or "none").replace(" ", "")
    return snmp_user(found["name"], found["group"], found["auth"], privacy)


def normalise(text: str, platform: str) -> Normal:
    """A configuration's lines, without what is volatile or made by the device itself."""
    paths = [path for path, owned in sections(text, platform) if not owned]
    return frozenset(paths) | _orders(paths, platform)


def _orders(paths: Iterable[Path], platform: str) -> Normal:
    """The order of the lines in each section where it counts, as a line of that section."""
    ordered = _ORDERED.get(platform)
    found: dict[str, list[str]] = {}
    for path in paths:
        if ordered and len(path) == 2 and ordered.match(path[0]):
            found.setdefault(path[0], []).append(path[1])
    return frozenset((name, _ORDER + ", ".join(lines)) for name, lines in found.items())


def _fold_banner(start: re.Match[str], lines: Iterator[str], sign: str = "") -> str:
    """A banner as one line: its kind and its text, whatever its delimiter looks like.

    ``sign`` is what a device may print before each of its lines in a diff.
    """
    kind, delimiter, rest = start.groups()
    marks = ("^C", "\x03") if delimiter in ("^C", "\x03") else (delimiter,)
    taken: list[str] = []
    if not any(mark in rest for mark in marks):
        for line in lines:
            taken.append(line)
            if any(mark in line for mark in marks):
                break
    if sign and taken and all(line.startswith(sign) for line in taken):
        taken = [line[1:] for line in taken]
    text = "\n".join([rest, *taken])
    for mark in marks:
        text = text.split(mark, 1)[0]
    return f"{kind} " + text.strip("\n")


def difference(before: Normal, after: Normal) -> frozenset[Change]:
    """What turns one configuration into the other."""
    return frozenset(
        [Change(path, "-") for path in before - after]
        + [Change(path, "+") for path in after - before]
    )


def unprinted(changes: Iterable[Change]) -> frozenset[Change]:
    """Those of our changes that a device's own diff can't hold: moves, and what it never shows."""
    return frozenset(
        change
        for change in changes
        if change.line.startswith((_ORDER, "SNMPv3 user ")) and len(change.path) <= 2
    )


def parse_ios_difference(text: str) -> frozenset[Change]:
    """The contextual differences that IOS prints, as changes. Unsigned lines are context.

    A line that is both taken away and added only moved: ``unprinted`` knows its new place.
    """
    changes: set[Change] = set()
    stack: list[tuple[int, str]] = []
    lines = iter(text.splitlines())
    for raw in lines:
        line = raw.rstrip()
        match = re.fullmatch(r"(\s*)([+-]?)(\s*)(.*)", line)
        if match is None or not match[4] or match[4].startswith("!"):
            continue
        sign, stripped = match[2], " ".join(match[4].split())
        if banner := _BANNER.fullmatch(match[4]):
            stack = []
            changes.add(Change((_fold_banner(banner, lines, sign),), sign))
            continue
        if not match[1] and not match[3] and _VOLATILE["ios"].match(stripped):
            continue
        indent = len(match[1]) + len(match[3])
        while stack and stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, stripped))
        path = tuple(part for _, part in stack)
        if sign and not _DEVICE_OWNED["ios"].match(path[0]):
            changes.add(Change(path, sign))
    signs = Counter(change.path for change in changes)
    return frozenset(change for change in changes if signs[change.path] == 1)


def fingerprint(lines: Iterable[Path] | Iterable[Change], key: Secret) -> str:
    """A keyed digest (HMAC-SHA-256): equal for equal sets, and tells nothing about secrets."""
    canonical = sorted(
        [*item.path, item.sign] if isinstance(item, Change) else list(item) for item in lines
    )
    message = json.dumps(canonical, ensure_ascii=True, separators=(",", ":")).encode()
    return hmac.new(key.reveal().encode(), message, hashlib.sha256).hexdigest()


def show(changes: Iterable[Change]) -> tuple[str, ...]:
    """A diff to look at: sections as context, removals before additions, secrets masked."""
    masked: dict[Path, list[str]] = {}
    for change in changes:
        path = tuple(mask_line(part) for part in change.path)
        masked.setdefault(path, []).append(change.sign)
    shown: list[str] = []
    context: Path = ()
    for path in sorted(masked, key=_reading_order):
        parents = path[:-1]
        shown += [
            f"  {'  ' * depth}{part}"
            for depth, part in enumerate(parents)
            if context[: depth + 1] != parents[: depth + 1]
        ]
        context = path
        shown += _signed(path, masked[path])
    return tuple(shown)


def _signed(path: Path, signs: list[str]) -> list[str]:
    """The lines for one masked path. Several changes may read the same once masked."""
    indent = "  " * (len(path) - 1)
    first, *more = path[-1].splitlines() or [""]
    removed, added = signs.count("-"), signs.count("+")
    if removed and added:
        rest = "" if removed == added == 1 else f", {removed} removed and {added} added"
        return [f"~ {indent}{first}  (secret changed{rest})"]
    sign, times = ("+", added) if added else ("-", removed)
    note = f"  ({times} times, with other secrets)" if times > 1 else ""
    return [f"{sign} {indent}{first}{note}", *(f"{sign} {indent}{line}" for line in more)]


def _reading_order(path: Path) -> list[list[tuple[int, str]]]:
    """Natural order: 1/0/2 before 1/0/10."""
    return [
        [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", part)]
        for part in path
    ]
