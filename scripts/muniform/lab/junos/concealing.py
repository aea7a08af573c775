"""What becomes of secrets when a configuration is taken in. Pure.

A key in clear is kept as Juniper's ``$9$``; a password of an SNMPv3 user becomes a key that is
bound to the engine id (RFC 3414, A.2), and the password is gone. Junos draws the filler of a
``$9$`` at random. Here it follows from the value, so that the same text loaded twice is no change.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from muniform.lab.junos.tree import Node

_GROUPS = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_RING = "".join(_GROUPS)
_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))
_PASSWORD_BYTES = 1048576
_ENTERPRISE = b"\x80\x00\x0a\x4c\x04"
"""RFC 3411's engine id by a text, with Juniper's enterprise number 2636."""


def conceal(root: Node) -> None:
    """Put what the device keeps in the place of what it was given, in the whole tree."""
    _conceal_keys(root)
    engine = root.value("snmp", "engine-id", "local") or ""
    users = root.find("snmp", "v3", "usm", "local-engine")
    for user in users.each("user") if users is not None else ():
        for protocol in user.children.values():
            _conceal_password(protocol, engine)


def _conceal_keys(node: Node) -> None:
    for child in node.children.values():
        if child.rule.value == "secret" and not child.values[0].startswith("$9$"):
            child.values = [obfuscated(child.values[0])]
        _conceal_keys(child)


def _conceal_password(protocol: Node, engine: str) -> None:
    for given, kept in (
        ("authentication-password", "authentication-key"),
        ("privacy-password", "privacy-key"),
    ):
        password = protocol.children.pop((given,), None)
        if password is not None:
            key = localised(password.values[0], engine, protocol.rule.keyword)
            protocol.enter(protocol.rule.inner[kept]).values = [obfuscated(key)]


@lru_cache(maxsize=1024)
def localised(password: str, engine: str, protocol: str) -> str:
    """The key of a password on one engine, in hexadecimal. Takes milliseconds."""
    algorithm = "md5" if "md5" in protocol else "sha1"
    secret = password.encode()
    stretched = (secret * (_PASSWORD_BYTES // len(secret) + 1))[:_PASSWORD_BYTES]
    digest = hashlib.new(algorithm, stretched, usedforsecurity=False).digest()
    identity = _ENTERPRISE + engine.encode()
    return hashlib.new(algorithm, digest + identity + digest, usedforsecurity=False).hexdigest()


@lru_cache(maxsize=4096)
def obfuscated(value: str) -> str:
    """``$9$`` of a value: each character as steps along a ring of 65, from the one before."""
    drawn = hashlib.sha256(value.encode()).digest()
    first = _RING[drawn[0] % len(_RING)]
    fillers = 3 - next(i for i, group in enumerate(_GROUPS) if first in group)
    written = [_RING[byte % len(_RING)] for byte in drawn[1 : 1 + fillers]]
    last = first
    for place, character in enumerate(value):
        for step in _steps(ord(character), _WEIGHTS[place % len(_WEIGHTS)]):
            last = _RING[(_RING.index(last) + step + 1) % len(_RING)]
            written.append(last)
    return f"$9${first}{''.join(written)}"


def _steps(code: int, weights: tuple[int, ...]) -> list[int]:
    steps: list[int] = []
    for weight in reversed(weights):
        step, code = divmod(code, weight)
        steps.insert(0, step)
    return steps
