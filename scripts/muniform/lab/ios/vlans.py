"""What becomes of vlan.dat when the configuration is exchanged or read again.

The switch keeps VTP's mode and domain and its VLANs there too. Whoever never set a VTP mode finds
that a replace removes no VLAN, and that a startup configuration restores none.
"""

from __future__ import annotations

from muniform.lab.ios.tree import in_vlan_database, prints_vlans
from muniform.lab.simulated.language.tree import Node


def keep(before: Node, after: Node) -> None:
    """A configuration takes the place of ``before``: VLANs it could not show, it can't remove."""
    if prints_vlans(before):
        return
    known = {node.key for node in after.children}
    after.children += [
        node.copy() for node in before.children if in_vlan_database(node) and node.key not in known
    ]


def restore(before: Node, booted: Node) -> None:
    """A switch that ran ``before`` booted: unless VTP's mode and domain are those of the startup
    configuration, and it prints VLANs at all, vlan.dat decides."""
    settings = (("vtp", "mode"), ("vtp", "domain"))
    if prints_vlans(booted) and all(before.value(*k) == booted.value(*k) for k in settings):
        return
    booted.children = [node for node in booted.children if not in_vlan_database(node)]
    booted.children += [node.copy() for node in before.children if in_vlan_database(node)]
