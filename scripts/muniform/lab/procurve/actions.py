"""The commands that are more than a line replacing a line. Each raises Refused for what it refuses.

Where the wording of an answer of the real switch is not known, the answer here says what is wrong
in words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha1, sha256

from muniform.lab.procurve.edits import Action, Edit, store
from muniform.lab.procurve.matching import Refused
from muniform.lab.procurve.membership import membership, port_vlan, trunk
from muniform.lab.procurve.state import DEFAULT_VLAN, TRUNK_PRIORITY, Section, Vlan

_ALL = 100
_PORT_PRIORITY = "8"


def forget(_: Edit) -> None:
    """Lines that the switch prints of itself and that change nothing."""
    return


# At the top


def section(edit: Edit) -> None:
    """Opens a section, or removes it."""
    kind = edit.words[0]
    if kind == "vlan":
        _vlan(edit)
    elif kind == "interface":
        if edit.negative:
            for port in edit.match.elements:
                edit.state.interfaces.pop(port, None)
    elif edit.negative:
        _check_unused(edit)
        edit.state.named.pop(edit.words, None)
    else:
        edit.state.named.setdefault(edit.words, Section())


def _vlan(edit: Edit) -> None:
    number = int(edit.words[1])
    if not edit.negative:
        edit.state.vlans.setdefault(number, Vlan())
        return
    if number == DEFAULT_VLAN:
        raise Refused(f"The default VLAN {number} cannot be deleted.")
    if edit.state.root.value("primary-vlan") == (str(number),):
        raise Refused(f"VLAN {number} is the primary VLAN and cannot be deleted.")
    edit.state.vlans.pop(number, None)
    for port in edit.state.switched():
        edit.state.settle(port)


def _check_unused(edit: Edit) -> None:
    name = edit.words[2]
    if edit.words[0] == "class":
        policies = [s for key, s in edit.state.named.items() if key[0] == "policy"]
        used = any(name in entry.words for s in policies for entry in s.settings.values())
    else:
        used = any((name, "in") == v.section.value("service-policy") for v in _vlans(edit))
    if used:
        raise Refused(f"{name} is in use and cannot be deleted.")


def _vlans(edit: Edit) -> list[Vlan]:
    return list(edit.state.vlans.values())


def port_priority(edit: Edit) -> None:
    """What a port has by itself: of an aggregation it is printed even so, see ``printing``."""
    for element in edit.match.elements:
        default = TRUNK_PRIORITY if element.startswith("Trk") else _PORT_PRIORITY
        one = replace(edit, match=replace(edit.match, elements=(element,)))
        if edit.words[-1] == default:
            edit.section.drop(edit.match.rule, edit.words, element)
        else:
            store(one)


def password(edit: Edit) -> None:
    """What is typed in clear is kept as a digest."""
    if edit.negative:
        store(edit)
        return
    *head, form, value = edit.words
    clear = value.strip('"').replace('\\"', '"').replace("\\\\", "\\").encode()
    if form == "plaintext":
        strong = edit.state.root.has("password", "non-plaintext-sha256")
        form = "sha256" if strong else "sha1"
        value = f'"{(sha256(clear) if strong else sha1(clear, usedforsecurity=False)).hexdigest()}"'
    elif len(clear) != {"sha1": 40, "sha256": 64}[form]:
        raise Refused(f"Invalid input: {value}")
    if "user-name" not in head:
        head += ["user-name", f'"{head[1]}"']
    store(edit, (*head, form, value))


def manager(edit: Edit) -> None:
    """``all`` is every way in, and not printed."""
    words = edit.words
    store(edit, words[:-2] if words[-2:] == ("access-method", "all") else words)


def contact(edit: Edit) -> None:
    """Contact and location can be set together."""
    words = edit.words
    if len(words) > 3:
        store(edit, words[:3])
        words = (words[0], *words[3:])
    store(edit, words)


def authenticator(edit: Edit) -> None:
    """A port's settings go with its authentication."""
    if edit.negative:
        prefix = edit.words[:3]
        for port in edit.match.elements:
            for setting in edit.section.starting(*prefix, port):
                edit.section.drop(setting.rule, setting.words, port)
        return
    for port in edit.match.elements:
        if edit.state.trunk_of(port) or port.startswith("Trk"):
            raise Refused(f"Port {port} is in a trunk: authentication is not allowed there.")
    store(edit)


def authenticated(edit: Edit) -> None:
    """These settings are a port's that authenticates."""
    for port in edit.match.elements:
        if edit.section.value(*edit.words[:3], port) is None:
            raise Refused(f"Port {port}: {edit.words[2]} is not configured.")
    store(edit)


def auth_priority(edit: Edit) -> None:
    for port in edit.match.elements:
        if not edit.negative and edit.section.value(*edit.words[:2], port, "auth-order") is None:
            raise Refused(f"Port {port}: auth-order must be configured first.")
    store(edit)


def needs_vlan(edit: Edit) -> None:
    if not edit.negative:
        edit.declared(edit.words[1])
    store(edit)


# In the section of a port


def enable(edit: Edit) -> None:
    edit.section.settings.pop(("disable",), None)


def bandwidth(edit: Edit) -> None:
    if not edit.negative and sum(int(word) for word in edit.words[2:]) > _ALL:
        raise Refused("The sum of the percentages exceeds 100.")
    store(edit)


# In the section of a VLAN


def vlan_name(edit: Edit) -> None:
    name = edit.words[1:]
    others = [v for v in _vlans(edit) if v is not edit.vlan]
    if name and any(other.section.value("name") == name for other in others):
        raise Refused(f"The name {name[0]} is already in use.")
    store(edit)


def needs_policy(edit: Edit) -> None:
    if not edit.negative and ("policy", "qos", edit.words[1]) not in edit.state.named:
        raise Refused(f"The policy {edit.words[1]} does not exist.")
    store(edit)


# In the section of a policy


def needs_class(edit: Edit) -> None:
    if not edit.negative and ("class", "ipv4", edit.words[3]) not in edit.state.named:
        raise Refused(f"The class {edit.words[3]} does not exist.")
    store(edit)


ACTIONS: Mapping[str, Action] = {
    action.__name__: action
    for action in (
        forget, section, trunk, port_priority, password, manager, contact,
        authenticator, authenticated, auth_priority, needs_vlan, enable, bandwidth, port_vlan,
        vlan_name, membership, needs_policy, needs_class,
    )
}  # fmt: skip
