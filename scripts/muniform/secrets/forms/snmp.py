"""SNMPv3's localised keys (RFC 3414 appendix A.2, RFC 3826): a password bound to one engine.

Devices print them instead of the password; one device's key is of no use on another.
"""

from __future__ import annotations

import hashlib

_EXPANDED = 1_048_576
"""Bytes of repeated password that are hashed (RFC 3414)."""
_AES_BYTES = 16
"""RFC 3826: the first 128 bits of the localised key."""


def sha_key(value: str, _name: str, salt: str) -> str:
    """The authentication key for HMAC-SHA-96: 40 hexadecimal digits. ``salt`` is the engine id."""
    return _localised(value, salt).hex()


def aes_key(value: str, _name: str, salt: str) -> str:
    """The privacy key for AES-128 beside SHA authentication: 32 hexadecimal digits."""
    return _localised(value, salt)[:_AES_BYTES].hex()


def _localised(password: str, engine_id: str) -> bytes:
    plain = password.encode()
    expanded = (plain * (_EXPANDED // len(plain) + 1))[:_EXPANDED]
    user_key = _sha1(expanded)
    return _sha1(user_key + bytes.fromhex(engine_id) + user_key)


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data).digest()  # noqa: S324  # the standard's own hash
