"""Taking configurations in: curly-brace text with its tags, and ``set`` lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from muniform.lab.junos import editing
from muniform.lab.junos.editing import EditError
from muniform.lab.junos.lexer import LexError, Statement, Word, set_words, statements
from muniform.lab.junos.printing import head_words
from muniform.lab.junos.tree import Node, empty, prune


class Action(StrEnum):
    """What a load does with what is there."""

    MERGE = "merge"
    REPLACE = "replace"
    OVERRIDE = "override"
    UPDATE = "update"
    SET = "set"


@dataclass(frozen=True)
class Complaint:
    """What the device says of one statement of a load."""

    message: str
    line: int = 0
    path: tuple[str, ...] = ()
    statement: str = ""
    bad: str = ""
    is_warning: bool = False


@dataclass
class Loaded:
    """What came of a load: the tree, with every good statement, and what was said of the others."""

    root: Node
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def errors(self) -> list[Complaint]:
        return [each for each in self.complaints if not each.is_warning]


def load_text(text: str, base: Node, action: Action, way: Sequence[str] = ()) -> Loaded:
    """Curly-brace text onto a copy of ``base``, or instead of it."""
    loaded = Loaded(empty() if action in (Action.OVERRIDE, Action.UPDATE) else base.copy())
    try:
        found = statements(text)
    except LexError as error:
        complaint = Complaint(error.message, error.line, bad=error.token)
        return Loaded(base.copy(), [complaint])
    nodes = [loaded.root]
    if way:
        nodes = editing.put(nodes, [Word(word) for word in way])
    _load(found, nodes, loaded, action)
    prune(loaded.root)
    return loaded


def _load(found: list[Statement], way: list[Node], loaded: Loaded, action: Action) -> None:
    for statement in found:
        if _is_volatile(statement, way):
            continue
        try:
            _load_one(statement, way, loaded, action)
        except EditError as error:
            loaded.complaints.append(_complaint(error))


def _is_volatile(statement: Statement, way: list[Node]) -> bool:
    """``version 23.4R2;`` is printed by the device and taken back without a word."""
    return len(way) == 1 and bool(statement.words) and statement.words[0].text == "version"


def _load_one(statement: Statement, way: list[Node], loaded: Loaded, action: Action) -> None:
    words = statement.words
    if "delete" in statement.tags:
        if not editing.delete(way, words):
            loaded.complaints.append(_not_found(way, words))
        return
    if "replace" in statement.tags and action is Action.REPLACE:
        editing.delete(way, words)
    reached = editing.put(way, words)
    if statement.inner is None:
        _mark(statement, way, words)
        return
    if len(reached) == len(way) and words:
        raise EditError(editing.SYNTAX, way, words, len(words) - 1)
    _mark(statement, way, words)
    _load(statement.inner, reached, loaded, action)


def _mark(statement: Statement, way: list[Node], words: list[Word]) -> None:
    """Whether it is inactive, and its comment."""
    if not statement.comment and "inactive" not in statement.tags:
        return
    found = editing.find(way, words[:1] if _is_inline(way, words) else words)
    for node in found.nodes if found else ():
        node.is_inactive = node.is_inactive or "inactive" in statement.tags
        node.comment = statement.comment or node.comment


def _is_inline(way: list[Node], words: list[Word]) -> bool:
    """A leaf is named without its value."""
    rule = way[-1].rule.inner.get(words[0].text) if words else None
    return rule is not None and not rule.inner and not rule.nameless and not rule.keys


def load_set(text: str, base: Node, way: Sequence[str] = ()) -> Loaded:
    """``set`` lines and their kind, one after another, onto a copy of ``base``."""
    loaded = Loaded(base.copy())
    here = list(way)
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            here = _set_line(line, number, here, loaded)
    prune(loaded.root)
    return loaded


def _set_line(line: str, number: int, here: list[str], loaded: Loaded) -> list[str]:
    verb, _, rest = line.partition(" ")
    try:
        words = set_words(rest)
    except LexError as error:
        loaded.complaints.append(Complaint(error.message, number, tuple(here), line, error.token))
        return here
    if verb in ("top", "up", "exit", "edit"):
        return _moved(verb, words, here)
    act = _VERBS.get(verb)
    if act is None:
        complaint = Complaint("unknown command", number, tuple(here), line, verb)
        loaded.complaints.append(complaint)
        return here
    for word in words:
        word.line = number
    try:
        way = editing.put([loaded.root], [Word(word) for word in here])
        if not act(way, words):
            loaded.complaints.append(_not_found(way, words))
    except EditError as error:
        loaded.complaints.append(_complaint(error))
    return here


def _moved(verb: str, words: list[Word], here: list[str]) -> list[str]:
    if verb == "edit":
        return [*here, *(word.text for word in words)]
    return [] if verb == "top" else here[:-1]


def _set(way: Sequence[Node], words: Sequence[Word]) -> bool:
    if not words:
        raise EditError("missing argument.", way, words, 0)
    editing.put(way, words)
    return True


_VERBS: Mapping[str, Callable[[Sequence[Node], Sequence[Word]], bool]] = {
    "set": _set,
    "delete": editing.delete,
    "activate": lambda way, words: editing.set_active(way, words, True),
    "deactivate": lambda way, words: editing.set_active(way, words, False),
    "insert": editing.insert,
}


def _complaint(error: EditError) -> Complaint:
    return Complaint(error.message, error.line, error.path, error.statement, error.bad)


def _not_found(way: Sequence[Node], words: Sequence[Word]) -> Complaint:
    path = tuple(word for node in way for word in head_words(node))
    statement = " ".join(word.text for word in words)
    bad = words[-1].text if words else ""
    line = words[0].line if words else 0
    return Complaint(editing.NOT_FOUND, line, path, statement, bad, is_warning=True)
