"""Brings what the features say on Junos into the one tree that the device prints.

Junos has no sections one after another: NTP, TACACS+ and the banner all stand inside ``system``,
and a port is described by half a dozen features. So each template prints its own statements from
the root on, and here equal hierarchies become one. Pure: text in, text out.

The order is the device's: among different statements that of Junos' own schema (``ORDER``; checked
against the YANG modules of release 23.4R2), among named ones of a kind either sorted (``SORTED``)
or, where an engineer may choose the order, as the template has it. A hierarchy without content is
left out, as Junos does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from muniform.errors import RenderError

INDENT = "    "

ORDER: dict[str, tuple[str, ...]] = {
    "": (
        *("system", "chassis", "security", "interfaces", "snmp", "forwarding-options"),
        *("policy-options", "class-of-service", "firewall", "access", "applications"),
        *("routing-options", "protocols", "switch-options", "vlans", "poe"),
    ),
    "system": (
        *("host-name", "root-authentication", "login", "services", "domain-name", "time-zone"),
        *("no-redirects", "no-ping-record-route", "no-ping-time-stamp", "authentication-order"),
        *("ports", "tacplus-server", "tacplus-options", "accounting", "syslog"),
        *("max-configurations-on-flash", "ntp"),
    ),
    "system login": ("retry-options", "idle-timeout", "user", "message"),
    "system services": ("netconf", "ssh"),
    "security": ("address-book", "screen", "nat", "policies", "zones"),
    "security address-book global": ("address", "address-set"),
    "security policies": ("from-zone", "default-policy"),
    "security zones security-zone": ("screen", "interfaces"),
    "interfaces *": (
        *("description", "disable", "vlan-tagging", "native-vlan-id", "ether-options"),
        *("aggregated-ether-options", "unit"),
    ),
    "interfaces * unit": ("description", "vlan-id", "family inet", "family ethernet-switching"),
    "interfaces * unit family inet": ("filter", "address"),
    "interfaces * unit family ethernet-switching": (
        *("interface-mode", "vlan", "filter", "storm-control"),
    ),
    "forwarding-options": ("storm-control-profiles", "dhcp-relay"),
    "policy-options": ("prefix-list", "policy-statement"),
    "firewall": ("family inet", "family ethernet-switching"),
    "applications": ("application", "application-set"),
    "routing-options": ("router-id", "autonomous-system", "static"),
    "protocols": (*("dot1x", "vrrp", "ospf", "bgp", "lldp", "lldp-med", "layer2-control", "vstp"),),
    "protocols ospf": ("area", "export", "reference-bandwidth"),
    "protocols vstp": ("bpdu-block-on-edge", "interface", "vlan"),
    "switch-options": ("interface", "voip"),
    "vlans *": ("description", "vlan-id", "l3-interface", "forwarding-options"),
}
"""Where several features meet: the statements that may stand there, in Junos' order."""

SORTED = frozenset(
    {
        "interfaces",
        "interfaces *",
        "system login",
        "vlans",
        "policy-options",
        "firewall family inet",
        "firewall family ethernet-switching",
        "forwarding-options",
        "class-of-service interfaces",
        "protocols vstp",
        "protocols dot1x authenticator interface",
    }
)
"""Where Junos itself sorts the statements of one kind by name."""

# What stands directly below these is a name that someone chose.
_NAMED = frozenset({"interfaces", "vlans"})
_PORT = re.compile(r"[a-z]+-(\d+)/(\d+)/(\d+)")


@dataclass(slots=True)
class _Block:
    """A statement with what stands inside it, each once."""

    statements: dict[str, _Block] = field(default_factory=dict)
    said: bool = False
    """It means something even if nothing stands inside."""

    def enter(self, head: str) -> _Block:
        found = self.statements.get(head)
        if found is None:
            found = self.statements[head] = _Block()
        return found


def junos_layout(text: str) -> str:
    """The statements of all features as one configuration. Raises RenderError for what is none."""
    lines: list[str] = []
    _write(_tree(text), "", "", lines)
    return "".join(lines)


def _tree(text: str) -> _Block:
    root = _Block()
    path = [root]
    for raw in text.splitlines():
        line = raw.strip()
        if line.endswith("{"):
            path.append(path[-1].enter(line.removesuffix("{").rstrip()))
        elif line == "}":
            path.pop()
            if not path:
                raise _bug("a hierarchy is closed that was never opened")
        elif line.endswith(";"):
            path[-1].enter(line.removesuffix(";")).said = True
        elif line:
            raise _bug(f"{line!r} ends neither with ';' nor with a brace")
    if len(path) != 1:
        raise _bug("a hierarchy is never closed")
    return root


def _write(block: _Block, path: str, indent: str, lines: list[str]) -> None:
    for statement, inner in _ordered(block, path):
        if inner.statements:
            before = len(lines)
            lines.append(f"{indent}{statement} {{\n")
            _write(inner, _path(path, statement), indent + INDENT, lines)
            if len(lines) > before + 1:
                lines.append(f"{indent}}}\n")
                continue
            lines.pop()  # Nothing stands inside.
        if inner.said:
            lines.append(f"{indent}{statement};\n")


def _ordered(block: _Block, path: str) -> list[tuple[str, _Block]]:
    order = ORDER.get(path)
    if order is None and path not in SORTED:
        return list(block.statements.items())

    def place(item: tuple[str, _Block]) -> tuple[int, object]:
        rank = _rank(order, path, item[0]) if order else 0
        return rank, natural(item[0]) if path in SORTED else ()

    return sorted(block.statements.items(), key=place)


def _rank(order: tuple[str, ...], path: str, statement: str) -> int:
    kind = _kind(path, statement)
    if kind not in order:
        raise _bug(f"nobody knows where {kind!r} stands inside {path or 'the configuration'!r}")
    return order.index(kind)


def _kind(path: str, statement: str) -> str:
    """What a statement is, without the name it has: ``unit`` of ``unit 0``."""
    if path in _NAMED:
        return "*"
    words = statement.split(" ")
    return " ".join(words[:2]) if words[0] == "family" else words[0]


def _path(path: str, statement: str) -> str:
    return f"{path} {_kind(path, statement)}".lstrip()


# A city has thousands of switches with the same few hundred ports.
@lru_cache(maxsize=10_000)
def natural(statement: str) -> tuple[int, tuple[int, ...], tuple[str | int, ...]]:
    """Sorts as Junos does: ports by slot and number whatever their speed, then names."""
    name = statement.rpartition(" ")[2]
    port = _PORT.match(name)
    slot = tuple(int(number) for number in port.groups()) if port else ()
    # Every second part is a number: the parts of two names compare like with like.
    parts = re.split(r"(\d+)", statement)
    return (
        0 if port else 1,
        slot,
        tuple(int(part) if place % 2 else part for place, part in enumerate(parts)),
    )


def _bug(what: str) -> RenderError:
    return RenderError(
        f"Junos configuration: {what}",
        "this is a bug in the junos templates, or junos_layout.ORDER lacks a statement",
    )
