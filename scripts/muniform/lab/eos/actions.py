"""The configuration commands that are more than a line replacing a line."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import keys, names
from muniform.lab.eos.arguments import vlan_text
from muniform.lab.eos.edits import Action, Edit, Words
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.tree import Node, remove_starting
from muniform.lab.simulated.language.tree import store
from muniform.lab.simulated.language.vlans import vlan_set

_ALL_VLANS = set(range(1, 4095))
_PRIORITY_STEP = 4096
_ENTRY_STEP = 10
_DEFAULT_ACCOUNT = "admin"


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


def username(edit: Edit) -> Words | None:
    """EOS is born with an account ``admin``: only that it was removed is printed."""
    name = edit.words[1]
    if edit.negative:
        remove_starting(edit.root, ("username", name))
        if name == _DEFAULT_ACCOUNT:
            edit.root.children.append(Node(("no", "username", name), ("username", name), edit.rule))
        return None
    return _account(edit)


def _account(edit: Edit) -> Words:
    """What a line does not say stays as it was, as ``role`` in ``username x secret y``."""
    head, rest = edit.words[:2], edit.words[2:]
    before = edit.root.value(*head) or ()
    privilege = _after("privilege", rest) or _after("privilege", before) or "1"
    role = _after("role", rest) or _after("role", before)
    secret = _secret(rest) or _secret(before)
    shown = (*head, "privilege", privilege, *(("role", role) if role else ()), *secret)
    return keys.hashed(shown)


def _after(word: str, words: Words) -> str | None:
    return words[words.index(word) + 1] if word in words else None


def _secret(words: Words) -> Words:
    start = next((i for i, word in enumerate(words) if word in ("secret", "nopassword")), None)
    return () if start is None else words[start:]


def secret(edit: Edit) -> Words:
    """A password in clear is stored hashed."""
    return edit.words if edit.negative else keys.hashed(edit.words)


def key(edit: Edit) -> Words:
    """A key in clear is stored hidden."""
    return edit.words if edit.negative else keys.hidden(edit.words)


def snmp_user(edit: Edit) -> Words:
    """A user's keys belong to an engine: passwords in clear are turned into them."""
    if edit.negative:
        return edit.words
    engine = edit.root.value("snmp-server", "engineID", "local")
    return keys.localized(edit.words, engine[0] if engine else keys.FACTORY_ENGINE)


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
    action.__name__: action
    for action in (
        physical,
        bridged,
        switchport,
        routed,
        channel_group,
        trunk_vlans,
        vlan,
        interface,
        bridge_priority,
        passive,
        username,
        secret,
        key,
        snmp_user,
        text,
        numbered,
        unnumbered,
        entry,
    )
}
