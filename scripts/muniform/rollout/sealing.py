"""Encrypts what is kept at rest: AES-256-GCM with keys made from one of the city's secrets.

What was sealed says whom it is about and whose content it is (a keyed mark), so that equal content
is recognised without being decrypted, and one device's backup is never taken for another's. A
plain hash in its place would let anybody who reads it try out guesses of a secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from muniform.masking import Secret

_HEADER = re.compile(rb"muniform backup 1 ([0-9a-f]{64})\n")
_NONCE = 12
"""Bytes. Drawn for each sealing: SP 800-38D allows 2^32 of them with one key."""


class NotSealedError(ValueError):
    """It was not sealed for this name with this key, or was altered since."""


class Sealer:
    """Seals and opens content about named things."""

    def __init__(self, key: Secret) -> None:
        self._cipher = AESGCM(_derived(key, b"muniform backup encryption"))
        self._mark_key = _derived(key, b"muniform backup mark")

    def mark(self, name: str, content: bytes) -> str:
        """Equal for equal content about the same name; tells nothing without the key."""
        message = name.encode() + b"\0" + content
        return hmac.new(self._mark_key, message, hashlib.sha256).hexdigest()

    def seal(self, name: str, content: bytes) -> bytes:
        """The content, packed and encrypted: lines of text."""
        header = f"muniform backup 1 {self.mark(name, content)}\n".encode()
        nonce = os.urandom(_NONCE)
        box = self._cipher.encrypt(nonce, zlib.compress(content), header + name.encode())
        return header + base64.encodebytes(nonce + box)

    def open(self, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name. Raises NotSealedError."""
        found = _HEADER.match(sealed)
        if found is None:
            raise NotSealedError("it does not begin like a backup")
        try:
            box = base64.decodebytes(sealed[found.end() :])
            packed = self._cipher.decrypt(box[:_NONCE], box[_NONCE:], found[0] + name.encode())
        except (InvalidTag, ValueError):
            raise NotSealedError("it was altered, or sealed with another key") from None
        return zlib.decompress(packed)  # no bomb: what decrypts was made by ``seal``

    def has(self, name: str, sealed: bytes, content: bytes) -> bool:
        """Whether this content was sealed, and can be opened again."""
        try:
            return self.open(name, sealed) == content
        except NotSealedError:
            return False


def _derived(key: Secret, purpose: bytes) -> bytes:
    """A key of 256 bits for one purpose (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(key.reveal().encode())
