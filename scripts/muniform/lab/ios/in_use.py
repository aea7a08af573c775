"""What a live switch refuses because of what else runs on it, and an empty one would not.

The facts are Catalyst's: a class map that a policy uses and a policy map that is attached stay; a
class map cannot change between match-any and match-all while it exists; members of a bundle
switch or route as the bundle does. What IOS-XE lets go although it is named elsewhere (access
lists, VLANs, groups of servers) goes. The words of the refusals are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniform.lab.simulated.language.tree import Node


def refusal(root: Node, section: str, command: str) -> str | None:
    """Why ``command``, given in ``section`` (empty: the top level), is refused, or None."""
    words = command.split()
    if not section and words[:2] == ["no", "class-map"]:
        return _class_in_use(root, words[-1])
    if not section and words[:2] == ["no", "policy-map"]:
        return _policy_in_use(root, words[-1])
    if not section and words[:1] == ["class-map"]:
        return _other_kind(root, tuple(words))
    if section.startswith("interface ") and words[:1] == ["channel-group"]:
        return _unlike_bundle(root, section.split()[1], words[1])
    return None


def _class_in_use(root: Node, name: str) -> str | None:
    used = any(policy.has("class", name) for policy in root.starting("policy-map"))
    return f"% Class-map {name} is being used" if used else None


def _policy_in_use(root: Node, name: str) -> str | None:
    attached = any(
        node.words[0] == "service-policy" and node.words[-1] == name for node in _below(root)
    )
    return f"% Policy-map {name} is being used" if attached else None


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def _other_kind(root: Node, words: tuple[str, ...]) -> str | None:
    for declared in root.starting("class-map"):
        if declared.words[-1] == words[-1] and declared.words != words:
            return f"% Class-map {words[-1]} exists as {declared.words[1]}"
    return None


def _unlike_bundle(root: Node, port: str, number: str) -> str | None:
    member = root.find("interface", port)
    bundle = root.find("interface", f"Port-channel{number}")
    if member is None or bundle is None:
        return None
    if member.has("no", "switchport") == bundle.has("no", "switchport"):
        return None
    return f"Command rejected: {port} and {bundle.words[1]} do not both switch or both route"
