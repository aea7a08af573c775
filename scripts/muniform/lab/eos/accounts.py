"""Who may log in, with what privilege, and what he may run.

The lab has no TACACS+ or RADIUS server: a group of servers never answers, so the next method of its
list decides.
"""

from __future__ import annotations

from functools import lru_cache

from muniform.lab.eos import keys
from muniform.lab.eos.tree import Node

UNPRIVILEGED, PRIVILEGED = 1, 15


def login(config: Node, user: str, password: str) -> int | None:
    """The privilege with which a session starts, or None if nobody is let in.

    An account's own privilege counts only where EXEC sessions are authorised locally; otherwise
    ``enable`` has to be typed. Takes some milliseconds.
    """
    if "local" not in _methods(config, "authentication", "login"):
        return None
    stored = _stored(config, user)
    if stored is None or not _verified(stored, password):
        return None
    methods = config.value("aaa", "authorization", "exec", "default")
    if methods is None:
        return UNPRIVILEGED
    granted = _answering(methods)
    if "local" in granted:
        return _privilege(config, user)
    return UNPRIVILEGED if "none" in granted else None


@lru_cache(maxsize=256)
def _verified(stored: str, password: str) -> bool:
    return keys.verifies(stored, password)


def may_run(config: Node, user: str, needs_privilege: bool) -> bool:
    """Whether the list for commands lets ``user`` run one."""
    methods = config.value("aaa", "authorization", "commands", "all", "default")
    if methods is None:
        return True
    granted = _answering(methods)
    if "none" in granted:
        return True
    return "local" in granted and (not needs_privilege or _privilege(config, user) == PRIVILEGED)


def enables(config: Node, password: str) -> bool:
    """Whether ``enable`` takes a password. Without one configured, it asks for none."""
    stored = config.value("enable", "password")
    return stored is None or _verified(stored[-1], password)


def needs_password(config: Node) -> bool:
    return config.value("enable", "password") is not None


def fault(config: Node) -> str | None:
    """Why nobody at all can log in over the network, or None."""
    if "local" not in _methods(config, "authentication", "login"):
        return "no server answers, and local accounts are not asked"
    granted = config.value("aaa", "authorization", "exec", "default")
    if granted is not None and not {"local", "none"} & set(_answering(granted)):
        return "no server answers, and no other method authorises a session"
    users = [node.words[1] for node in config.starting("username")]
    if not any(_stored(config, user) for user in users):
        return "there is no local account with a password"
    return None


def _stored(config: Node, user: str) -> str | None:
    """The hash of an account; an account without a password gets in on the console only."""
    words = config.value("username", user) or ()
    return words[-1] if "sha512" in words else None


def _privilege(config: Node, user: str) -> int:
    words = config.value("username", user) or ()
    return int(words[words.index("privilege") + 1]) if "privilege" in words else UNPRIVILEGED


def _methods(config: Node, *kind: str) -> tuple[str, ...]:
    return _answering(config.value("aaa", *kind, "default") or ("local",))


def _answering(words: tuple[str, ...]) -> tuple[str, ...]:
    """The methods that can answer: ``group NAME`` never does."""
    return tuple(
        word
        for index, word in enumerate(words)
        if word != "group" and (index == 0 or words[index - 1] != "group")
    )
