"""What a switch shows although nobody configured it, and what it boots with."""

from __future__ import annotations

from collections.abc import Sequence

from muniform.lab.eos.arguments import Hardware
from muniform.lab.eos.editor import Rejected, load
from muniform.lab.eos.tree import Node

_ALWAYS: Sequence[tuple[tuple[str, ...], Sequence[str]]] = (
    (("aaa", "root"), ["no aaa root"]),
    (("transceiver", "qsfp", "default-mode"), ["transceiver qsfp default-mode 4x10G"]),
    (("spanning-tree", "mode"), ["spanning-tree mode mstp"]),
    (("ip", "routing"), ["no ip routing"]),
    (
        ("system", "l1"),
        [
            "system l1",
            "unsupported speed action error",
            "unsupported error-correction action error",
        ],
    ),
)
_OSPF_LIMIT = "max-lsa 12000"


def settle(root: Node, hardware: Hardware) -> None:
    """Add whatever EOS always shows and the configuration does not settle itself."""
    present = {child.key for child in root.children}
    missing: list[str] = []
    for key, lines in _ALWAYS:
        if key not in present:
            missing += lines
    missing += [
        f"interface {port}" for port in hardware.ports if ("interface", port) not in present
    ]
    missing += _bundles(root)
    for process in root.starting("router", "ospf"):
        if process.find("max-lsa") is None:
            missing += [process.line, _OSPF_LIMIT]
    load(missing, root, hardware)


def _bundles(root: Node) -> list[str]:
    """A member makes its bundle."""
    made: list[str] = []
    for section in root.starting("interface"):
        value = section.value("channel-group")
        if value is not None and root.find("interface", f"Port-Channel{value[0]}") is None:
            made.append(f"interface Port-Channel{value[0]}")
    return made


def clean(hardware: Hardware) -> Node:
    """What ``rollback clean-config`` leaves."""
    root = Node()
    settle(root, hardware)
    return root


def read(text: str, hardware: Hardware) -> tuple[Node, list[Rejected]]:
    """A whole configuration from a file, and the lines of it that were refused."""
    root = clean(hardware)
    rejected = load(text.replace("\r\n", "\n").split("\n"), root, hardware)
    settle(root, hardware)
    return root, rejected
