"""AAA commands: they exist only with ``aaa new-model``, and with it terminal lines forget
``login local``. What the lists then decide is in ``accounts``.
"""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.ios.edits import Action, Edit, Words
from muniform.lab.ios.grammar import INCOMPLETE, INVALID, CommandError
from muniform.lab.ios.tree import remove
from muniform.lab.simulated.language.tree import Node

NEW_MODEL = ("aaa", "new-model")


def is_on(root: Node) -> bool:
    """With the new model, method lists decide who gets in."""
    return root.has(*NEW_MODEL)


def aaa_new_model(edit: Edit) -> Words:
    """Turning it off takes every other AAA command away."""
    if edit.negative:
        for node in [n for n in edit.root.starting("aaa") if n.words != NEW_MODEL]:
            edit.root.children.remove(node)
    elif not is_on(edit.root):
        for section in edit.root.starting("line"):
            remove(section, ("login",))
    return edit.words


def aaa(edit: Edit) -> Words:
    if not is_on(edit.root):
        raise CommandError(INVALID, len("aaa "))
    edit.messages += _undefined_groups(edit)
    return edit.words


def _undefined_groups(edit: Edit) -> list[str]:
    """IOS takes a list that names an undefined group of servers, with a warning."""
    words = " ".join(edit.words).split()
    named = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "group"]
    if words[1] == "group" or edit.negative:
        return []
    known = {node.words[-1] for node in edit.root.starting("aaa", "group", "server")}
    return [
        f'%AAAA-4-SERVUNDEF: The server-group "{name}" is not defined. Please define it.'
        for name in named
        if name not in known | {"tacacs+", "radius"}
    ]


def line_login(edit: Edit) -> Words | None:
    """A line logs in with its own password, local accounts, or a list: depending on the model."""
    named = edit.words[1:]
    if not edit.negative and is_on(edit.root) != (named[:1] == ("authentication",)):
        raise CommandError(INVALID, len("login ")) if named else CommandError(INCOMPLETE)
    if named == ("authentication", "default") or (edit.negative and is_on(edit.root)):
        remove(edit.section, ("login",))
        return None
    return edit.words[:1] if edit.negative else edit.words


ACTIONS: Mapping[str, Action] = {
    action.__name__: action for action in (aaa_new_model, aaa, line_login)
}
