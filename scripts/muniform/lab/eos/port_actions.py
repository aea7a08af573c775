"""The commands of interfaces that are more than a line replacing a line."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import names
from muniform.lab.eos.edits import Action, Edit, Words
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.tree import Node, remove_starting
from muniform.lab.eos.words import vlan_text
from muniform.lab.simulated.language.edits import by_name
from muniform.lab.simulated.language.vlans import vlan_set

_ALL_VLANS = set(range(1, 4095))


def _name(section: Node) -> str:
    return section.words[-1]


def _unavailable(edit: Edit) -> CliError:
    return CliError(f"Unavailable command (not supported on {_name(edit.section)})")


def physical(edit: Edit) -> Words:
    """What only a port has."""
    if not names.is_physical(_name(edit.section)):
        raise _unavailable(edit)
    return edit.words


def bridged(edit: Edit) -> Words:
    """What only a port or a port-channel that switches has."""
    if not names.can_bridge(_name(edit.section)):
        raise _unavailable(edit)
    return edit.words


def switchport(edit: Edit) -> Words:
    """A port that switches has no address."""
    bridged(edit)
    if not edit.negative:
        remove_starting(edit.section, ("ip", "address"))
    return edit.words


def routed(edit: Edit) -> Words:
    """What needs an interface that routes. EOS takes the lines on a switched port as well, and
    does nothing with them; an address there is the usual mistake, and it says so."""
    name = _name(edit.section)
    is_switched = names.can_bridge(name) and not edit.section.has("no", "switchport")
    if is_switched and not edit.negative and edit.words[:2] == ("ip", "address"):
        edit.messages.append(f"! {name} is a switched port: the address has no effect")
    return edit.words


def channel_group(edit: Edit) -> Words:
    """The bundle is made by its first member. All members speak LACP, or none does."""
    physical(edit)
    if edit.negative:
        return edit.words
    number, mode = edit.words[1], edit.words[3]
    for other in edit.root.starting("interface"):
        value = other.value("channel-group")
        is_same = value is not None and value[0] == number and other is not edit.section
        if is_same and value is not None and (value[2] == "on") != (mode == "on"):
            raise CliError("Cannot change mode; remove all members and try again.")
    return edit.words


def trunk_vlans(edit: Edit) -> Words | None:
    """``add`` and ``remove`` change the list; only the list is printed."""
    bridged(edit)
    key = edit.words[:4]
    if edit.negative or edit.words[4:] == ("all",):
        remove_starting(edit.section, key)
        return None
    verb, named = edit.words[4], vlan_set(edit.words[-1]) or set()
    if verb not in ("add", "remove", "except"):
        return edit.words
    before = edit.section.value(*key)
    now = set() if before == ("none",) else _ALL_VLANS
    now = now if before is None else vlan_set(before[0]) or now
    changed = {"add": now | named, "remove": now - named, "except": _ALL_VLANS - named}[verb]
    if changed == _ALL_VLANS:
        remove_starting(edit.section, key)
        return None
    return (*key, vlan_text(changed) if changed else "none")


def interface(edit: Edit) -> Words | None:
    """``interface Ethernet1-4`` opens all of them. A port can't be removed, only emptied."""
    found = edit.words[1].split(",")
    if not edit.negative:
        edit.targets = [("interface", name) for name in found]
        return edit.words
    for name in found:
        existing = edit.root.find("interface", name)
        if existing is None:
            continue
        if names.is_physical(name):
            existing.children.clear()
        else:
            edit.root.children.remove(existing)
    return None


ACTIONS: Mapping[str, Action] = by_name(
    physical,
    bridged,
    switchport,
    routed,
    channel_group,
    trunk_vlans,
    interface,
)
