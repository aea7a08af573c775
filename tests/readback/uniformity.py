"""Ports that are meant alike and are not set alike.

Most lines of a switch are ports', and no parser of others reads storm control, authentication or
inline power. But the model says which ports are of one kind: whoever breaks ranks is found without
reading what the lines mean. Global lines have no peers, and a port alone of its kind has none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from muniform.model import Device, Port, PortMode
from readback.junos_tree import set_lines
from readback.references import paths

ARUBA_GLOBAL = re.compile(
    r"((?:aaa port-access(?: authenticator| mac-based)?|spanning-tree|port-security) )"
    r"([\dA-Z][^ ]*)( .*|$)"
)
OWN = re.compile(r"interface \S+ / (?:description|name) .*")


def odd_ports(device: Device, text: str) -> list[str]:
    """Every port that differs from the most of its kind, with the lines by which it does."""
    blocks = _blocks(device, text)
    kinds: dict[object, list[str]] = defaultdict(list)
    for port in device.ports:
        if port.mode is PortMode.ROUTED:
            continue  # each has its own address
        kinds[_kind(port)].append(port.name)
    found: list[str] = []
    for names in kinds.values():
        if len(names) > 1:
            found += _odd({name: blocks[name] for name in names})
    return found


def _kind(port: Port) -> object:
    return (port.mode, port.profile, port.vlans, port.root_guard, port.lag, port.speed_mbps)


def _odd(blocks: dict[str, tuple[str, ...]]) -> list[str]:
    usual, times = Counter(blocks.values()).most_common(1)[0]
    if times == len(blocks):
        return []
    return [
        f"port {name} is not set like its kind: {sorted(set(usual) ^ set(lines))}"
        for name, lines in blocks.items()
        if lines != usual
    ]


def _blocks(device: Device, text: str) -> dict[str, tuple[str, ...]]:
    """Each port's lines, without its own name and description."""
    if device.platform == "junos":
        return _junos_blocks(device, text)
    blocks: dict[str, list[str]] = {port.name: [] for port in device.ports}
    for line in paths(text):
        if OWN.fullmatch(line):
            continue
        head, _, rest = line.partition(" / ")
        name = head.removeprefix("interface ")
        if head != line and head.startswith("interface ") and name in blocks:
            blocks[name].append(rest)
        match = ARUBA_GLOBAL.fullmatch(line) if device.platform == "procurve" else None
        if match and match[2] in blocks:
            blocks[match[2]].append(match[1] + match[3])
    return {name: tuple(lines) for name, lines in blocks.items()}


def _junos_blocks(device: Device, text: str) -> dict[str, tuple[str, ...]]:
    """On Junos a port's settings stand all over the hierarchy, each with its name."""
    blocks: dict[str, list[str]] = {port.name: [] for port in device.ports}
    for line in set_lines(text):
        words = line.split()
        for name in {word.partition(".")[0] for word in words} & blocks.keys():
            if " description " not in line:
                blocks[name].append(re.sub(rf"{re.escape(name)}(?=[. ]|$)", "PORT", line))
    return {name: tuple(sorted(lines)) for name, lines in blocks.items()}
