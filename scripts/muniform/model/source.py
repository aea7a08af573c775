"""YAML text to plain data, remembering on which line each value stands.

Refuses what is valid YAML but not a declaration: duplicate keys, anchors and aliases (a few lines
of them can expand to gigabytes), and anything but maps at the top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from muniform.errors import Finding

Loc = tuple[int | str, ...]


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
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parse(file: str, text: str) -> Source:
    """Parse one file's text. Problems of form end up in ``findings``, never in an exception."""
    source = Source(file)
    try:
        node = yaml.compose(_without_aliases(text), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        source.findings.append(
            Finding(
                file,
                line,
                "",
                f"not YAML: {error.problem}",
                "correct the line; a common "
                "cause is a missing space after ':' or wrong indentation",
            )
        )
        return source
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0]
        source.findings.append(
            Finding(file, 0, "", f"not YAML: {problem}", "remove what is not plain text")
        )
        return source
    except _AliasFoundError as found:
        source.findings.append(
            Finding(
                file,
                found.line,
                "",
                "anchors and aliases are not allowed here",
                "write the value out where it is used",
            )
        )
        return source
    if not isinstance(node, yaml.MappingNode):
        source.findings.append(
            Finding(file, 1, "", "the file does not hold a map of keys", "start with 'key: value'")
        )
        return source
    source.data = _construct(node, (), source)
    return source


class _AliasFoundError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _without_aliases(text: str) -> str:
    """The text itself, after a pass over its tokens that finds no alias."""
    for token in _tokens(text):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise _AliasFoundError(token.start_mark.line + 1)
    return text


def _tokens(text: str) -> Iterator[yaml.Token]:
    return yaml.scan(text, Loader=yaml.CSafeLoader)


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
        # Keys such as 20 or yes are names here: what is typed is what counts.
        key = str(key_node.value)
        here = (*loc, key)
        if key in result:
            source.findings.append(
                Finding(
                    source.file,
                    key_node.start_mark.line + 1,
                    dotted(here),
                    "the key stands twice in the same map",
                    "keep one of the two",
                )
            )
            continue
        result[key] = _construct(value_node, here, source)
        source.lines[here] = key_node.start_mark.line + 1
    return result


def _scalar(node: yaml.Node) -> Any:
    """The value of a scalar as YAML's safe schema reads it; dates stay text."""
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    loader = yaml.CSafeLoader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node.value
    finally:
        loader.dispose()
