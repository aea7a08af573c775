"""Reads what an SRX adds to Junos: zones, and the policies between them.

junoscfg's copy of the schema ends where ``security`` begins, so these come from its ``set`` lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from readback.facts import Ace, in_runs
from readback.junos_tree import set_lines

ZONE = re.compile(r"set security zones security-zone (\S+) interfaces (\S+)(?: .*)?")
POLICY = re.compile(
    r"set security policies from-zone (\S+) to-zone \S+ policy (\S+) "
    r"(match source-address|match destination-address|match application|then) (.+)"
)
ADDRESS = re.compile(r"set security address-book global address (\S+) (\S+/\d+)")
ADDRESS_SET = re.compile(r"set security address-book global address-set (\S+) address (\S+)")
APPLICATION = re.compile(
    r"set applications application (\S+) term \S+ protocol (\S+)(?: destination-port (\S+))?"
)
BUNDLE = re.compile(r"set applications application-set (\S+) application (\S+)")
ANY = [("ip", "")]


def zones(text: str) -> dict[str, str]:
    """The zone of each interface."""
    return {match[2]: match[1] for match in _matches(text, ZONE)}


def policies(text: str) -> dict[str, tuple[str, ...]]:
    """The rules for what comes from each zone, first match wins."""
    addresses = {match[1]: [match[2]] for match in _matches(text, ADDRESS)}
    for match in _matches(text, ADDRESS_SET):
        addresses.setdefault(match[1], []).extend(addresses.get(match[2], ["undefined"]))
    services: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for match in _matches(text, APPLICATION):
        services[match[1]].append((match[2], match[3] or ""))
    for match in _matches(text, BUNDLE):
        services[match[1]] += services.get(match[2], [("undefined", "")])
    said: dict[tuple[str, str], dict[str, list[str]]] = {}
    for match in _matches(text, POLICY):
        said.setdefault((match[1], match[2]), defaultdict(list))[match[3]].append(match[4])
    found: dict[str, list[Ace]] = defaultdict(list)
    for (zone, _), parts in said.items():
        found[f"from {zone}"] += _rules(parts, addresses, services)
    return {zone: in_runs(aces) for zone, aces in found.items()}


def _rules(
    parts: dict[str, list[str]],
    addresses: dict[str, list[str]],
    services: dict[str, list[tuple[str, str]]],
) -> Iterator[Ace]:
    said = {"permit", "deny"} & set(parts["then"])
    action = said.pop() if len(said) == 1 and parts["match source-address"] == ["any"] else "none"
    log = any(line.startswith("log") for line in parts["then"])
    for name in parts["match destination-address"]:
        for destination in ["any"] if name == "any" else addresses.get(name, ["undefined"]):
            for kind in parts["match application"]:
                for protocol, port in ANY if kind == "any" else services[kind]:
                    yield Ace(action, protocol, destination, port, log)


def _matches(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    return filter(None, (pattern.fullmatch(line) for line in set_lines(text)))
