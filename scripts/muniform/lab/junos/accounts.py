"""Who may log in: local accounts. Servers for TACACS+ or RADIUS are not there in the lab, and a
list that names only such ends with local accounts all the same, as on Junos when none answers."""

from __future__ import annotations

import hmac

from passlib.handlers.sha2_crypt import sha512_crypt  # type: ignore[import-untyped]

from muniform.lab.junos.tree import Node

SUPER_USER = 15
READ_ONLY = 1


def login(config: Node, user: str, password: str) -> int | None:
    """The privilege with which ``user`` is let in, or None. Takes milliseconds: it hashes."""
    stored = _stored(config, user)
    if stored is None or not _matches(stored, password):
        return None
    if user == "root":
        return SUPER_USER
    name = config.value("system", "login", ("user", user), "class") or ""
    return SUPER_USER if name in ("super-user", "superuser") else READ_ONLY


def _stored(config: Node, user: str) -> str | None:
    if user == "root":
        if config.value("system", "services", "ssh", "root-login") != "allow":
            return None
        return config.value("system", "root-authentication", "encrypted-password")
    return config.value("system", "login", ("user", user), "authentication", "encrypted-password")


def _matches(stored: str, password: str) -> bool:
    if stored.startswith("$6$"):
        return bool(sha512_crypt.verify(password, stored))
    # Other hashes can be configured, but nobody logs in with them here.
    return hmac.compare_digest(stored.encode(), b"") and not password
