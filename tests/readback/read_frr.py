"""Reads FRR: its interfaces with arista.eos's parsers, the rest with cisco.ios's.

No collection knows FRR, but its grammar is theirs: addresses with a prefix length as on EOS, the
rest as on IOS. ``no ip ospf passive`` and OSPF's router id are taken from hier_config's tree.
"""

from __future__ import annotations

from typing import Any

from hier_config import HConfig

from readback import cisco_like
from readback.facts import Facts, Interface
from readback.resources import resource
from readback.tree import first, number, tree

IGNORED = ("!", "exit", "end")
"""Lines that only end a section, which the indentation of the next one does as well."""


def read(text: str) -> Facts:
    """The facts of a configuration. Raises Unreadable."""
    shape = tree(
        "frr", "\n".join(line for line in text.splitlines() if line.strip() not in IGNORED)
    )
    ospf = cisco_like.block(shape, "router ospf")
    return Facts(
        hostname=resource("cisco.ios", "hostname", text).get("hostname", ""),
        interfaces=_interfaces(text, shape),
        router_id=first(ospf, r"ospf router-id (\S+)"),
        reference_bandwidth=number(first(ospf, r"auto-cost reference-bandwidth (\d+)")),
        default_gateway=cisco_like.gateway(resource("arista.eos", "static_routes", text)),
    )


def _interfaces(text: str, shape: HConfig) -> dict[str, Interface]:
    ones = cisco_like.by_name(resource("arista.eos", "interfaces", text))
    ospf: dict[str, Any] = cisco_like.by_name(resource("arista.eos", "ospf_interfaces", text))
    threes = cisco_like.by_name(resource("arista.eos", "l3_interfaces", text))
    blocks = {name: shape.children[f"interface {name}"] for name in threes}
    return {
        name: cisco_like.interface(
            ones.get(name, {}),
            three,
            cisco_like.ospf_of(ospf.get(name, {})),
            blocks[name],
            bool(first(blocks[name], r"(no ip ospf passive)")),
        )
        for name, three in threes.items()
        if three.get("ipv4")
    }
