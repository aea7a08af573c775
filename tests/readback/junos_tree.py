"""Junos text as a tree, by junoscfg, which knows Juniper's published schema; and as XML.

The schema decides what is a name and what a keyword, so that a statement Junos does not have is
found: junoscfg keeps it under a key that the schema lacks.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from junoscfg import Format, convert_config
from junoscfg.convert.field_validator import FieldValidator
from junoscfg.display.constants import load_schema_tree
from lxml import etree  # type: ignore[import-untyped]

from readback.resources import Unreadable

SHORT_OF = re.compile(
    r"\.class-of-service\.forwarding-classes\.class\.\S+ queue-num \d+:"
    r"|\.(security|applications)\."
    r"|\.policy-options\.policy-statement\.term\.from\.(prefix-list-filter|route-filter)\."
    r"|\.forwarding-options\.dhcp-relay\.server-group\.\S+ \d+\.\d+\.\d+\.\d+:"
)
"""Valid statements that junoscfg's copy of the schema does not lead to."""
_REFERENCE = re.compile(r"<secret:[^>]*>")


def parse(text: str) -> dict[str, Any]:
    """The configuration as Junos's own JSON form. Raises Unreadable."""
    if text.count("{") != text.count("}"):
        raise Unreadable("braces do not match")
    try:
        shown = convert_config(
            text, from_format=Format.STRUCTURED, to_format=Format.JSON, validate=False
        )
    except Exception as error:
        raise Unreadable(f"junoscfg: {type(error).__name__}: {error}") from error
    found: dict[str, Any] = json.loads(shown)["configuration"]
    return found


@lru_cache(maxsize=8)
def set_lines(text: str) -> tuple[str, ...]:
    """The configuration as ``set`` lines; the banner's first line too. Raises Unreadable."""
    parse(text)
    shown = convert_config(
        text, from_format=Format.STRUCTURED, to_format=Format.SET, validate=False
    )
    lines = tuple(shown.splitlines())
    message = re.search(r'set system login message "(.*?)\\n', shown)
    return (*lines, f"banner {message[1]}") if message else lines


def schema_errors(tree: Mapping[str, Any]) -> list[str]:
    """What Juniper's schema has no place for: unknown statements and values."""
    schema = load_schema_tree()
    if schema is None:
        raise Unreadable("junoscfg came without its schema")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        values = FieldValidator(schema).validate(_without_secrets(tree))
    unknown = [path for path in _unknown(tree, schema, "") if not SHORT_OF.match(path)]
    return [*unknown, *(str(error) for error in values.errors)]


def _without_secrets(value: Any) -> Any:
    """References stand for values of any form, so they are not judged."""
    if isinstance(value, Mapping):
        return {key: _without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return _REFERENCE.sub("$9$aaaaaaaaaaaaaaaaaaaa", value) if isinstance(value, str) else value


def _unknown(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _unknown(item, schema, path)
        return
    if not isinstance(value, Mapping):
        return
    children = schema.get("c") or {}
    if not children:
        return
    for key, item in value.items():
        if key == "name" or key.startswith("@"):
            continue
        if key not in children:
            yield f"{path}.{key}: no such statement in Juniper's schema"
        else:
            yield from _unknown(item, children[key], f"{path}.{key}")


def xml(tree: Mapping[str, Any]) -> Any:
    """The tree as the reply of ``get-configuration``, for the collection's parsers."""
    root = etree.Element("rpc-reply")
    _build(root, "configuration", tree)
    return root


def _build(parent: Any, key: str, value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _build(parent, key, item)
        return
    if key == "enable-disable":
        key, value = str(value), None
    element = etree.SubElement(parent, _tag(key))
    if isinstance(value, Mapping):
        for name, item in value.items():
            _build(element, name, item)
    elif value is not None:
        element.text = str(value)


def _tag(key: str) -> str:
    """Junos writes elements that begin with a digit, such as 802.3ad, as ``ieee-802.3ad``."""
    name = re.sub(r"[^\w.-]", "_", key)
    return f"ieee-{name}" if name[:1].isdigit() else name


def items(tree: Any, *path: str) -> list[Any]:
    """What stands at a path, as a list; empty if nothing does."""
    for key in path:
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    if tree is None:
        return []
    return tree if isinstance(tree, list) else [tree]


def text_at(tree: Any, *path: str) -> str:
    return next((str(item) for item in items(tree, *path) if item is not None), "")
