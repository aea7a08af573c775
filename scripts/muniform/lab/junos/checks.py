"""What a commit refuses: statements that must be there, and names that nothing bears. Pure.

Only references that Junos itself checks are here. The words of "not defined" messages differ
between its daemons; those of VLANs are not known from a device.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from muniform.lab.junos.printing import head_words
from muniform.lab.junos.tree import Node
from muniform.lab.junos.values import quoted

Path = tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """One reason against a commit."""

    message: str
    path: Path = ()
    statement: str = ""


@dataclass(frozen=True)
class _Reference:
    """Where a name stands, and where it must be defined. ``*`` is any statement with keys."""

    used: Path
    defined: Path
    message: str
    exempt: frozenset[str] = frozenset()


_POLICY = "Policy error: Policy {} referenced but not defined"
_PREFIX_LIST = "Policy error: prefix-list {} referenced but not defined"
_FILTER = "Referenced filter '{}' is not defined"
_POLICIES = ("policy-options", "policy-statement")
_PREFIX_LISTS = ("policy-options", "prefix-list")
_UNIT = ("interfaces", "interface", "unit", "family")
_TERM = ("firewall", "family", "inet", "filter", "term", "from")
_RULES = ("security", "policies", "policy", "policy", "match")
_REFERENCES = (
    _Reference(
        (*_UNIT, "ethernet-switching", "vlan", "members"),
        ("vlans", "vlan"),
        "vlan '{}' is not defined",
        frozenset({"all", "default"}),
    ),
    *(
        _Reference(
            (*_UNIT, family, "filter", way, "filter-name"),
            ("firewall", "family", family, "filter"),
            _FILTER,
        )
        for family in ("inet", "ethernet-switching")
        for way in ("input", "output")
    ),
    _Reference(
        (*_UNIT, "ethernet-switching", "storm-control", "profile-name"),
        ("forwarding-options", "storm-control-profiles"),
        "storm-control profile '{}' is not defined",
        frozenset({"default"}),
    ),
    *(
        _Reference((*_TERM, kind), _PREFIX_LISTS, _PREFIX_LIST)
        for kind in ("prefix-list", "source-prefix-list", "destination-prefix-list")
    ),
    *(
        _Reference((*_POLICIES, "term", "from", kind), _PREFIX_LISTS, _PREFIX_LIST)
        for kind in ("prefix-list", "prefix-list-filter")
    ),
    _Reference(("protocols", "ospf", "export"), _POLICIES, _POLICY),
    *(
        _Reference(("protocols", "bgp", "group", *inner, way), _POLICIES, _POLICY)
        for inner in ((), ("neighbor",))
        for way in ("import", "export")
    ),
    _Reference(
        ("forwarding-options", "dhcp-relay", "group", "active-server-group"),
        ("forwarding-options", "dhcp-relay", "server-group"),
        "Active server group '{}' is not defined",
    ),
    _Reference(
        ("protocols", "dot1x", "authenticator", "authentication-profile-name"),
        ("access", "profile"),
        "access profile '{}' is not defined",
    ),
    _Reference(
        ("security", "zones", "security-zone", "screen"),
        ("security", "screen", "ids-option"),
        "screen '{}' is not defined",
    ),
    *(
        _Reference(
            (*_RULES, way),
            ("security", "address-book", "address"),
            _missing,
            frozenset({"any", "any-ipv4", "any-ipv6"}),
        )
        for way, _missing in (
            ("source-address", "Source address or address_set ({}) not found"),
            ("destination-address", "Destination address or address_set ({}) not found"),
        )
    ),
    _Reference(
        (*_RULES, "application"),
        ("applications", "application"),
        "application '{}' is not defined",
        frozenset({"any"}),
    ),
)
_ALSO_DEFINED = {
    ("security", "address-book", "address"): ("security", "address-book", "address-set"),
    ("applications", "application"): ("applications", "application-set"),
}
_PREDEFINED = "junos-"


def refusals(root: Node) -> list[Refusal]:
    """Everything that a commit would refuse. Empty: it may be committed."""
    return [*_missing_statements(root), *_undefined(root), *_bundles(root), *_zones(root)]


def _missing_statements(root: Node) -> Iterator[Refusal]:
    if root.find("system", "root-authentication", "encrypted-password") is None:
        yield Refusal("Missing mandatory statement: 'root-authentication'", (), "system")
    users = root.find("system", "login")
    for user in users.each("user") if users else ():
        if user.child("class") is None:
            path = ("system", "login")
            yield Refusal("Missing mandatory statement: 'class'", path, " ".join(head_words(user)))


def _undefined(root: Node) -> Iterator[Refusal]:
    for reference in _REFERENCES:
        known = set(reference.exempt) | _names(root, reference.defined)
        also = _ALSO_DEFINED.get(reference.defined)
        known |= _names(root, also) if also else set()
        for way in _walk(root, reference.used, ()):
            for name in way[-1].values or way[-1].keys[:1]:
                # Members of a VLAN list may be numbers; Junos brings applications of its own.
                if name not in known and not name.isdigit() and not name.startswith(_PREDEFINED):
                    yield _refusal(way, name, reference.message)


def _refusal(way: tuple[Node, ...], name: str, message: str) -> Refusal:
    path = tuple(word for node in way[:-1] for word in head_words(node))
    keyword = way[-1].rule.keyword
    return Refusal(message.format(name), path, f"{keyword} {quoted(name)}".strip())


def _names(root: Node, path: Path) -> set[str]:
    return {key for way in _walk(root, path, ()) for key in way[-1].keys}


def _walk(node: Node, tags: Path, way: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """The ways to all active statements with these tags. Statements without a name or a tag of
    their own belong to the hierarchy around them."""
    if not tags:
        yield from _with_nameless(way)
        return
    for child in node.children.values():
        if child.is_inactive:
            continue
        if child.rule.tag == tags[0]:
            yield from _walk(child, tags[1:], (*way, child))
        elif child.rule.is_unwrapped:
            yield from _walk(child, tags, (*way, child))


def _with_nameless(way: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """``source-prefix-list { A; }`` says A, which stands inside."""
    last = way[-1]
    inside = [child for child in last.children.values() if child.rule.is_unwrapped]
    if inside and not last.keys:
        for child in inside:
            yield (*way, child)
    else:
        yield way


def _bundles(root: Node) -> Iterator[Refusal]:
    """A port in a bundle has no logical interfaces of its own."""
    interfaces = root.find("interfaces")
    for port in interfaces.each("interface") if interfaces else ():
        if port.has("ether-options", "802.3ad") and any(True for _ in port.each("unit")):
            message = "Logical units are not allowed on an aggregated link"
            yield Refusal(message, ("interfaces", *head_words(port)), "unit")


def _zones(root: Node) -> Iterator[Refusal]:
    """An interface is in one zone only."""
    seen: dict[str, str] = {}
    zones = root.find("security", "zones")
    for zone in zones.each("security-zone") if zones else ():
        inside = zone.find("interfaces")
        for name in _bound(inside):
            if seen.setdefault(name, zone.keys[0]) != zone.keys[0]:
                path = ("security", "zones", *head_words(zone), "interfaces")
                message = f"Interface {name} already assigned to zone {seen[name]}"
                yield Refusal(message, path, name)


def _bound(interfaces: Node | None) -> Collection[str]:
    if interfaces is None:
        return ()
    return [node.keys[0] for node in interfaces.children.values() if not node.is_inactive]
