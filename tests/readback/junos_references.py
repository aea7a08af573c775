"""References of Junos, on the tree that junoscfg makes with Juniper's schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readback.junos_tree import items, parse, set_lines


@dataclass(frozen=True)
class Rule:
    """Paths of the tree, ``*`` for any list entry; the text at their end is the name."""

    kind: str
    defines: tuple[str, ...]
    uses: tuple[str, ...]
    unused_matters: bool = True


RULES = (
    Rule(
        "filter",
        ("firewall.family.inet.filter.name",),
        (
            "interfaces.interface.unit.family.inet.filter.input.filter-name",
            "interfaces.interface.unit.family.inet.filter.output.filter-name",
        ),
    ),
    Rule(
        "prefix list",
        ("policy-options.prefix-list.name",),
        (
            "firewall.family.inet.filter.term.from.source-prefix-list.name",
            "firewall.family.inet.filter.term.from.destination-prefix-list.name",
            "policy-options.policy-statement.term.from.prefix-list.name",
            "policy-options.policy-statement.term.from.prefix-list-filter.list_name",
            "snmp.client-list-name",
        ),
    ),
    Rule(
        "policy",
        ("policy-options.policy-statement.name",),
        (
            "protocols.bgp.group.import",
            "protocols.bgp.group.export",
            "protocols.bgp.group.neighbor.import",
            "protocols.bgp.group.neighbor.export",
            "protocols.ospf.export",
        ),
    ),
    Rule(
        "VLAN",
        ("vlans.vlan.name",),
        (
            "interfaces.interface.unit.family.ethernet-switching.vlan.members",
            "switch-options.voip.interface.vlan",
            "protocols.dot1x.authenticator.interface.server-reject-vlan.vlan-name",
            "protocols.dot1x.authenticator.interface.guest-vlan.vlan-name",
        ),
        unused_matters=False,
    ),
    Rule(
        "aggregation",
        ("interfaces.interface.name",),
        (
            "interfaces.interface.ether-options.802.3ad.bundle",
            "interfaces.interface.gigether-options.802.3ad.bundle",
        ),
        unused_matters=False,
    ),
    Rule(
        "time key",
        ("system.ntp.authentication-key.name",),
        ("system.ntp.server.key", "system.ntp.trusted-key"),
    ),
    Rule(
        "storm control profile",
        ("forwarding-options.storm-control-profiles.name",),
        ("interfaces.interface.unit.family.ethernet-switching.storm-control.profile-name",),
    ),
    Rule(
        "access profile",
        ("access.profile.name",),
        ("protocols.dot1x.authenticator.authentication-profile-name",),
    ),
)
NAME = re.compile(r"(?:ge|mge|xe|et|ae|irb|lo)(?:-\d+/\d+/\d+|\d+)?(?:\.\d+)?")


def undefined(text: str) -> list[str]:
    """Every name used and not defined, or not used; aggregations without members."""
    tree = parse(text)
    found = [problem for rule in RULES for problem in _check(rule, tree)]
    return [*found, *_interfaces(tree), *_empty_aggregations(tree), *_lines(tree, text)]


def _check(rule: Rule, tree: Any) -> Iterator[str]:
    defined = {name for path in rule.defines for name in at(tree, path)}
    used = {name for path in rule.uses for name in at(tree, path)}
    for name in sorted(used - defined):
        yield f"{rule.kind} {name} is used and not defined"
    if rule.unused_matters:
        for name in sorted(defined - used):
            yield f"{rule.kind} {name} is defined and not used"


def at(tree: Any, path: str) -> Iterator[str]:
    """Every text at a path, through all lists on the way."""
    steps = re.findall(r"802\.3ad|[^.]+", path)
    level = [tree]
    for step in steps:
        level = [item for node in level for item in items(node, step)]
    for item in level:
        yield str(item.get("name") if isinstance(item, Mapping) else item)


def _interfaces(tree: Any) -> Iterator[str]:
    """Whatever looks like an interface, anywhere but where interfaces are defined."""
    ports = set(at(tree, "interfaces.interface.name"))
    units = {
        f"{item['name']}.{unit['name']}"
        for item in items(tree, "interfaces", "interface")
        for unit in items(item, "unit")
    }
    others = {key: value for key, value in tree.items() if key != "interfaces"}
    for name in sorted({text for text in _texts(others) if NAME.fullmatch(text)} - ports - units):
        yield f"interface {name} is used and not defined"


ADDRESSES = "interfaces.interface.unit.family.inet.address.name"
SOURCE = re.compile(r"set (?!security nat ).* source-address (\d\S+)")
UNIT = re.compile(r"set class-of-service interfaces (\S+) unit (\d+) .*")


def _lines(tree: Any, text: str) -> Iterator[str]:
    """What is easier to find in ``set`` lines: sources of services, units with classes."""
    own = {address.partition("/")[0] for address in at(tree, ADDRESSES)}
    units = {
        (str(item["name"]), str(unit["name"]))
        for item in items(tree, "interfaces", "interface")
        for unit in items(item, "unit")
    }
    for line in set_lines(text):
        source, unit = SOURCE.fullmatch(line), UNIT.fullmatch(line)
        if source and source[1] not in own:
            yield f"source address {source[1]} is no address of the device"
        if unit and (unit[1], unit[2]) not in units:
            yield f"unit {unit[2]} of {unit[1]} is used and not defined"


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, Mapping):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
    elif isinstance(tree, str):
        yield tree


def _empty_aggregations(tree: Any) -> Iterator[str]:
    rule = next(rule for rule in RULES if rule.kind == "aggregation")
    members = {name for path in rule.uses for name in at(tree, path)}
    for name in at(tree, "interfaces.interface.name"):
        if re.fullmatch(r"ae\d+", name) and name not in members:
            yield f"aggregation {name} has no members"
