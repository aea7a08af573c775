"""From what an ArubaOS-Switch runs to what it shall run: the commands, and what they lead to. Pure.

The commands are hier_config's; what the switch does by itself meanwhile is told to it: ports that
join an aggregation leave their VLANs, what leaves it takes its settings along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from hier_config.child import HConfigChild
from hier_config.root import HConfig

from muniform.devices.configuration import Path
from muniform.devices.configuration.lines import ORDER, Normal
from muniform.devices.configuration.procurve import HOST, gathered, listed, normalise
from muniform.devices.procurve_settings import ProcurveRules

_TRUNK = re.compile(r"trunk (\S+) (\S+) \S+")
_IS_SETTING = re.compile(r"aaa port-access (?:authenticator|mac-based) [^ ]*\d ")
_MEMBER = re.compile(r"(tagged|untagged) (\S+)")
_DEFAULT_VLAN = "vlan 1"
_NO_ADDRESS = "ip address none"
# Where each kind of line has its turn; all others go before the last ones. What is needed by others
# comes first, what others need to let go last. Managers are let in before anybody is shut out.
_TURNS = (
    r"include-credentials|password non-plaintext",
    r"class ",
    r"policy ",
    r"vlan ",
    r"interface ",
    r"snmpv3 enable",
    r"snmpv3 engineid",
    r"no aaa port-access \S+ auth-priority",
    r"no aaa port-access \S+ auth-order",
    r"aaa port-access (?:authenticator|mac-based) \S+$",
    r"aaa port-access (?:authenticator|mac-based) ",
    r"aaa port-access \S+ auth-order",
    r"ip authorized-managers .* access manager",
    "",
    r"no ip authorized-managers ",
    r"snmpv3 only",
    r"no vlan ",
    r"no policy ",
    r"no class ",
)
_OTHERS = _TURNS.index("")


@dataclass(frozen=True)
class Remediation:
    """What is to be sent, line by line, and what runs then, as it is compared."""

    commands: tuple[str, ...]
    result: frozenset[Path]
    wanted: frozenset[Path]

    @property
    def missing(self) -> frozenset[Path]:
        return self.wanted - self.result

    @property
    def remaining(self) -> frozenset[Path]:
        return self.result - self.wanted


def remediate(running: str, intended: str) -> Remediation:
    """What turns the one configuration into the other."""
    wanted = _hosts(intended)
    turned = _turned(_hosts(running), wanted)
    before = frozenset(path for path in _settings(running) if _host(path[0]) not in turned)
    after = _settings(intended)
    # No port authenticates in an aggregation, so that has to end first.
    opened = sorted(line for line in _authenticating(before) if line.split()[-1] in _trunks(after))
    first, standing = _aggregations(frozenset(before - {(line,) for line in opened}), after)
    standing = _unauthenticated(standing, after)
    have, want = _tree(standing, after), _tree(after, standing)
    delta = have.config_to_get_to(want)
    result = have.future(delta)
    return Remediation(
        (
            *(f"no {' '.join(host)}" for host in turned),
            *gathered(f"no {line}" for line in opened),
            *gathered(first),
            *_commands(delta, wanted),
        ),
        frozenset(_flat(result)),
        frozenset(_flat(want)),
    )


# Servers, which are asked in the order in which they were added

Host = tuple[str, ...]
"""What it serves, and its address."""


def _settings(text: str) -> Normal:
    """A configuration's lines, without those that only tell an order."""
    return frozenset(path for path in normalise(text) if not path[0].startswith(ORDER))


def _hosts(text: str) -> tuple[Host, ...]:
    """Each once, in the order in which they are printed."""
    found = (_host(line.strip()) for line in text.splitlines())
    return tuple(dict.fromkeys(host for host in found if host))


def _host(line: str) -> Host:
    """The server that a line is about; none is empty."""
    found = HOST.fullmatch(line)
    return found.groups() if found else ()


def _turned(old: Sequence[Host], new: Sequence[Host]) -> tuple[Host, ...]:
    """Which servers have to go and come again, since what is added goes to the end.

    The first ones stay as far as they are in order: the switch is seldom without any.
    """
    turned: list[Host] = []
    kinds = dict.fromkeys(kind for kind, _ in new)
    for kind in kinds:
        last, is_behind = -1, False
        for host in (each for each in new if each[0] == kind):
            at = old.index(host) if host in old else None
            is_behind = is_behind or at is None or at < last
            if at is not None and is_behind:
                turned.append(host)
            last = last if at is None else at
    return tuple(turned)


# What the switch does by itself


def _aggregations(before: Normal, after: Normal) -> tuple[tuple[str, ...], Normal]:
    """The commands that change aggregations, and what stands after them."""
    old, new = _trunks(before), _trunks(after)
    leaving = sorted(port for port, line in old.items() if new.get(port) != line)
    joining = sorted(port for port, line in new.items() if old.get(port) != line)
    commands = [f"no trunk {port}" for port in leaving] + [new[port] for port in joining]
    standing = {path for path in before if not _is_trunk_of(path, {*leaving, *joining})}
    # One that loses all its ports is gone for a moment, and its settings for good.
    lasting = _names({port: line for port, line in old.items() if new.get(port) == line})
    for name in _names(old) - lasting:
        standing = {path for path in standing if not _mentions(path, name)}
    for port in joining:
        standing = {path for path in standing if not _is_membership(path, port)}
        standing.add((new[port],))
    for port in leaving:
        if port not in new:
            standing.add((_DEFAULT_VLAN, f"untagged {port}"))
    for name in _names(new) - lasting:
        standing |= {(_DEFAULT_VLAN, f"untagged {name}"), (f"spanning-tree {name} priority 4",)}
    return tuple(commands), frozenset(standing)


def _trunks(paths: Normal) -> dict[str, str]:
    """Each port that is in an aggregation, and the line that says so."""
    lines = (path[0] for path in paths if len(path) == 1)
    return {found[1]: line for line in lines if (found := _TRUNK.fullmatch(line))}


def _names(trunks: Mapping[str, str]) -> set[str]:
    """The aggregations, as other lines spell them."""
    return {line.split()[2].capitalize() for line in trunks.values()}


def _is_trunk_of(path: Path, ports: set[str]) -> bool:
    found = _TRUNK.fullmatch(path[0])
    return found is not None and found[1] in ports


def _mentions(path: Path, name: str) -> bool:
    return any(name in part.split() for part in path)


def _is_membership(path: Path, port: str) -> bool:
    found = _MEMBER.fullmatch(path[-1]) if len(path) == 2 else None
    return found is not None and found[2] == port


def _unauthenticated(standing: Normal, after: Normal) -> Normal:
    """Without the settings of ports that authenticate no longer: they go with it."""
    settings = {" ".join(path[0].split()[:4]) for path in standing if _IS_SETTING.match(path[0])}
    gone = (settings | _authenticating(standing)) - _authenticating(after)
    return frozenset(
        path for path in standing if not path[0].startswith(tuple(f"{line} " for line in gone))
    )


def _authenticating(paths: Normal) -> set[str]:
    pattern = re.compile(r"aaa port-access (?:authenticator|mac-based) [^ ]*\d")
    return {path[0] for path in paths if pattern.fullmatch(path[0])}


# To hier_config and back


def _tree(paths: Normal, others: Normal) -> HConfig:
    """Memberships stand with the port: it moves from one VLAN to another in one step.

    A port has its section in both trees: sections of ports can't be taken away.
    """
    tree = HConfig(ProcurveRules())
    ports = {path[0] for path in map(_by_port, others) if path[0].startswith("interface ")}
    for port in sorted(ports):
        tree.add_child(port, return_if_present=True)
    for path in sorted(map(_by_port, paths)):
        tree.add_children_deep(path)
    return tree


def _by_port(path: Path) -> Path:
    if path[-1] == "no ip address":
        # To hier_config a value like any other, not only the absence of one.
        return *path[:-1], _NO_ADDRESS
    found = _MEMBER.fullmatch(path[-1]) if len(path) == 2 else None
    if found is None or not path[0].startswith("vlan "):
        return path
    return f"interface {found[2]}", f"{found[1]} {path[0]}"


def _flat(tree: HConfig) -> Iterator[Path]:
    for top in tree.children:
        if not top.children and not top.text.startswith("interface "):
            yield (top.text,)
        for child in top.children:
            yield top.text, child.text


def _commands(delta: HConfig, hosts: Sequence[Host]) -> Iterator[str]:
    """In their turn, servers in theirs; what many ports have in common is said once."""

    def order(each: HConfigChild) -> tuple[int, list[tuple[int, str]], int]:
        host = _host(each.text)
        name = host[0] if host else each.text
        return _turn(each.text), _natural(name), hosts.index(host) if host in hosts else 0

    tops = sorted(delta.children, key=order)
    for _, same in groupby(tops, key=lambda each: _turn(each.text)):
        turn = list(same)
        if turn[0].text.startswith("interface "):
            yield from _port_commands(turn)
        else:
            yield from gathered(line for top in turn for line in _section_commands(top))


def _section_commands(top: HConfigChild) -> Iterator[str]:
    inner = [_sent(child.text) for child in sorted(top.children, key=_inner_turn)]
    if len(inner) == 1 and top.text.startswith("vlan ") and not inner[0].startswith("no "):
        yield f"{top.text} {inner[0]}"
    elif inner:
        yield from (top.text, *inner, "exit")
    else:
        yield top.text


def _port_commands(sections: Iterable[HConfigChild]) -> Iterator[str]:
    """A port joins its new VLANs before any port leaves its old ones."""
    ports: dict[str, list[str]] = {}
    lines: dict[str, tuple[bool, list[tuple[int, str]]]] = {}
    for section in sections:
        for child in section.children:
            ports.setdefault(child.text, []).append(section.text.removeprefix("interface "))
            lines[child.text] = _inner_turn(child)
    for text in sorted(lines, key=lambda each: lines[each]):
        section_line = f"interface {listed(ports[text])}"
        if text.startswith("no "):
            yield from (section_line, text, "exit")
        else:
            yield f"{section_line} {text}"


def _sent(text: str) -> str:
    return "no ip address" if text == _NO_ADDRESS else text


def _turn(text: str) -> int:
    return next((at for at, turn in enumerate(_TURNS) if turn and re.match(turn, text)), _OTHERS)


def _inner_turn(line: HConfigChild) -> tuple[bool, list[tuple[int, str]]]:
    """A port joins its new VLANs before it leaves the old ones."""
    return bool(re.match(r"no (un)?tagged ", line.text)), _natural(line.text)


def _natural(text: str) -> list[tuple[int, str]]:
    pieces: Iterable[str] = re.split(r"(\d+)", text)
    return [(int(each), "") if each.isdigit() else (-1, each) for each in pieces]
