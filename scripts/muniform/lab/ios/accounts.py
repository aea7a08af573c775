"""Local accounts: who may log in, and with what privilege."""

from __future__ import annotations

import hmac

from muniform.lab.ios.tree import Node
from muniform.lab.type9 import type9_verify


def login(config: Node, user: str, password: str) -> int | None:
    """The privilege level with which ``user`` is let in, or None.

    Takes about 50 ms for a password that was not seen before.
    """
    account = config.value("username", user)
    if account is None:
        return None
    privilege = int(account[account.index("privilege") + 1]) if "privilege" in account else 1
    return privilege if _matches(account[-2], account[-1], password) else None


def enables(config: Node, password: str) -> bool | None:
    """Whether ``password`` is the enable secret; None if no secret is configured."""
    secret = config.value("enable", "secret")
    return None if secret is None else _matches(secret[0], secret[1], password)


def _matches(kind: str, stored: str, password: str) -> bool:
    if kind == "9":
        return type9_verify(password, stored)
    # Types 5, 7 and 8 can be configured, but nobody logs in with them here.
    return kind == "0" and hmac.compare_digest(stored.encode(), password.encode())
