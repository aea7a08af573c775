"""Configurations as sets of lines: normalising, comparing, masking. Pure functions.

A line is its path of sections, so ``("interface Vlan999", "shutdown")`` is one line and
``("interface Vlan1", "shutdown")`` another. Order between lines is not part of a configuration:
where order matters (access lists), platforms number their entries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from muniform.masking import MASK, Secret

Path = tuple[str, ...]
Normal = frozenset[Path]

# Printed by the device, owned by nobody: they change without a change.
_VOLATILE = {
    "ios": re.compile(
        r"(Building configuration|Current configuration|Using \d+ out of|Load for |"
        r"Time source is|version |end$|!|ntp clock-period|license udi )"
    ),
    "frr": re.compile(
        r"(Building configuration|Current configuration|frr version|end$|exit$|!|"
        r"service integrated-vtysh-config|no ipv6 forwarding)"
    ),
}
# Sections the device made itself (self-signed certificates): kept as they are, never compared.
_DEVICE_OWNED = {"ios": re.compile(r"crypto pki (trustpoint|certificate chain) TP-self-signed-")}
_BANNER = re.compile(r"(banner \w+) (\^C|\x03|\S)(.*)", re.DOTALL)
# The value after these words is a secret in whatever form the device prints it.
_SECRET_VALUE = re.compile(
    r"\b((?:secret|password|key|md5|key-string|auth|priv|community)\s+(?:\d+\s+)?)(\S+)"
)
_HARMLESS = re.compile(r"crypto key |ip ssh |service password-encryption|^banner ")


@dataclass(frozen=True, order=True)
class Change:
    """One line that a change adds (``+``) or removes (``-``)."""

    path: Path
    sign: str

    @property
    def line(self) -> str:
        return self.path[-1]


def sections(text: str, platform: str) -> Iterator[tuple[Path, bool]]:
    """Each line's path, and whether a device-owned section holds it. Banners are one line."""
    stack: list[tuple[int, str]] = []
    lines = iter(text.splitlines())
    owned = _DEVICE_OWNED.get(platform)
    for raw in lines:
        line = raw.rstrip()
        stripped = line.strip()
        if not stripped or _VOLATILE[platform].match(stripped):
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


def normalise(text: str, platform: str) -> Normal:
    """A configuration's lines, without what is volatile or made by the device itself."""
    return frozenset(path for path, owned in sections(text, platform) if not owned)


def _fold_banner(start: re.Match[str], lines: Iterator[str]) -> str:
    kind, delimiter, rest = start.groups()
    parts: list[str] = []
    current: str | None = rest
    while current is not None:
        before, found, _ = _split_delimiter(current, delimiter)
        parts.append(before)
        if found:
            break
        current = next(lines, None)
    return f"{kind} " + "\n".join(parts).strip("\n")


def _split_delimiter(text: str, delimiter: str) -> tuple[str, str, str]:
    for mark in ("^C", "\x03") if delimiter in ("^C", "\x03") else (delimiter,):
        if mark in text:
            return text.partition(mark)
    return text, "", ""


def difference(before: Normal, after: Normal) -> frozenset[Change]:
    """What turns one configuration into the other."""
    return frozenset(
        [Change(path, "-") for path in before - after]
        + [Change(path, "+") for path in after - before]
    )


def parse_ios_difference(text: str) -> frozenset[Change]:
    """The contextual differences that IOS prints, as changes. Unsigned lines are context."""
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
            unsigned = (next_line.lstrip("+-") for next_line in lines)
            changes.add(Change((_fold_banner(banner, unsigned),), sign))
            continue
        if _VOLATILE["ios"].match(stripped):
            continue
        indent = len(match[1]) + len(match[3])
        while stack and stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, stripped))
        path = tuple(part for _, part in stack)
        if sign and not _DEVICE_OWNED["ios"].match(path[0]):
            changes.add(Change(path, sign))
    return frozenset(changes)


def fingerprint(lines: Iterable[Path] | Iterable[Change], key: Secret) -> str:
    """A keyed digest (HMAC-SHA-256): equal for equal sets, and tells nothing about secrets."""
    canonical = sorted(
        [*item.path, item.sign] if isinstance(item, Change) else list(item) for item in lines
    )
    message = json.dumps(canonical, ensure_ascii=True, separators=(",", ":")).encode()
    return hmac.new(key.reveal().encode(), message, hashlib.sha256).hexdigest()


def mask_line(line: str) -> str:
    """A configuration line without the secret it may hold."""
    if _HARMLESS.search(line):
        return line
    return _SECRET_VALUE.sub(rf"\1{MASK}", line)


def show(changes: Iterable[Change]) -> tuple[str, ...]:
    """A diff to look at: sections as context, removals before additions, secrets masked."""
    masked: dict[Path, set[str]] = {}
    for change in changes:
        path = tuple(mask_line(part) for part in change.path)
        masked.setdefault(path, set()).add(change.sign)
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


def _signed(path: Path, signs: set[str]) -> list[str]:
    indent = "  " * (len(path) - 1)
    first, *more = path[-1].splitlines() or [""]
    if len(signs) == 2:
        # Both lines read the same once masked: only the secret differs.
        return [f"~ {indent}{first}  (secret changed)"]
    sign = next(iter(signs))
    return [f"{sign} {indent}{first}", *(f"{sign} {indent}{line}" for line in more)]


def _reading_order(path: Path) -> list[list[tuple[int, str]]]:
    """Natural order: 1/0/2 before 1/0/10."""
    return [
        [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", part)]
        for part in path
    ]
