"""Configurations as JSON, as ``| display json`` shows them. Pure."""

from __future__ import annotations

import json
from typing import Any

from muniform.lab.junos.schema import Kind
from muniform.lab.junos.tree import Node


def to_json(root: Node) -> str:
    """``{"configuration": …}`` with everything in the tree."""
    return json.dumps({"configuration": _inside(root)}, indent=4)


def _inside(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {
        key.tag: value for key, value in zip(node.rule.keys, node.keys, strict=True)
    }
    if node.is_inactive:
        found["@"] = {"inactive": True}
    for child in node.in_order():
        rule = child.rule
        if rule.is_many:
            found.setdefault(rule.tag, []).append(_inside(child))
        elif rule.nameless and rule.nameless[0].is_unwrapped:
            found[rule.tag] = [_inside(each) for each in child.in_order()]
        else:
            found[rule.tag] = _value(child)
    return found


def _value(node: Node) -> Any:
    """A flag is a list of nothing, as in Junos's own JSON."""
    if node.rule.kind is Kind.FLAG:
        return [None]
    if node.rule.kind is Kind.LIST:
        return list(node.values)
    return node.values[0] if node.rule.kind is Kind.LEAF else _inside(node)
