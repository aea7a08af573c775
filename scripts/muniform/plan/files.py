"""A plan as a file: written for this account alone, and believed only with its seal.

What somebody approves is what the file shows, so the seal is over all of it: a keyed digest, which
nobody can make who has not the city's ``hash_key``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from muniform.errors import RolloutError, UsageError
from muniform.masking import Secret
from muniform.plan.plan import Plan, canonical, content_digest

_SHAPE = TypeAdapter(Plan)
_ANEW = "make it again: muniform plan --out FILE"
_PURPOSE = b"muniform plan file\n"
"""Keeps a seal apart from every other digest that is made with the same key."""


def write_plan(path: Path, plan: Plan, key: Secret) -> None:
    """Write a plan, sealed, whole or not at all, mode 0600. Raises UsageError if it can't.

    A plan holds no secret, but the names, addresses and weak spots of a city.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(sealed_json(plan, key) + "\n")
        partial.replace(path)
    except OSError as error:
        raise UsageError(
            f"the plan can't be written to {path}: {error.strerror}", "name another file with --out"
        ) from None


def sealed_json(plan: Plan, key: Secret) -> str:
    """A plan's text for a file: its content, its digest, its seal."""
    content = asdict(plan)
    return json.dumps({"digest": plan.digest, "seal": seal(content, key), **content}, indent=2)


def read_plan(path: Path, key: Secret) -> Plan:
    """Read a plan from a file. Raises UsageError if it can't be read, RolloutError if it is none,
    or no longer what was written."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"the plan {path} can't be read: {said}", _ANEW) from None
    return parse_plan(text, str(path), key)


def parse_plan(text: str, name: str, key: Secret) -> Plan:
    """The plan in a text. ``name`` is what errors call it. Raises RolloutError."""
    content = _object(text, name)
    digest, sealed = content.pop("digest", None), content.pop("seal", None)
    if content_digest(content) != digest:
        raise RolloutError(
            f"{name} is not what was written: its content has another digest than it says", _ANEW
        )
    if not hmac.compare_digest(str(sealed).encode(), seal(content, key).encode()):
        raise RolloutError(
            f"{name} is not what was written: its seal is that of another content, or was made "
            "with another secret hash_key",
            _ANEW,
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


def seal(content: Mapping[str, object], key: Secret) -> str:
    """HMAC-SHA-256 over a plan's content."""
    message = _PURPOSE + canonical(content).encode()
    return hmac.new(key.reveal().encode(), message, hashlib.sha256).hexdigest()


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise RolloutError(f"{name} is no plan: {error}", _ANEW) from None
    if not isinstance(content, dict):
        raise RolloutError(f"{name} is no plan: it holds no object", _ANEW)
    return content
