"""What the configuration says of OSPF on an interface. Pure; the lab computes no routes."""

from __future__ import annotations

from ipaddress import IPv4Address

from muniform.lab.simulated.language.tree import Node


def covers(config: Node, section: Node) -> bool:
    """Whether an OSPF process announces the interface, by its own line or by a network."""
    return _process(config, section) is not None


def speaks(config: Node, section: Node) -> bool:
    """Whether the interface looks for neighbours."""
    process = _process(config, section)
    if process is None:
        return False
    name = section.words[1]
    if process.has("passive-interface", "default"):
        return process.has("no", "passive-interface", name)
    return not process.has("passive-interface", name)


def _process(config: Node, section: Node) -> Node | None:
    for process in config.starting("router", "ospf"):
        number = process.words[2]
        if section.find("ip", "ospf", number) is not None or _networked(process, section):
            return process
    return None


def _networked(process: Node, section: Node) -> bool:
    address = section.value("ip", "address")
    if not address or len(address) != 2:
        return False
    own = int(IPv4Address(address[0]))
    for network in process.starting("network"):
        wildcard = int(IPv4Address(network.words[2]))
        if (own ^ int(IPv4Address(network.words[1]))) & ~wildcard & 0xFFFFFFFF == 0:
            return True
    return False
