"""``$6$`` password hashes: EOS's ``secret sha512``, Junos's ``encrypted-password``."""

from __future__ import annotations

import string

from passlib.handlers.sha2_crypt import sha512_crypt  # type: ignore[import-untyped]

from muniform.secrets.forms.drawn import text

_ALPHABET = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
_SALT_CHARACTERS = 16
_ROUNDS = 5000
"""The scheme's default; devices print no other."""


def encode(value: str, name: str, _salt: str) -> str:
    """``$6$<salt>$<hash>`` with a salt drawn from the secret's name."""
    return hashed(value, text("sha512_crypt", name, _ALPHABET, _SALT_CHARACTERS))


def hashed(value: str, salt: str) -> str:
    """The same with a given salt of up to 16 characters."""
    return str(sha512_crypt.using(salt=salt, rounds=_ROUNDS).hash(value))
