"""What is stored of a password or a key: its hash, a hidden form, or a key made of it."""

from __future__ import annotations

import hashlib

from passlib.handlers.sha2_crypt import sha512_crypt  # type: ignore[import-untyped]

from muniform.lab.eos.faults import CliError
from muniform.lab.simulated.type7 import reveal7, type7

FACTORY_ENGINE = "f5717f001c73000000"
"""The engine of a device that was given none."""
_ROUNDS = 5000
_STRETCHED = 1 << 20
_HASHES = {"md5": "md5", "sha": "sha1"}
_KEYED = {"key", "md5", "sha1", "sha256", "sha384", "sha512"}
_PRIVACY_BYTES = {"aes": 16, "des": 16, "aes192": 24, "aes256": 32}

Words = tuple[str, ...]


def hashed(words: Words) -> Words:
    """``secret X`` and ``secret 0 X`` with the password as a SHA-512 crypt hash."""
    marks = [i for i, word in enumerate(words) if i and word in ("secret", "password")]
    if not marks:
        return words
    at = marks[0] + 1
    if words[at] == "sha512" and len(words) > at + 1:
        return words
    clear = words[-1]
    stored = sha512_crypt.using(rounds=_ROUNDS).hash(clear)
    return (*words[:at], "sha512", str(stored))


def hidden(words: Words) -> Words:
    """``… key X`` and ``… md5 X`` with the key in type 7."""
    *head, value = words
    if not _KEYED & set(head):
        return words
    kind = head.pop() if head[-1] in ("0", "7") else "0"
    # OSPF's keys are hidden in another way, which nothing here has to undo.
    if kind == "7" and head[0] != "ip" and reveal7(value) is None:
        raise CliError(f"Invalid encrypted key: {value}")
    return (*head, "7", value if kind == "7" else type7(value))


def verifies(stored: str, password: str) -> bool:
    """Whether a password fits a SHA-512 crypt hash. Takes some milliseconds."""
    return bool(sha512_crypt.verify(password, stored))


def localized(words: Words, engine: str) -> Words:
    """``snmp-server user`` with keys in place of passwords (RFC 3414, A.2)."""
    head, rest = words[:5], list(words[5:])
    if rest[:1] == ["localized"]:
        if rest[1].lower() != engine.lower():
            raise CliError(f"Localized keys are for engine {rest[1]}, this one is {engine}")
        return words
    if not rest:
        return words
    protocol = rest[1]
    if protocol not in _HASHES:
        raise CliError(f"{protocol} keys can only be entered localized")
    text = [*head, "localized", engine, "auth", protocol, _key(rest[2], engine, protocol, None)]
    if "priv" in rest:
        kind = rest[4]
        text += ["priv", kind, _key(rest[5], engine, protocol, _PRIVACY_BYTES[kind])]
    return tuple(text)


def _key(password: str, engine: str, protocol: str, length: int | None) -> str:
    stretched = password.encode() * (_STRETCHED // len(password) + 1)
    algorithm = _HASHES[protocol]
    first = hashlib.new(algorithm, stretched[:_STRETCHED]).digest()
    made = hashlib.new(algorithm, first + bytes.fromhex(engine) + first).digest()
    return made[:length].hex()
