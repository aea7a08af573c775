"""Who may log in, with what privilege, and which commands they may run.

Without ``aaa new-model`` the terminal line decides; with it, lists of methods do. The lab has no
TACACS+ or RADIUS server: a group of servers never answers, so the next method of its list decides.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from muniform.lab.ios import aaa
from muniform.lab.simulated.language.tree import Node
from muniform.lab.type9 import type9_verify


def login(config: Node, user: str, password: str) -> int | None:
    """The privilege level with which ``user`` is let in on the first vty line, or None.

    Takes about 50 ms for a password that was not seen before.
    """
    if not aaa.is_on(config):
        return _privilege(config, user) if _local(config, user, password) else None
    return _granted(config, user) if _authenticated(config, user, password) else None


def _authenticated(config: Node, user: str, password: str) -> bool:
    for method in _login_methods(config):
        if method == "none":
            return True
        if method == "enable" and config.value("enable", "secret") is not None:
            return bool(enables(config, password))
        # An account that is not there is no answer; a wrong password is one.
        if method.startswith("local") and config.value("username", user) is not None:
            return _local(config, user, password)
    return False


def _granted(config: Node, user: str) -> int | None:
    """The privilege that EXEC authorisation gives; None: no session is opened."""
    methods = _methods(config, ("authorization", "exec"))
    if methods is None:
        return 1  # not asked for: an account's own privilege is not looked at
    for method in methods:
        if method == "local" and config.value("username", user) is not None:
            return _privilege(config, user)
        if method in ("if-authenticated", "none"):
            return 1
    return None


def may_run(config: Node, user: str, level: int) -> bool:
    """Whether command authorisation lets ``user`` run a command of a privilege level."""
    methods = _methods(config, ("authorization", "commands", str(level)))
    if not aaa.is_on(config) or methods is None:
        return True
    for method in methods:
        if method == "local" and config.value("username", user) is not None:
            return _privilege(config, user) >= level
        if method in ("if-authenticated", "none"):
            return True
    return False


def configures_freely(config: Node) -> bool:
    """True unless commands of configuration mode are authorised too."""
    return not (aaa.is_on(config) and config.has("aaa", "authorization", "config-commands"))


def fault(config: Node) -> str | None:
    """Why nobody at all can log in over the network, or None."""
    if not aaa.is_on(config):
        return None if config.starting("username") else "there is no local account"
    if not any(_answers(config, method) for method in _login_methods(config)):
        return "no server answers, and no other method of the login list can"
    exec_methods = _methods(config, ("authorization", "exec"))
    if exec_methods is not None and not any(_answers(config, m) for m in exec_methods):
        return "no server answers, and no other method authorises a session"
    return None


def _answers(config: Node, method: str) -> bool:
    if method.startswith("local"):
        return bool(config.starting("username"))
    if method == "enable":
        return config.value("enable", "secret") is not None
    return method in ("none", "if-authenticated")


def _login_methods(config: Node) -> tuple[str, ...]:
    """The methods of the first vty line that can answer. Without any list, local accounts do."""
    line = _first_line(config)
    named = (line.value("login") or ())[1:] if line else ()
    listed = _listed(config, ("authentication", "login"), named[0] if named else "default")
    if listed is not None:
        return listed
    return () if named else ("local",)


def _methods(config: Node, kind: tuple[str, ...]) -> tuple[str, ...] | None:
    """The methods of a list that the first vty line names, or of the default list."""
    line = _first_line(config)
    named = line.value(*kind) if line else None
    listed = _listed(config, kind, named[0] if named else "default")
    return () if listed is None and named else listed


def _listed(config: Node, kind: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    value = config.value("aaa", *kind, name)
    return None if value is None else tuple(_answering(" ".join(value).split()))


def _answering(words: list[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        if word == "group":
            next(rest, None)
        else:
            yield word


def _first_line(config: Node) -> Node | None:
    """A session takes the lowest free line: number 0."""
    return next((node for node in config.starting("line", "vty") if node.words[2] == "0"), None)


def _privilege(config: Node, user: str) -> int:
    account = config.value("username", user) or ()
    return int(account[account.index("privilege") + 1]) if "privilege" in account else 1


def _local(config: Node, user: str, password: str) -> bool:
    account = config.value("username", user)
    return account is not None and _matches(account[-2], account[-1], password)


def enables(config: Node, password: str) -> bool | None:
    """Whether ``password`` is the enable secret; None if no secret is configured."""
    secret = config.value("enable", "secret")
    return None if secret is None else _matches(secret[0], secret[1], password)


def _matches(kind: str, stored: str, password: str) -> bool:
    if kind == "9":
        return type9_verify(password, stored)
    # Types 5, 7 and 8 can be configured, but nobody logs in with them here.
    return kind == "0" and hmac.compare_digest(stored.encode(), password.encode())
