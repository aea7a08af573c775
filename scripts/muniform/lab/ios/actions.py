"""The commands that are more than a line replacing a line.

An action gets the edit and answers with the words to store, or None when it has done all there is
to do. It may add messages and redirect the editor to other sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address

from muniform.lab.ios import aaa, concealing, interfaces
from muniform.lab.ios.arguments import vlan_text
from muniform.lab.ios.edits import Action, Edit, Words
from muniform.lab.ios.grammar import INCOMPLETE, INVALID, CommandError
from muniform.lab.ios.tree import is_hidden, line_span, remove
from muniform.lab.simulated.language.edits import by_name
from muniform.lab.simulated.language.tree import Node, store
from muniform.lab.simulated.language.vlans import vlan_set

_PRIORITY_STEP = 4096
_ALL_BITS = 0xFFFFFFFF


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


def passive(edit: Edit) -> Words | None:
    """Of the interfaces only those are printed that differ from the default."""
    default = ("passive-interface", "default")
    if edit.words == default:
        for node in [n for n in edit.section.children if default[0] in n.words[:2]]:
            edit.section.children.remove(node)
        return edit.words
    if edit.negative == edit.section.has(*default):
        return edit.words
    remove(edit.section, edit.words)
    return None


def policy_class(edit: Edit) -> Words:
    """A policy serves classes that exist."""
    name = edit.words[1]
    declared = [node.words[2] for node in edit.root.starting("class-map")]
    if not edit.negative and name not in declared:
        raise edit.refuse(f"class map {name} not configured")
    return edit.words


def snmp_engine(edit: Edit) -> Words | None:
    """Users' keys are derived from the engine's id: with another id they are gone."""
    if edit.negative or edit.root.value("snmp-server", "engineID", "local") != edit.words[3:]:
        edit.root.children = [node for node in edit.root.children if not is_hidden(node)]
    return edit.words


def radius_address(edit: Edit) -> Words:
    """Both ports are printed; without them the old numbers 1645 and 1646 are meant."""
    if edit.negative:
        return edit.words
    given = dict(zip(edit.words[3::2], edit.words[4::2], strict=False))
    ports = (
        "auth-port",
        given.get("auth-port", "1645"),
        "acct-port",
        given.get("acct-port", "1646"),
    )
    return (*edit.words[:3], *ports)


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


_OWN: Mapping[str, Action] = by_name(
    forget,
    vtp_mode,
    bridge_priority,
    file_prompt,
    logging,
    vlan,
    passive,
    policy_class,
    snmp_engine,
    radius_address,
    acl_entry,
    banner,
    line,
    exec_timeout,
)
ACTIONS: Mapping[str, Action] = {
    **_OWN,
    **interfaces.ACTIONS,
    **concealing.ACTIONS,
    **aaa.ACTIONS,
}
