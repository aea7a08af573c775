"""Commands of interfaces that are more than a line replacing a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from muniform.lab.ios import concealing, names
from muniform.lab.ios.arguments import vlan_text
from muniform.lab.ios.edits import Action, Edit, Words
from muniform.lab.ios.grammar import INVALID, CommandError
from muniform.lab.ios.tree import remove
from muniform.lab.simulated.language.edits import by_name
from muniform.lab.simulated.language.tree import Node
from muniform.lab.simulated.language.vlans import vlan_set

_ROUTING_ACTIONS = ("layer3", "ospf_key", "vrrp", "interface_address")


def interface(edit: Edit) -> Words:
    name = edit.words[1]
    if edit.negative and not names.is_logical(name):
        raise edit.refuse("% Removal of physical interfaces is not permitted")
    return edit.words


def interface_range(edit: Edit) -> Words | None:
    """``interface range te1/0/1 - 4, te1/0/8`` edits the ports together."""
    text = re.sub(r"\s*-\s*", "-", edit.words[2])
    edit.targets = [("interface", name) for part in text.split(",") for name in _range(edit, part)]
    return None


def _range(edit: Edit, part: str) -> list[str]:
    first, _, last = part.strip().replace(" ", "").partition("-")
    parts = names.split(first)
    if parts is None or not (last or "0").isdigit():
        raise CommandError(INVALID, len("interface range "))
    stem, _, number = parts[1].rpartition("/")
    prefix = parts[0] + (stem + "/" if stem else "")
    found = [f"{prefix}{each}" for each in range(int(number), int(last or number) + 1)]
    if not found or any(name not in edit.hardware.ports for name in found):
        raise CommandError(INVALID, len("interface range "))
    return found


def default_interface(edit: Edit) -> None:
    section = edit.root.find("interface", edit.words[2])
    if section is not None:
        section.children.clear()
    edit.messages.append(f"Interface {edit.words[2]} set to default configuration")


def switchport(edit: Edit) -> Words:
    """A port that switches again forgets how it routed."""
    if not edit.negative:
        edit.section.children = [
            node
            for node in edit.section.children
            if node.rule is None or node.rule.action not in _ROUTING_ACTIONS
        ]
    return edit.words


def layer3(edit: Edit) -> Words:
    """A port that switches knows no commands of routing."""
    if _is_switched(edit.section):
        raise CommandError(INVALID, 0)
    return edit.words


def _is_switched(section: Node) -> bool:
    name = section.words[-1]
    is_port = name.startswith("Port-channel") or not names.is_logical(name)
    return is_port and not section.has("no", "switchport")


def interface_address(edit: Edit) -> Words:
    if _is_switched(edit.section):
        raise edit.refuse("% IP addresses may not be configured on L2 links.")
    return edit.words[:2] if edit.negative else edit.words


def ospf_key(edit: Edit) -> Words:
    layer3(edit)
    return concealing.concealed(edit)


def vrrp(edit: Edit) -> Words:
    """Groups of an address family are VRRP version 3's."""
    if not edit.root.has("fhrp", "version", "vrrp", "v3"):
        raise CommandError(INVALID, len(" ".join(edit.words[:2])) + 1)
    return layer3(edit)


def channel_group(edit: Edit) -> Words:
    """The aggregated interface comes into being with its first member."""
    number = edit.words[1]
    if not edit.negative and edit.root.find("interface", f"Port-channel{number}") is None:
        edit.messages.append(f"Creating a port-channel interface Port-channel {number}")
        edit.creates.append(f"interface Port-channel{number}")
    return edit.words


def access_vlan(edit: Edit) -> Words | None:
    """IOS creates a VLAN that a port is put into. VLAN 1 is the default and not printed."""
    if edit.negative or edit.words[1:] == ("access", "vlan", "1"):
        remove(edit.section, edit.words[:3])
        return None
    number = edit.words[3]
    if number != "1" and edit.root.find("vlan", number) is None:
        kind = edit.words[1].capitalize()
        edit.messages.append(f"% {kind} VLAN does not exist. Creating vlan {number}")
        edit.creates.append(f"vlan {number}")
    return edit.words


def trunk_vlans(edit: Edit) -> Words | None:
    """``add``, ``remove`` and ``except`` change the list; only the result is stored."""
    key = edit.words[:4]
    if edit.negative or edit.words[4] == "all":
        remove(edit.section, key)
        return None
    verb, named = edit.words[4], vlan_set(edit.words[-1]) or set()
    before = edit.section.value(*key)
    current = set(range(1, 4095)) if before is None else vlan_set(before[0]) or set()
    result = {
        "add": current | named,
        "remove": current - named,
        "except": set(range(1, 4095)) - named,
        "none": set(),
    }.get(verb, named)
    return (*key, vlan_text(result) if result else "none")


ACTIONS: Mapping[str, Action] = by_name(
    interface,
    interface_range,
    default_interface,
    switchport,
    layer3,
    interface_address,
    ospf_key,
    vrrp,
    channel_group,
    access_vlan,
    trunk_vlans,
)
