"""What pydantic found, in the words of the person who wrote the file: what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from muniform.errors import Finding
from muniform.model.shapes import shown
from muniform.model.source import Loc, Source

_REMEDIES = {
    "bool": "write true or false, without quotes",
    "int": "write a whole number in decimal digits, without quotes or leading zeros",
    "string": "write text; put quotes around it if it looks like a number or like true and false",
    "tuple": "write a list, like [20, 30]",
    "dict": "write a map of 'key: value' lines",
    "model": "write a map of 'key: value' lines",
}
"""By the first word of pydantic's error types."""


def findings(source: Source, error: ValidationError, shape: type[BaseModel]) -> Iterator[Finding]:
    """Pydantic's errors, each at its line of the file."""
    details = error.errors(include_url=False)
    for detail in details:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        # A list with a wrong item counts as too short as well: the item's error says it all.
        if detail["type"] == "too_short" and _has_error_inside(details, detail["loc"]):
            continue
        problem, remedy = _explain(detail, loc, shape)
        yield source.finding(loc, problem, remedy)


def _has_error_inside(details: list[ErrorDetails], loc: Loc) -> bool:
    return any(len(d["loc"]) > len(loc) and d["loc"][: len(loc)] == loc for d in details)


def _explain(detail: ErrorDetails, loc: Loc, shape: type[BaseModel]) -> tuple[str, str]:
    kind = detail["type"]
    if kind == "missing":
        return "the key is missing", f"add '{loc[-1]}:' with its value"
    if kind == "extra_forbidden":
        known = sorted(_fields_at(shape, loc[:-1]))
        near = get_close_matches(str(loc[-1]), known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        return "unknown key", f"{hint}known keys: {', '.join(known)}"
    context: dict[str, Any] = detail.get("ctx", {})
    if "remedy" in context:
        return detail["msg"], str(context["remedy"])
    if kind == "too_short":
        least, has = context["min_length"], context["actual_length"]
        return f"the list is too short: {has} of at least {least}", "add what is missing"
    return _wrong_value(detail, context)


def _wrong_value(detail: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    kind = detail["type"]
    found = shown(detail["input"])
    if kind in ("enum", "literal_error"):
        return f"{found} is not known here", f"use one of: {context['expected']}"
    remedy = _REMEDIES.get(kind.split("_")[0], "correct the value")
    if detail["input"] is None:
        return "the key has no value yet", remedy
    return f"{detail['msg']}, found {found}", remedy


def _fields_at(shape: type[BaseModel], loc: Loc) -> set[str]:
    """The keys that the schema knows at a path, found by walking the model's annotations."""
    current: Any = shape
    for part in loc:
        current = _step(current, part)
    current = _model_in(current)
    return set(current.model_fields) if current else set()


def _step(annotation: Any, part: int | str) -> Any:
    model = _model_in(annotation, containers=False)
    if model is not None and isinstance(part, str):
        declared = model.model_fields.get(part)
        return declared.annotation if declared else None
    arguments = getattr(annotation, "__args__", ())
    return arguments[1] if arguments and isinstance(part, str) else next(iter(arguments), None)


def _model_in(annotation: Any, containers: bool = True) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if not containers:
        return None
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
