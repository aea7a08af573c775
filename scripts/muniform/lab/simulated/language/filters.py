"""Output filters: what stands after a ``|``."""

from __future__ import annotations

import re

_VERBS = ("include", "exclude", "begin", "section", "count")


class UnknownFilterError(Exception):
    """No filter has that name."""


class MissingExpressionError(Exception):
    """The filter does not say what it looks for."""


def cut(line: str) -> tuple[str, str]:
    """A command and the filter after it, if any."""
    command, _, chosen = line.partition("|")
    return command.rstrip(), chosen.strip()


def apply(lines: list[str], chosen: str) -> list[str]:
    """The lines that pass ``chosen``, such as ``include ntp``.

    Raises UnknownFilterError or MissingExpressionError.
    """
    if not chosen:
        return lines
    word, _, expression = chosen.partition(" ")
    verb = next((verb for verb in _VERBS if verb.startswith(word.lower())), None)
    if verb is None:
        raise UnknownFilterError(word)
    if not expression.strip():
        raise MissingExpressionError(word)
    # Everything up to the end of the line is one expression.
    return _select(verb, lines, _compiled(expression.strip()))


def _compiled(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error:
        return re.compile(re.escape(expression))


def _select(verb: str, lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    hits = [bool(pattern.search(line)) for line in lines]
    if verb == "include":
        return [line for line, hit in zip(lines, hits, strict=True) if hit]
    if verb == "exclude":
        return [line for line, hit in zip(lines, hits, strict=True) if not hit]
    if verb == "count":
        return [f"Number of lines which match regexp = {sum(hits)}"]
    if verb == "begin":
        return lines[hits.index(True) :] if True in hits else []
    return _sections(lines, hits)


def _sections(lines: list[str], hits: list[bool]) -> list[str]:
    """A matching line with all that is indented below it."""
    kept: list[str] = []
    depth: int | None = None
    for line, hit in zip(lines, hits, strict=True):
        indent = len(line) - len(line.lstrip(" "))
        if depth is not None and indent <= depth:
            depth = None
        if depth is None and hit:
            depth = indent
        if depth is not None:
            kept.append(line)
    return kept
