"""Commands that carry a secret: what IOS stores and prints is not what was typed.

Passwords that only need to be recognised are hashed (type 9). Keys that the switch must know itself
are hidden (type 7), always or with ``service password-encryption``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from muniform.lab.ios.edits import Action, Edit, Words
from muniform.lab.simulated.type7 import reveal7, type7
from muniform.lab.type9 import new_salt, type9_hash


def enable_secret(edit: Edit) -> Words:
    return edit.words if edit.negative else (*edit.words[:2], *_hashed(edit, edit.words[2:]))


def username(edit: Edit) -> Words:
    """A secret typed in clear is stored hashed, as IOS-XE does."""
    if edit.negative:
        return edit.words
    at = next(i for i, word in enumerate(edit.words) if i > 1 and word in ("secret", "password"))
    head, kind, value = edit.words[:at], edit.words[at], edit.words[at + 1 :]
    if kind == "secret":
        value = _hashed(edit, value)
    elif len(value) == 1:
        value = ("0", *value)
    return (*head, kind, *value)


def _hashed(edit: Edit, value: Words) -> Words:
    if len(value) == 1 or value[0] == "0":
        return "9", type9_hash(value[-1], new_salt())
    if value[0] == "9" and not re.fullmatch(r"\$9\$[./0-9A-Za-z]{14}\$[./0-9A-Za-z]{43}", value[1]):
        raise edit.refuse("ERROR: The secret you entered is not a valid encrypted secret.")
    return value


def concealed(edit: Edit) -> Words:
    """A key at the end of its line, perhaps after its type: ``key 7 …``."""
    if edit.negative:
        return edit.words
    *head, value = edit.words
    kind = head.pop() if head[-1] in ("0", "6", "7") else "0"
    return (*head, *_hidden(edit, kind, value))


def ntp_key(edit: Edit) -> Words:
    """NTP's keys are always stored hidden, and their type stands behind them."""
    if edit.negative:
        return edit.words
    head, value, kind = edit.words[:4], edit.words[4], edit.words[5:] or ("0",)
    if kind == ("7",):
        return (*head, _checked(edit, value), "7")
    return (*head, type7(value), "7")


def _hidden(edit: Edit, kind: str, value: str) -> Words:
    if kind == "7":
        return "7", _checked(edit, value)
    if kind == "0" and edit.root.has("service", "password-encryption"):
        return "7", type7(value)
    return (value,) if kind == "0" else (kind, value)


def _checked(edit: Edit, value: str) -> str:
    if reveal7(value) is None:
        raise edit.refuse(f"Invalid encrypted key: {value}")
    return value


ACTIONS: Mapping[str, Action] = {
    action.__name__: action for action in (enable_secret, username, concealed, ntp_key)
}
