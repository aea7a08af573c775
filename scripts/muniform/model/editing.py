"""Changes one value of a YAML file and leaves every other character as its author typed it. Pure.

For values below maps, as a site's file has them: ``ports``, ``sw1``, ``workstation``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""Plain text that some readers of YAML take for something else."""

Value = str | int | Mapping[str, "Value"]


def with_value(text: str, path: Sequence[str], value: Value) -> str:
    """The text with ``value`` at a path of keys; what is missing of the path is added.

    Raises ValueError if something on the way is no map, or what stands there no single value.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for depth, key in enumerate(path):
        if not isinstance(node, yaml.MappingNode):
            raise ValueError(f"{'.'.join(path[:depth]) or 'the file'} is no map")
        found = next((item for name, item in node.value if name.value == key), None)
        if found is None:
            return _with_entry(text, node, depth, _entry(path[depth:], value))
        node = found
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"{'.'.join(path)} is no single value")
    start, end = node.start_mark.index, node.end_mark.index
    # A key without a value has an empty one right behind its colon.
    return f"{text[:start]}{' ' * (start == end)}{written(value)}{text[end:]}"


def written(value: Value) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, int):
        return str(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    # JSON's strings are YAML's, and so is this much of them.
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entry(path: Sequence[str], value: Value) -> str:
    """``sw1: {workstation: 9}`` for the rest of a path."""
    for key in reversed(path[1:]):
        value = {key: value}
    return f"{path[0]}: {written(value)}"


def _with_entry(text: str, node: yaml.MappingNode, depth: int, entry: str) -> str:
    """An entry at the end of a map: in its braces, or on a line of its own."""
    if not depth:
        return f"{text.rstrip()}\n{entry}\n"
    if node.flow_style:
        end = text.rindex("}", 0, node.end_mark.index)
        lead = ", " if node.value else ""
        return f"{text[:end].rstrip()}{lead}{entry}{text[end:]}"
    last = node.value[-1][1].end_mark
    column = node.value[0][0].start_mark.column
    # A block's end is where the next one begins; the value's own last line is before that.
    head = text[: last.index].rstrip()
    return f"{head}\n{' ' * column}{entry}{text[len(head) :]}"
