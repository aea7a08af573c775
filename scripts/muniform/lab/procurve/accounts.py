"""Who may log in. No TACACS+ or RADIUS server answers here, so the second method decides."""

from __future__ import annotations

import hmac
from hashlib import sha1, sha256

from muniform.lab.procurve.state import Section

MANAGER, OPERATOR = 15, 1


def login(root: Section, user: str, password: str) -> int | None:
    """The privilege of ``user`` over SSH, or None."""
    method = method_of(root)
    if method == "authorized":
        return MANAGER
    if method != "local":
        return None
    accounts = root.starting("password", "manager") + root.starting("password", "operator")
    if not accounts:
        return MANAGER  # a switch without a password asks nobody for one
    for setting in accounts:
        _, role, _, name, form, value = setting.words
        if name == f'"{user}"' and _fits(password, form, value.strip('"')):
            return MANAGER if role == "manager" else OPERATOR
    return None


def method_of(root: Section) -> str:
    """How SSH logins are decided while no server answers: local, authorized or none."""
    methods = root.value("aaa", "authentication", "ssh", "login") or ("local",)
    return methods[0] if methods[0] == "local" else methods[1] if methods[1:] else "none"


def fault(root: Section) -> str | None:
    """Why nobody can log in, or None."""
    return (
        "no server answers and local accounts are not asked" if method_of(root) == "none" else None
    )


def _fits(password: str, form: str, digest: str) -> bool:
    made = (
        sha256(password.encode())
        if form == "sha256"
        else sha1(password.encode(), usedforsecurity=False)
    )
    return hmac.compare_digest(made.hexdigest(), digest.lower())
