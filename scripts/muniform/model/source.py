"""YAML text to plain data, remembering on which line each value stands.

Refuses what is valid YAML but not a declaration: duplicate keys, anchors and aliases (a few lines
of them can expand to gigabytes), tags, deep nesting, and anything but maps at the top.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from muniform.errors import Finding

Loc = tuple[int | str, ...]

_DEEPEST = 50
"""No inventory needs a tenth of it, and ``_Reader`` calls itself for each level."""

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

    def has(self, path: str) -> bool:
        """Whether a dotted path stands in the file."""
        return any(dotted(loc) == path for loc in self.lines)

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
        source.data = _Reader(text, source).document()
    except _RefusedError as refused:
        found = Finding(file, refused.line, "", refused.problem, refused.remedy)
        source.findings.append(found)
    except yaml.MarkedYAMLError as error:
        error = _scanners(text) or error
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        source.findings.append(_not_yaml(source, line, error.problem, _SPELLING))
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0]
        source.findings.append(_not_yaml(source, 0, problem, "remove what is not plain text"))
    return source


def _scanners(text: str) -> yaml.MarkedYAMLError | None:
    """What the scanner has against a text that the parser refuses: it names a mistyped line where
    the parser only names what it misses further down."""
    try:
        for _ in yaml.scan(text, Loader=yaml.CSafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        return error
    return None


_SPELLING = "correct the line; a common cause is a missing space after ':' or wrong indentation"


def _not_yaml(source: Source, line: int, problem: str | None, remedy: str) -> Finding:
    return Finding(source.file, line, "", f"not YAML: {problem}", remedy)


class _Reader:
    """One pass over a text's events: data and lines come out together.

    Composing nodes first and looking at the tokens besides would read each file three times.
    """

    def __init__(self, text: str, source: Source) -> None:
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._source = source
        self._depth = 0

    def document(self) -> dict[str, Any]:
        """The only document's map. Raises _RefusedError or yaml.YAMLError."""
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if not isinstance(event, yaml.MappingStartEvent):
            # What is no YAML at all has a better message than this one.
            for _ in iter(self._next, None):
                pass
            problem = "the file does not hold a map of keys"
            raise _RefusedError(1, problem, "start with 'key: value'")
        self._source.lines[()] = _line(event)
        found = self._map((), self._source)
        while not isinstance(event, yaml.StreamEndEvent):
            event = self._next()
            if isinstance(event, yaml.DocumentStartEvent):
                problem = "not YAML: but found another document"
                raise _RefusedError(_line(event), problem, _SPELLING)
        return found

    def _next(self) -> Any:
        """The next event, None after the last one. Raises _RefusedError for what is not ours."""
        event = next(self._events, None)
        if isinstance(event, yaml.NodeEvent):
            self._depth += isinstance(event, yaml.CollectionStartEvent)
            self._refuse(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        return event

    def _refuse(self, event: Any) -> None:
        line = _line(event)
        if event.anchor is not None:
            problem = "anchors and aliases are not allowed here"
            raise _RefusedError(line, problem, "write the value out where it is used")
        if event.tag is not None:
            problem = "tags such as !!int or !vault are not allowed here"
            remedy = "remove the tag, or put quotes around text that begins with '!'"
            raise _RefusedError(line, problem, remedy)
        if self._depth > _DEEPEST:
            problem = f"maps and lists are nested deeper than {_DEEPEST} levels"
            raise _RefusedError(
                line, problem, "remove the nesting: no key of an inventory is that deep"
            )

    def _value(self, event: Any, loc: Loc, source: Source) -> Any:
        source.lines[loc] = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._map(loc, source)
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*loc, len(items)), source))
        return items

    def _map(self, loc: Loc, source: Source) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(key_event := self._next(), yaml.MappingEndEvent):
            line = _line(key_event)
            if not isinstance(key_event, yaml.ScalarEvent):
                problem = "a map or list stands as a key"
                raise _RefusedError(line, problem, "write a name before the ':'")
            # Keys such as 20 or yes are names here: what is typed is what counts.
            key = str(key_event.value)
            here = (*loc, key)
            if key in result:
                problem = "the key stands twice in the same map"
                found = Finding(source.file, line, dotted(here), problem, "keep one of the two")
                source.findings.append(found)
                self._value(self._next(), here, Source(source.file))
                continue
            result[key] = self._value(self._next(), here, source)
            source.lines[here] = line
        return result


def _line(event: Any) -> int:
    """PyYAML's types allow an event without a mark; those of a text all have one."""
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> Any:
    """A scalar's value: nothing, true, false, a decimal number, or the text as it was typed.

    Quoted text stays text. So does what YAML 1.1 would turn into something else without being
    asked (no, 022, 1:30, 1e3, dates): where a number or a truth value must stand, it is refused.
    """
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _DECIMAL.fullmatch(text) else text


_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""Plain scalars that YAML 1.1 and 1.2 read alike."""
