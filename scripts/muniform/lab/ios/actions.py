"""The commands that are more than a line replacing a line.

An action gets the edit and answers with the words to store, or None when it has done all there is
to do. It may add messages and redirect the editor to other sections.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from muniform.lab.ios import names
from muniform.lab.ios.arguments import Hardware, vlan_set, vlan_text
from muniform.lab.ios.grammar import INCOMPLETE, INVALID, CommandError, Rule
from muniform.lab.ios.tree import Node, line_span, remove, store
from muniform.lab.type9 import new_salt, type9_hash

Words = tuple[str, ...]
_PRIORITY_STEP = 4096
_ALL_BITS = 0xFFFFFFFF


@dataclass
class Edit:
    """One command on its way into a section."""

    root: Node
    section: Node
    rule: Rule
    words: Words
    negative: bool
    hardware: Hardware
    strict: bool
    """A file for ``configure replace``, which is taken literally."""
    messages: list[str] = field(default_factory=list)
    targets: list[Words] = field(default_factory=list)
    """Sections that the command opens instead of one of its own name (a range, a list)."""
    creates: list[str] = field(default_factory=list)
    """Global lines that IOS adds by itself because of this one."""
    renumbered: bool = False
    """The words now belong to another rule of the mode: the one with a number in front."""
    collects: str = ""
    """Set by a banner: the delimiter up to which text is gathered."""

    def refuse(self, message: str) -> CommandError:
        return CommandError(message)


Action = Callable[[Edit], Words | None]


def forget(_: Edit) -> None:
    """Commands that act and leave no line, such as generating a key."""
    return


def file_prompt(edit: Edit) -> Words | None:
    """``file prompt alert`` is the default and never printed."""
    if edit.words[2:] in ((), ("alert",)) and not edit.negative:
        remove(edit.root, ("file", "prompt"))
        return None
    return edit.words


def logging(edit: Edit) -> Words | None:
    """``logging console`` without a level is the default and not printed."""
    if edit.negative or len(edit.words) > 2:
        return edit.words[:2] if edit.negative else edit.words
    remove(edit.root, edit.words)
    return None


def enable_secret(edit: Edit) -> Words:
    return edit.words if edit.negative else (*edit.words[:2], *_hashed(edit, edit.words[2:]))


def username(edit: Edit) -> Words:
    """A secret typed in clear is stored hashed, as IOS-XE does."""
    if edit.negative:
        return edit.words
    at = next(i for i, word in enumerate(edit.words) if i > 1 and word in ("secret", "password"))
    head, kind, value = edit.words[:at], edit.words[at], edit.words[at + 1 :]
    if kind == "secret":
        value = _hashed(edit, value)
    elif len(value) == 1:
        value = ("0", *value)
    return (*head, kind, *value)


def _hashed(edit: Edit, value: Words) -> Words:
    if len(value) == 1 or value[0] == "0":
        return "9", type9_hash(value[-1], new_salt())
    if value[0] == "9" and not re.fullmatch(r"\$9\$[./0-9A-Za-z]{14}\$[./0-9A-Za-z]{43}", value[1]):
        raise edit.refuse("ERROR: The secret you entered is not a valid encrypted secret.")
    return value


def vtp_mode(edit: Edit) -> Words | None:
    """``vtp mode server`` is the default and never printed."""
    if edit.negative or edit.words[2] == "server":
        remove(edit.root, ("vtp", "mode"))
        return None
    edit.messages.append(f"Setting device to VTP {edit.words[2].capitalize()} mode for VLANS.")
    return edit.words


def bridge_priority(edit: Edit) -> Words | None:
    """Each VLAN has one priority: a later line takes its VLANs out of the earlier ones."""
    named, priority = vlan_set(edit.words[2]) or set(), edit.words[4:]
    if not edit.negative and not priority:
        raise CommandError(INCOMPLETE)
    if priority and int(priority[0]) % _PRIORITY_STEP:
        raise edit.refuse(f"% Bridge Priority must be in increments of {_PRIORITY_STEP}.")
    vlans: dict[str, set[int]] = {}
    for node in edit.section.starting("spanning-tree", "vlan"):
        vlans[node.words[4]] = (vlan_set(node.words[2]) or set()) - named
        edit.section.children.remove(node)
    if not edit.negative:
        vlans[priority[0]] = vlans.get(priority[0], set()) | named
    for value, members in sorted(vlans.items(), key=lambda item: int(item[0])):
        if members:
            words = ("spanning-tree", "vlan", vlan_text(members), "priority", value)
            store(edit.section, edit.rule, words, negative=False)
    return None


def vlan(edit: Edit) -> Words | None:
    """``vlan 10,20`` declares each of them. VLAN 1 and 1002-1005 exist and can't be deleted."""
    if edit.root.value("vtp", "mode") == ("client",):
        raise edit.refuse("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    vlans = sorted(vlan_set(edit.words[1]) or ())
    if edit.negative:
        for each in vlans:
            if each == 1 or 1002 <= each <= 1005:
                raise edit.refuse(f"%Default VLAN {each} may not be deleted.")
            remove(edit.root, ("vlan", str(each)))
        return None
    if vlans == [1]:
        raise edit.refuse("%VLAN 1 is a default VLAN and may not be changed.")
    edit.targets = [("vlan", str(each)) for each in vlans]
    return edit.words


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


def port_address(edit: Edit) -> Words:
    if not edit.section.has("no", "switchport"):
        raise edit.refuse("% IP addresses may not be configured on L2 links.")
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


def acl_entry(edit: Edit) -> Words:
    """Entries get the next number if they have none; addresses are stored as IOS prints them."""
    words = edit.words
    if not words[0].isdigit():
        existing = next(
            (e for e in edit.section.children if e.words[1:] == _source(edit, words)), None
        )
        if edit.negative and existing is None:
            raise edit.refuse("%Entry does not exist")
        numbers = [int(entry.words[0]) for entry in edit.section.children]
        sequence = existing.words[0] if existing else str(max(numbers, default=0) + 10)
        words, edit.renumbered = (sequence, *words), True
    return (words[0], *_source(edit, words[1:]))


def _source(edit: Edit, words: Words) -> Words:
    """In a standard list a host is its bare address, and bits the wildcard covers are zero."""
    is_standard = edit.section.words[2] == "standard"
    if not is_standard or words[0] == "remark":
        return words
    verb, address, *rest = (word for word in words if word != "host")
    if not rest or rest[0] == "log":
        return (verb, address, *rest)
    wildcard, rest = int(IPv4Address(rest[0])), rest[1:]
    if wildcard == _ALL_BITS:
        return (verb, "any", *rest)
    network = str(IPv4Address(int(IPv4Address(address)) & ~wildcard & _ALL_BITS))
    return (verb, network, *([str(IPv4Address(wildcard))] if wildcard else []), *rest)


def banner(edit: Edit) -> Words | None:
    """A banner runs from its delimiter to the next one, over any number of lines."""
    if edit.negative:
        return edit.words
    text = edit.words[2]
    delimiter = text[0]
    # On a terminal ETX appears as the two characters ^C, and so it is pasted back. A replace file
    # is compared literally: there only the character itself will do.
    if text.startswith("^C"):
        if edit.strict:
            raise CommandError(INVALID, len(" ".join(edit.words[:2])) + 1)
        delimiter = "^C"
    edit.collects = delimiter
    return None


def line(edit: Edit) -> Words | None:
    """The chassis has 32 terminal lines; a command that names part of a range divides it."""
    if edit.negative:
        raise edit.refuse("% Lines of the chassis can't be removed")
    kind = "con" if edit.words[1] == "console" else edit.words[1]
    words = ("line", kind, *edit.words[2:])
    if kind != "vty" or edit.root.find(*words) is not None:
        return words
    first, last = int(words[2]), int(words[-1])
    _divide(edit.root, first)
    _divide(edit.root, last + 1)
    spans = [(line_span(node), node.words) for node in edit.root.starting("line", "vty")]
    edit.targets = [named for span, named in spans if first <= span[0] and span[1] <= last]
    return words


def _divide(root: Node, cut: int) -> None:
    """Let a section of terminal lines begin at ``cut``."""
    for node in root.starting("line", "vty"):
        first, last = line_span(node)
        if first < cut <= last:
            rest = node.copy()
            root.children.append(rest)
            for part, span in ((node, (first, cut - 1)), (rest, (cut, last))):
                numbers = dict.fromkeys(str(number) for number in span)
                part.words = part.key = ("line", "vty", *numbers)


def exec_timeout(edit: Edit) -> Words:
    """Minutes and seconds are both printed."""
    return edit.words if len(edit.words) != 2 else (*edit.words, "0")


ACTIONS: Mapping[str, Action] = {
    action.__name__: action
    for action in (
        forget,
        vtp_mode,
        bridge_priority,
        file_prompt,
        logging,
        enable_secret,
        username,
        vlan,
        interface,
        interface_range,
        default_interface,
        port_address,
        access_vlan,
        trunk_vlans,
        acl_entry,
        banner,
        line,
        exec_timeout,
    )
}
