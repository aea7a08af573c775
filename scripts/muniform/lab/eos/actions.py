"""The configuration commands that are more than a line replacing a line."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import account_actions, port_actions
from muniform.lab.eos.edits import Action, Edit, Words
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.tree import remove_starting
from muniform.lab.eos.words import vlan_text
from muniform.lab.simulated.language.edits import by_name
from muniform.lab.simulated.language.tree import store
from muniform.lab.simulated.language.vlans import vlan_set

_PRIORITY_STEP = 4096
_ENTRY_STEP = 10


def vlan(edit: Edit) -> Words | None:
    """``vlan 10,20`` declares each of them. VLAN 1 is always there, and printed if it was set."""
    vlans = sorted(vlan_set(edit.words[1]) or ())
    if not edit.negative:
        edit.targets = [("vlan", str(each)) for each in vlans]
        return edit.words
    for each in vlans:
        if each == 1:
            raise CliError("Default VLAN 1 may not be deleted.")
        existing = edit.root.find("vlan", str(each))
        if existing is not None:
            edit.root.children.remove(existing)
    return None


def bridge_priority(edit: Edit) -> Words | None:
    """Each VLAN has one priority: a later line takes its VLANs out of the earlier ones."""
    named, priority = vlan_set(edit.words[2]) or set(), edit.words[-1]
    if int(priority) % _PRIORITY_STEP:
        raise CliError(f"Bridge Priority must be in increments of {_PRIORITY_STEP}.")
    vlans: dict[str, set[int]] = {}
    for node in edit.section.starting("spanning-tree", "vlan-id"):
        vlans[node.words[-1]] = (vlan_set(node.words[2]) or set()) - named
        edit.section.children.remove(node)
    if not edit.negative:
        vlans[priority] = vlans.get(priority, set()) | named
    for value, members in sorted(vlans.items(), key=lambda item: int(item[0])):
        if members:
            words = ("spanning-tree", "vlan-id", vlan_text(members), "priority", value)
            store(edit.section, edit.rule, words)
    return None


def passive(edit: Edit) -> Words | None:
    """Of the interfaces only those are printed that differ from the default."""
    default = ("passive-interface", "default")
    if edit.words == default:
        remove_starting(edit.section, default[:1])
        return edit.words
    if edit.negative == edit.section.has(*default):
        return edit.words
    remove_starting(edit.section, edit.words)
    return None


def text(edit: Edit) -> Words | None:
    """A banner: what follows, up to EOF, is its text."""
    if edit.negative:
        return edit.words
    edit.collects = True
    return None


def numbered(edit: Edit) -> Words:
    """An entry of an access list with its number, which no other entry may have."""
    existing = edit.section.find(edit.words[0])
    if not edit.negative and existing is not None and existing.words != edit.words:
        raise CliError(f"Duplicate sequence number {edit.words[0]}.")
    return edit.words


def unnumbered(edit: Edit) -> Words | None:
    """An entry without a number goes to the end; one that is there already stays alone."""
    same = [node for node in edit.section.children if node.words[1:] == edit.words]
    if edit.negative:
        for node in same:
            edit.section.children.remove(node)
        return None
    if same and edit.words[0] != "remark":
        return None
    last = max((int(n.words[0]) for n in edit.section.children if n.words[0].isdigit()), default=0)
    edit.rule_of = (str(last + _ENTRY_STEP), *edit.words)
    return edit.rule_of


def entry(edit: Edit) -> Words | None:
    """``no 10`` removes an entry by its number; the number alone says nothing."""
    if not edit.negative:
        raise CliError(f"Incomplete command (at token {len(edit.words)}: None)")
    existing = edit.section.find(edit.words[0])
    if existing is not None:
        edit.section.children.remove(existing)
    return None


ACTIONS: Mapping[str, Action] = {
    **by_name(vlan, bridge_priority, passive, text, numbered, unnumbered, entry),
    **port_actions.ACTIONS,
    **account_actions.ACTIONS,
}
