"""What a key of the inventory's files means: from the JSON Schema, by its path.

Asked for by kind of file, like ``archetype.links.lag``; or at a place in a file, like
``sites/library_5.yml:wan``; or with an error's whole message, which begins with such a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from muniform.errors import UsageError
from muniform.model.json_schema import KINDS, Json, json_schema
from muniform.model.source import Loc, Source, dotted

_PLACE = re.compile(
    r"(?:error: )?(?:inventory/)?(?P<file>(?:[\w-]+/)?[\w-]+\.yml)"
    r"(?::(?P<line>[0-9]+))?(?::\s*(?P<path>[^\s:]+))?(?::\s*(?P<problem>.*))?",
    re.DOTALL,
)
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class KeyMeaning:
    """A key as its schema describes it."""

    path: str
    meaning: str
    form: str
    """What may stand there, in words."""
    required: bool
    default: str
    keys: tuple[str, ...]
    """What may stand below it."""


@dataclass(frozen=True)
class FilePlace:
    """A place in a file, as somebody named it or an error did."""

    file: str
    line: int
    path: str
    problem: str

    def loc(self, source: Source) -> Loc:
        """The path that is meant, as far as it stands in the file; the line's if only that is."""
        if self.path or not self.line:
            return self._standing(source)
        at_line = [loc for loc, line in source.lines.items() if line == self.line]
        return min(at_line, key=len, default=())

    def _standing(self, source: Source) -> Loc:
        return next((loc for loc in source.lines if dotted(loc) == self.path), ())


def file_place(text: str) -> FilePlace | None:
    """A place in a file that a text names, None if it names none."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    return FilePlace(
        found["file"],
        int(found["line"] or 0),
        found["path"] or "",
        (found["problem"] or "").strip(),
    )


def explain_key(path: str) -> KeyMeaning:
    """The meaning of a key like ``archetype.links.lag``; labels and indices may be left out.

    Raises UsageError if no kind of file has it.
    """
    kind, *parts = _STEP.findall(path)
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"there is no kind of file {kind!r}", f"{hint}kinds are: {', '.join(KINDS)}"
        )
    return _meaning(kind, [p for p in parts if not p.isdigit()], labels=False)


def explain_path(kind: str, loc: Loc) -> KeyMeaning:
    """The meaning of a path as it stands in a file of this kind. Raises UsageError."""
    return _meaning(kind, [part for part in loc if isinstance(part, str)], labels=True)


def _meaning(kind: str, parts: list[str], labels: bool) -> KeyMeaning:
    whole = json_schema(kind)
    found = next(_walk(whole, whole, parts, labels, False), None)
    if found is None:
        known = _keys(whole, _content(whole, whole)[-1])
        raise UsageError(
            f"a {kind} file has no key {'.'.join(parts)!r}", f"its keys are: {', '.join(known)}"
        )
    node, required = found
    resolved = _resolved(whole, node)
    return KeyMeaning(
        path=".".join([kind, *parts]),
        meaning=_told(node) or _told(resolved),
        form=form(whole, node),
        required=required,
        default="" if node.get("default") is None else str(node["default"]),
        keys=tuple(_keys(whole, _content(whole, node)[-1])),
    )


def _told(node: Json) -> str:
    """The key's docstring; a value's form is told by itself."""
    text = str(node.get("description", ""))
    return "" if text and str(node.get("x-form", "")).endswith(text) else text


def _walk(
    whole: Json, node: Json, parts: list[str], labels: bool, required: bool
) -> Iterator[tuple[Json, bool]]:
    """Every node at a path, with whether its key is required. ``labels``: the path has them all."""
    if not parts:
        yield node, required
        return
    inner = _content(whole, node)
    for holder in reversed(inner):
        below = holder.get("properties", {}).get(parts[0])
        if below is not None:
            needed = parts[0] in holder.get("required", ())
            yield from _walk(whole, below, parts[1:], labels, needed)
    for value in _map_values(inner[0]):
        if not labels:
            yield from _walk(whole, value, parts, labels, False)
        yield from _walk(whole, value, parts[1:], labels, False)


def _content(whole: Json, node: Json) -> list[Json]:
    """The node itself, and what a list of such nodes holds; references are resolved."""
    found = [_resolved(whole, node)]
    while "items" in found[-1]:
        found.append(_resolved(whole, found[-1]["items"]))
    return found


def _resolved(whole: Json, node: Json) -> Json:
    for choice in node.get("anyOf", ()):
        if choice.get("type") != "null":
            return _resolved(whole, choice)
    if "$ref" in node:
        return _resolved(whole, whole["$defs"][node["$ref"].rsplit("/", 1)[1]])
    return node


def _map_values(node: Json) -> list[Json]:
    values: list[Json] = list(node.get("patternProperties", {}).values())
    more = node.get("additionalProperties")
    return [*values, more] if isinstance(more, dict) else values


def _keys(whole: Json, node: Json) -> list[str]:
    if "properties" in node:
        return list(node["properties"])
    values = _map_values(node)
    return _keys(whole, _content(whole, values[0])[-1]) if values else []


def form(whole: Json, node: Json) -> str:
    """What may stand there, as a sentence's part."""
    node = _resolved(whole, node)
    if "enum" in node:
        return "one of: " + ", ".join(map(str, node["enum"]))
    if node.get("type") == "array" and "items" in node:
        return f"a list; each item {form(whole, node['items'])}"
    if _map_values(node):
        return f"a map; each value {form(whole, _map_values(node)[0])}"
    return _scalar(node)


def _scalar(node: Json) -> str:
    kind: Any = node.get("type")
    if kind == "integer":
        low, high = node.get("minimum"), node.get("maximum")
        return f"a whole number from {low} to {high}" if high is not None else "a whole number"
    if kind == "boolean":
        return "true or false"
    if "format" in node:
        return {"ipv4": "an IPv4 address", "date": "a date like 2027-06-30"}.get(
            node["format"], "a network like 10.1.254.0/24"
        )
    if "pattern" in node:
        return str(node.get("x-form", f"text like {node['pattern']}"))
    return {"string": "text", "object": "a map of keys"}.get(str(kind), "a list")
