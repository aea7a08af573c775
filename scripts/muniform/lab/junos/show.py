"""What ``show`` prints as text. Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muniform.lab.junos import interfaces
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.interface_state import ports
from muniform.lab.junos.printing import printed, set_lines
from muniform.lab.junos.reading_rpcs import head
from muniform.lab.junos.routes import routes
from muniform.lab.junos.tree import Node, empty

Lines = list[str]


def show(device: JunosDevice, line: str) -> Lines | None:
    """The output of an operational command, or None if there is no such command."""
    spoken, *pipes = [part.strip() for part in line.split("|")]
    words = spoken.split()
    if words[:2] == ["show", "configuration"]:
        return configuration(device, device.config, words[2:], pipes)
    for name, act in _SHOWS.items():
        if spoken == name or spoken.startswith(f"{name} "):
            return piped(act(device), pipes)
    return None


def configuration(
    device: JunosDevice, root: Node, path: list[str], pipes: list[str]
) -> Lines | None:
    """A configuration or a part of it, as text or as ``set`` lines."""
    shown, depth = _part(root, path)
    if shown is None:
        return []
    if pipes[:1] == ["display set"]:
        return piped(list(set_lines(shown, path[:depth])), pipes[1:])
    start = head(device, root).splitlines()
    return piped([*(start if not path else start[:1]), *printed(shown).splitlines()], pipes)


def _part(root: Node, path: list[str]) -> tuple[Node | None, int]:
    """The hierarchy that the words lead to."""
    node: Node | None = root
    at = 0
    while at < len(path) and node is not None:
        node, at = _step(node, path, at)
    return (node, at) if node is not None else (None, at)


def _step(node: Node, path: list[str], at: int) -> tuple[Node | None, int]:
    for child in node.children.values():
        words = [child.rule.keyword] if child.rule.keyword else []
        for key, value in zip(child.rule.keys, child.keys, strict=True):
            words += [key.word] if key.word else []
            words.append(value)
        if path[at : at + len(words)] == words:
            if child.children or child.rule.inner:
                return child, at + len(words)
            only = empty()
            only.put(child)
            return only, at + len(words)
    return None, at


def piped(lines: Lines, pipes: list[str]) -> Lines:
    """What the filters behind ``|`` leave."""
    for pipe in pipes:
        verb, _, argument = pipe.partition(" ")
        wanted = argument.strip().strip('"')
        if verb == "match":
            lines = [line for line in lines if wanted in line]
        elif verb == "except":
            lines = [line for line in lines if wanted not in line]
        elif verb == "count":
            lines = [f"Count: {len(lines)} lines"]
        elif verb == "last":
            lines = lines[-int(wanted or "1") :]
    return lines


def _version(device: JunosDevice) -> Lines:
    return [
        f"Hostname: {device.hostname}",
        f"Model: {device.spec.model.lower()}",
        f"Junos: {device.version}",
        f"JUNOS OS Kernel 64-bit [{device.version}]",
    ]


def _hardware(device: JunosDevice) -> Lines:
    model, serial = device.spec.model.upper(), device.spec.serial
    return [
        "Hardware inventory:",
        "Item             Version  Part number  Serial number     Description",
        f"Chassis                                {serial:<17} {model}",
        f"FPC 0            REV 01                {serial:<17} {model}",
    ]


def _uptime(device: JunosDevice) -> Lines:
    def line(label: str, moment: str) -> str:
        return f"{label}: {moment}"

    form = "%Y-%m-%d %H:%M:%S UTC"
    return [
        line("Current time", device.clock.now().strftime(form)),
        line("System booted", device.booted_at.strftime(form)),
        line("Last configured", device.committed_at().strftime(form)),
    ]


def _commits(device: JunosDevice) -> Lines:
    lines = []
    for number, entry in enumerate(device.database.history):
        said = f" {entry.comment}" if entry.comment else ""
        when = f"{entry.at:%Y-%m-%d %H:%M:%S} UTC"
        lines.append(f"{number:<4}{when} by {entry.user} via {entry.client}{said}")
        if entry.log:
            lines.append(f"    {entry.log}")
    return lines


def _terse(device: JunosDevice) -> Lines:
    lines = ["Interface               Admin Link Proto    Local                 Remote"]
    for port in ports(device):
        admin = "up" if port.is_enabled else "down"
        link = "up" if port.is_up else "down"
        lines.append(f"{port.name:<24}{admin:<6}{link}")
        for name, unit in interfaces.logical(device.config):
            if name.partition(".")[0] == port.name:
                shown = [str(address) for address in interfaces.addresses(unit)]
                proto = "inet" if shown else "eth-switch"
                lines.append(f"{name:<24}{admin:<6}{link:<5}{proto:<9}{' '.join(shown)}".rstrip())
    return lines


def _descriptions(device: JunosDevice) -> Lines:
    lines = ["Interface       Admin Link Description"]
    for port in ports(device):
        if port.description:
            admin = "up" if port.is_enabled else "down"
            link = "up" if port.is_up else "down"
            lines.append(f"{port.name:<16}{admin:<6}{link:<5}{port.description}")
    return lines


def _neighbors(device: JunosDevice) -> Lines:
    lines = [
        "Local Interface    Parent Interface    Chassis Id          Port info          System Name"
    ]
    for port in ports(device):
        heard = device.fabric.hears(device.spec.name, port.name)
        if heard and port.is_up and interfaces.speaks_lldp(device.config, port.name):
            parent = interfaces.bundle(device.config, port.name) or "-"
            lines.append(
                f"{port.name:<19}{parent:<20}{heard.chassis:<20}{heard.port:<19}{heard.device}"
            )
    return lines


def _vlans(device: JunosDevice) -> Lines:
    lines = ["Routing instance        VLAN name             Tag          Interfaces"]
    listed = device.config.find("vlans")
    for vlan in listed.each("vlan") if listed else ():
        number = interfaces.vlan_id(device.config, vlan.keys[0])
        lines.append(f"default-switch          {vlan.keys[0]:<22}{number}")
    return lines


def _routes(device: JunosDevice) -> Lines:
    lines = ["inet.0: + = Active Route, - = Last Active, * = Both", ""]
    for route in routes(device):
        hop = f"to {route.hop} via {route.interface}" if route.hop else f"via {route.interface}"
        lines += [f"{route.network!s:<19}*[{route.protocol}]", f"                    > {hop}"]
    return lines


def _arp(device: JunosDevice) -> Lines:
    lines = ["MAC Address       Address         Interface"]
    for route in routes(device):
        if route.hop is not None:
            lines.append(f"00:00:5e:00:01:01 {route.hop!s:<16}{route.interface}")
    return lines


_SHOWS: Mapping[str, Callable[[JunosDevice], Lines]] = {
    "show version": _version,
    "show chassis hardware": _hardware,
    "show system uptime": _uptime,
    "show system commit": _commits,
    "show interfaces descriptions": _descriptions,
    "show interfaces": _terse,
    "show lldp neighbors": _neighbors,
    "show vlans": _vlans,
    "show route": _routes,
    "show arp": _arp,
}
