"""YAML text to plain data, remembering on which line each value stands.

Refuses what is valid YAML but not a declaration: duplicate keys, anchors and aliases (a few lines
of them can expand to gigabytes), tags, deep nesting, and anything but maps at the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from muniform.errors import Finding

Loc = tuple[int | str, ...]

_DEEPEST = 50
"""No inventory needs a tenth of it; PyYAML's composer and ours call themselves for each level."""

_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})")
"""YAML 1.1 also reads 022 as 18, 1:30 as 90 and 0x12 as 18: nobody who writes them means that."""


@dataclass
class Source:
    """One file: its data, the line of each path in it, and what is wrong with its form."""

    file: str
    data: dict[str, Any] | None = None
    lines: dict[Loc, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line(self, loc: Loc) -> int:
        """The line of a path, or of its nearest parent that stands in the file."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 0)

    def finding(self, loc: Loc, problem: str, remedy: str) -> Finding:
        return Finding(self.file, self.line(loc), dotted(loc), problem, remedy)


def dotted(loc: Loc) -> str:
    """A path in the data as a person writes it: ``devices.sw1.ports[2]``."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            # A key is as its author typed it: nothing of it may move the cursor of a terminal.
            name = part if part.isprintable() else ascii(part)
            text += f".{name}" if text else name
    return text


class _RefusedError(Exception):
    """The text is no declaration. ``line`` is 0 if no line is to blame."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem
        self.remedy = remedy


def parse(file: str, text: str) -> Source:
    """Parse one file's text. Problems of form end up in ``findings``, never in an exception."""
    source = Source(file)
    try:
        root = _root(text)
        source.lines[()] = root.start_mark.line + 1
        source.data = _construct_map(root, (), source)
    except _RefusedError as refused:
        found = Finding(file, refused.line, "", refused.problem, refused.remedy)
        source.findings.append(found)
    return source


def _root(text: str) -> yaml.MappingNode:
    """The file's map. Raises _RefusedError."""
    try:
        for line, problem, remedy in _refusals(text):
            raise _RefusedError(line, problem, remedy)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _RefusedError(
            mark.line + 1 if mark else 0,
            f"not YAML: {error.problem}",
            "correct the line; a common cause is a missing space after ':' or wrong indentation",
        ) from None
    except yaml.YAMLError as error:
        problem = f"not YAML: {str(error).splitlines()[0]}"
        raise _RefusedError(0, problem, "remove what is not plain text") from None
    if not isinstance(node, yaml.MappingNode):
        raise _RefusedError(1, "the file does not hold a map of keys", "start with 'key: value'")
    return node


def _refusals(text: str) -> Iterator[tuple[int, str, str]]:
    """What the tokens give away before anything is built from them, as line, problem, remedy."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        line = token.start_mark.line + 1
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            problem = "anchors and aliases are not allowed here"
            yield line, problem, "write the value out where it is used"
        if isinstance(token, yaml.TagToken):
            problem = "tags such as !!int or !vault are not allowed here"
            yield line, problem, "remove the tag, or put quotes around text that begins with '!'"
        if depth > _DEEPEST:
            problem = f"maps and lists are nested deeper than {_DEEPEST} levels"
            yield line, problem, "remove the nesting: no key of an inventory is that deep"


def _construct(node: yaml.Node, loc: Loc, source: Source) -> Any:
    source.lines[loc] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _construct_map(node, loc, source)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*loc, i), source) for i, item in enumerate(node.value)]
    return _scalar(node)


def _construct_map(node: yaml.MappingNode, loc: Loc, source: Source) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _RefusedError(
                line, "a map or list stands as a key", "write a name before the ':'"
            )
        # Keys such as 20 or yes are names here: what is typed is what counts.
        key = str(key_node.value)
        here = (*loc, key)
        if key in result:
            problem = "the key stands twice in the same map"
            found = Finding(source.file, line, dotted(here), problem, "keep one of the two")
            source.findings.append(found)
            continue
        result[key] = _construct(value_node, here, source)
        source.lines[here] = line
    return result


def _scalar(node: yaml.Node) -> Any:
    """A scalar's value: nothing, true, false, a decimal number, or the text as it was typed.

    Quoted text stays text. So does what YAML 1.1 would turn into something else without being
    asked (no, 022, 1:30, 1e3, dates): where a number or a truth value must stand, it is refused.
    """
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _DECIMAL.fullmatch(text):
        return int(text)
    return text
