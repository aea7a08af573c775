"""Cisco's type 9 password hashes: ``$9$<salt>$<hash>``.

The hash is scrypt (RFC 7914) with N=16384, r=1, p=1 and 32 bytes of output, written in base64 with
the alphabet ``./0-9A-Za-z`` and no padding. The salt's characters go into scrypt as they stand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
from functools import lru_cache

SALT_LENGTH = 14
_STANDARD = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
CISCO_ALPHABET = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
_TO_CISCO = str.maketrans(_STANDARD, CISCO_ALPHABET)


def new_salt() -> str:
    """A random salt as IOS-XE makes it: 14 characters of its own alphabet."""
    return "".join(secrets.choice(CISCO_ALPHABET) for _ in range(SALT_LENGTH))


# scrypt takes about 50 ms by design; a lab of a hundred switches shares a few passwords.
@lru_cache(maxsize=1024)
def type9_hash(password: str, salt: str) -> str:
    """The text that stands after ``secret 9`` in a configuration."""
    digest = hashlib.scrypt(password.encode(), salt=salt.encode(), n=16384, r=1, p=1, dklen=32)
    encoded = base64.b64encode(digest).decode().rstrip("=").translate(_TO_CISCO)
    return f"$9${salt}${encoded}"


def type9_verify(password: str, hashed: str) -> bool:
    """True if ``password`` belongs to a type 9 hash; False also for text that is no such hash."""
    parts = hashed.split("$")
    if len(parts) != 4 or parts[:2] != ["", "9"]:
        return False
    return hmac.compare_digest(type9_hash(password, parts[2]), hashed)
