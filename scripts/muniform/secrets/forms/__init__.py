"""What devices store of a secret, worked out the way the device does it. Pure.

A form yields the same text on every machine, every time: what a real device would draw at random
(a salt, a filler) follows from the secret's name. It never follows from the value, of which a salt
in plain sight would then tell something.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from muniform.errors import SecretError
from muniform.secrets.references import Reference

Encode = Callable[[str, str, str], str]
"""From value, the secret's name and the salt to what the device stores."""


@dataclass(frozen=True)
class Form:
    """One form: where it is made, and what it asks of the salt and the value."""

    module: str
    function: str
    salt: re.Pattern[str] | None = None
    """What the salt must look like; without one the form takes none."""
    salt_is: str = ""
    shortest: int = 1
    """Characters a value must have."""


_ANY = re.compile(r".+")
# An engine id has 5 to 32 bytes (RFC 3411, SnmpEngineID).
_ENGINE = re.compile(r"([0-9a-fA-F]{2}){5,32}")
_ENGINE_IS = "the device's SNMP engine id, 10 to 64 hexadecimal digits"
# RFC 3414 section 11.2: a password shorter than eight characters must not be taken.
_SNMP_SHORTEST = 8

FORMS = {
    "ios7": Form("cisco7", "encode"),
    "junos9": Form("junos9", "encode"),
    "eos_cbc": Form("eos_cbc", "encode", _ANY, "what EOS keys it with, like Ethernet1_md5Key_1"),
    "snmp_sha": Form("snmp", "sha_key", _ENGINE, _ENGINE_IS, _SNMP_SHORTEST),
    "snmp_aes": Form("snmp", "aes_key", _ENGINE, _ENGINE_IS, _SNMP_SHORTEST),
    "sha256": Form("sha256", "encode"),
    "sha512_crypt": Form("sha512", "encode"),
}


def find(reference: Reference) -> Form:
    """The form a reference asks for. Raises SecretError if there is none, or its salt is wrong."""
    form = FORMS.get(reference.form)
    if form is None:
        raise SecretError(
            f"{reference}: no form is called {reference.form!r}",
            f"write one of {', '.join(sorted(FORMS))}, or leave it out for the value itself",
        )
    if form.salt is None and reference.salt:
        raise SecretError(
            f"{reference}: the form {reference.form!r} takes no salt",
            f"write <secret:{reference.name}:{reference.form}>",
        )
    if form.salt is not None and not form.salt.fullmatch(reference.salt):
        raise SecretError(
            f"{reference}: the form {reference.form!r} needs a salt: {form.salt_is}",
            f"write <secret:{reference.name}:{reference.form}:SALT>",
        )
    return form


def apply(form: Form, reference: Reference, value: str) -> str:
    """What the device stores of ``value``. Raises SecretError for a value that it can't take."""
    if not (value.isascii() and value.isprintable()):
        raise SecretError(
            f"{reference}: the value has characters outside ASCII",
            f"give {reference.name!r} a value that devices take: letters, digits, punctuation",
        )
    if len(value) < form.shortest:
        raise SecretError(
            f"{reference}: the value is shorter than {form.shortest} characters",
            f"give {reference.name!r} a longer value",
        )
    # By name, because two of them load libraries that most commands never need.
    encode: Encode = getattr(import_module(f"{__name__}.{form.module}"), form.function)
    return encode(value, reference.name, reference.salt)
