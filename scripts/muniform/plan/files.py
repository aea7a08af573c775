"""A plan as a file: written for this account alone, and believed only if its digest fits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from muniform.errors import RolloutError, UsageError
from muniform.plan.plan import Plan, content_digest

_SHAPE = TypeAdapter(Plan)
_ANEW = "make it again: muniform plan --out FILE"


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan, whole or not at all, mode 0600. Raises UsageError if that can't be done.

    A plan holds no secret, but the names, addresses and weak spots of a city.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(plan.to_json() + "\n")
        partial.replace(path)
    except OSError as error:
        raise UsageError(
            f"the plan can't be written to {path}: {error.strerror}", "name another file with --out"
        ) from None


def read_plan(path: Path) -> Plan:
    """Read a plan from a file. Raises UsageError if it can't be read, RolloutError if it is none,
    or no longer what was written."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"the plan {path} can't be read: {said}", _ANEW) from None
    return parse_plan(text, str(path))


def parse_plan(text: str, name: str) -> Plan:
    """The plan in a text. ``name`` is what errors call it. Raises RolloutError."""
    content = _object(text, name)
    digest = content.pop("digest", None)
    if content_digest(content) != digest:
        raise RolloutError(
            f"{name} is not what was written: its content has another digest than it says", _ANEW
        )
    try:
        plan = _SHAPE.validate_json(json.dumps(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RolloutError(f"{name} is no plan: {where}: {first['msg']}", _ANEW) from None
    if plan.digest != digest:
        raise RolloutError(f"{name} is a plan of another version of muniform", _ANEW)
    return plan


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise RolloutError(f"{name} is no plan: {error}", _ANEW) from None
    if not isinstance(content, dict):
        raise RolloutError(f"{name} is no plan: it holds no object", _ANEW)
    return content
