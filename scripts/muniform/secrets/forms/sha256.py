"""ArubaOS-Switch's ``password … sha256``: the plain digest, as the switch prints it."""

from __future__ import annotations

from hashlib import sha256


def encode(value: str, name: str, salt: str) -> str:  # noqa: ARG001 - every form is called alike
    """The SHA-256 of the value in lower-case hex. The switch adds no salt of its own."""
    return sha256(value.encode()).hexdigest()
