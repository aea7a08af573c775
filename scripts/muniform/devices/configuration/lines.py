"""Configurations as sets of lines: what a line is, what differs, and a digest of it. Pure.

A line is its path of sections, so ``("interface Vlan999", "shutdown")`` is one line and
``("interface Vlan1", "shutdown")`` another. Order between lines is not part of a configuration, but
in the sections where a platform says so: there it is a line of its own (``order_of``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from muniform.masking import Secret

Path = tuple[str, ...]
Normal = frozenset[Path]
ORDER = "[order] "
_RULE = ("permit ", "deny ")
_ACCESS_LIST = re.compile(r"(?:ip|ipv6|mac) access-list ")


@dataclass(frozen=True, order=True)
class Change:
    """One line that a change adds (``+``) or removes (``-``)."""

    path: Path
    sign: str

    @property
    def line(self) -> str:
        return self.path[-1]


def difference(before: Normal, after: Normal) -> frozenset[Change]:
    """What turns one configuration into the other."""
    return frozenset(
        [Change(path, "-") for path in before - after]
        + [Change(path, "+") for path in after - before]
    )


def fingerprint(lines: Iterable[Path] | Iterable[Change], key: Secret) -> str:
    """A keyed digest (HMAC-SHA-256): equal for equal sets, and tells nothing about secrets."""
    canonical = sorted(
        [*item.path, item.sign] if isinstance(item, Change) else list(item) for item in lines
    )
    message = json.dumps(canonical, ensure_ascii=True, separators=(",", ":")).encode()
    return hmac.new(key.reveal().encode(), message, hashlib.sha256).hexdigest()


def order_of(paths: Iterable[Path], ordered: re.Pattern[str]) -> Normal:
    """The order of the lines in each top-level section that ``ordered`` matches, as its line."""
    found: dict[str, list[str] | None] = {}
    for path in paths:
        if len(path) != 2:
            continue
        name, line = path
        if name not in found:
            found[name] = [] if ordered.match(name) else None
        if (lines := found[name]) is not None:
            lines.append(line)
    return frozenset((name, ORDER + ", ".join(lines)) for name, lines in found.items() if lines)


def order_of_rules(paths: Iterable[Path]) -> Normal:
    """The order of rules without a number in each access list: nothing else tells it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        if len(path) == 2 and path[1].startswith(_RULE) and _ACCESS_LIST.match(path[0]):
            found.setdefault(path[0], []).append(path[1])
    return frozenset(
        (name, ORDER + ", ".join(rules)) for name, rules in found.items() if len(rules) > 1
    )


def order_of_entries(paths: Iterable[Path], entry: re.Pattern[str]) -> Normal:
    """The order of lines at the top that ``entry`` matches: as (what has an order, its member)."""
    found: dict[str, dict[str, None]] = {}
    for path in paths:
        if len(path) == 1 and (match := entry.fullmatch(path[0])):
            found.setdefault(match[1], {})[match[2]] = None
    return frozenset(
        (f"{ORDER}{name}: {', '.join(members)}",)
        for name, members in found.items()
        if len(members) > 1
    )
