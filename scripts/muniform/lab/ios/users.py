"""SNMPv3 users: the switch keeps them beside its configuration and never prints them there.

A configuration that takes another's place leaves them as they are, unless the engine id changes,
from which their keys are made. They survive a boot once the configuration was saved.
"""

from __future__ import annotations

from muniform.lab.ios.tree import is_hidden
from muniform.lab.simulated.language.tree import Node


def users(root: Node) -> list[Node]:
    return [node for node in root.children if is_hidden(node)]


def forget(root: Node) -> None:
    """Remove all users."""
    root.children = [node for node in root.children if not is_hidden(node)]


def keep(before: Node, after: Node) -> None:
    """``after`` takes the place of ``before``: users that it does not declare itself stay."""
    if engine(before) != engine(after):
        return
    declared = {node.key for node in users(after)}
    after.children += [node.copy() for node in users(before) if node.key not in declared]


def engine(root: Node) -> tuple[str, ...] | None:
    """The declared engine id, or None: the switch makes one of its MAC address."""
    return root.value("snmp-server", "engineID", "local")


def listing(root: Node, own_engine: str) -> list[str]:
    """What ``show snmp user`` prints."""
    identity = (engine(root) or (own_engine,))[0]
    lines: list[str] = []
    for node in users(root):
        words = node.words
        protocol = words[words.index("auth") + 1].upper() if "auth" in words else "None"
        lines += [
            "",
            f"User name: {words[2]}",
            f"Engine ID: {identity}",
            "storage-type: nonvolatile\t active",
            f"Authentication Protocol: {protocol}",
            f"Privacy Protocol: {_privacy(words)}",
            f"Group-name: {words[3]}",
        ]
    return [*lines, ""]


def _privacy(words: tuple[str, ...]) -> str:
    if "priv" not in words:
        return "None"
    kind, bits = words[words.index("priv") + 1 : words.index("priv") + 3]
    return f"AES{bits}" if kind == "aes" else kind.upper()
