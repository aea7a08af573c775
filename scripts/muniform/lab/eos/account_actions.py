"""The commands of accounts and keys that are more than a line replacing a line."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import keys
from muniform.lab.eos.edits import Action, Edit, Words
from muniform.lab.eos.tree import Node, remove_starting
from muniform.lab.simulated.language.edits import by_name

_DEFAULT_ACCOUNT = "admin"


def username(edit: Edit) -> Words | None:
    """EOS is born with an account ``admin``: only that it was removed is printed."""
    name = edit.words[1]
    if edit.negative:
        remove_starting(edit.root, ("username", name))
        if name == _DEFAULT_ACCOUNT:
            edit.root.children.append(Node(("no", "username", name), ("username", name), edit.rule))
        return None
    return _account(edit)


def _account(edit: Edit) -> Words:
    """What a line does not say stays as it was, as ``role`` in ``username x secret y``."""
    head, rest = edit.words[:2], edit.words[2:]
    before = edit.root.value(*head) or ()
    privilege = _after("privilege", rest) or _after("privilege", before) or "1"
    role = _after("role", rest) or _after("role", before)
    secret = _secret(rest) or _secret(before)
    shown = (*head, "privilege", privilege, *(("role", role) if role else ()), *secret)
    return keys.hashed(shown)


def _after(word: str, words: Words) -> str | None:
    return words[words.index(word) + 1] if word in words else None


def _secret(words: Words) -> Words:
    start = next((i for i, word in enumerate(words) if word in ("secret", "nopassword")), None)
    return () if start is None else words[start:]


def secret(edit: Edit) -> Words:
    """A password in clear is stored hashed."""
    return edit.words if edit.negative else keys.hashed(edit.words)


def key(edit: Edit) -> Words:
    """A key in clear is stored hidden."""
    return edit.words if edit.negative else keys.hidden(edit.words)


def snmp_user(edit: Edit) -> Words:
    """A user's keys belong to an engine: passwords in clear are turned into them."""
    if edit.negative:
        return edit.words
    engine = edit.root.value("snmp-server", "engineID", "local")
    return keys.localized(edit.words, engine[0] if engine else keys.FACTORY_ENGINE)


ACTIONS: Mapping[str, Action] = by_name(
    username,
    secret,
    key,
    snmp_user,
)
