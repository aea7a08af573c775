"""References to secrets in rendered text: finding them and taking them apart. Pure.

``<secret:NAME>`` stands for the value itself, ``<secret:NAME:FORM>`` and
``<secret:NAME:FORM:SALT>`` for what a device stores of it (``muniform.secrets.forms``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muniform.errors import SecretError

NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(
    rf"<secret:(?P<name>{NAME.pattern})"
    r"(?::(?P<form>[a-z][a-z0-9_]*)(?::(?P<salt>[A-Za-z0-9_./-]+))?)?>"
)
# What begins like a reference and is none would reach a device as it stands.
_BEGINNING = re.compile(r"<secret:[^>\s]*>?")


@dataclass(frozen=True, order=True)
class Reference:
    """A secret's name, and in which form it is wanted: an empty form is the plain value."""

    name: str
    form: str = ""
    salt: str = ""

    def __str__(self) -> str:
        return f"<secret:{self.label}>"

    @property
    def label(self) -> str:
        """The reference without its brackets; it names what the reference yields."""
        return ":".join(part for part in (self.name, self.form, self.salt) if part)


def references(text: str) -> tuple[Reference, ...]:
    """The references in ``text``, each once, sorted. Raises SecretError for a malformed one."""
    return tuple(sorted({_parse(found.group()) for found in _BEGINNING.finditer(text)}))


def substitute(text: str, value: Callable[[Reference], str]) -> str:
    """``text`` with every reference replaced; what is put in is not searched again."""
    return _BEGINNING.sub(lambda found: value(_parse(found.group())), text)


def names(wanted: Iterable[Reference]) -> tuple[str, ...]:
    """The secrets behind some references, each once, sorted."""
    return tuple(sorted({reference.name for reference in wanted}))


def _parse(written: str) -> Reference:
    found = _REFERENCE.fullmatch(written)
    if found is None:
        raise SecretError(
            f"{written!a} is no valid reference to a secret",
            "write <secret:NAME>, <secret:NAME:FORM> or <secret:NAME:FORM:SALT>; a name is made of "
            "lower-case letters, digits and underscores",
        )
    return Reference(found["name"], found["form"] or "", found["salt"] or "")
