"""Configuration mode of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from muniform.lab.junos.checks import Refusal
from muniform.lab.junos.database import Editor, LockedError
from muniform.lab.junos.device import CommitRefused, JunosDevice
from muniform.lab.junos.loading import Action, Complaint, load_set, load_text
from muniform.lab.junos.replies import CHECKOUT_FAILED, edit
from muniform.lab.junos.show import Lines, configuration, piped
from muniform.lab.junos.tree import Node
from muniform.lab.simulated.faults import Point

_UNCOMMITTED = "The configuration has been changed but not committed"
_LEAVE = "Exit with uncommitted changes? [yes,no] (yes) "
_DEFAULT_MINUTES = 10


@dataclass(frozen=True)
class Question:
    """What is asked before a command is carried out."""

    text: str
    answered: Callable[[str], Lines]


class Configuring:
    """From ``configure`` to ``exit``."""

    def __init__(self, device: JunosDevice, editor: Editor) -> None:
        self._device = device
        self._editor = editor
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._action = Action.MERGE
        self.is_over = False
        self.question: Question | None = None

    @property
    def where(self) -> str:
        return edit(self._path)

    @property
    def is_collecting(self) -> bool:
        """Text is being typed in, up to control-D."""
        return self._text is not None

    def point_of(self, words: list[str]) -> Point | None:
        """The point that a line belongs to, or None."""
        verb = words[0] if words else ""
        if verb == "commit":
            if "check" in words:
                return Point.STAGE
            pending = self._device.pending is not None and "confirmed" not in words
            return Point.CONFIRM if pending else Point.COMMIT
        if verb == "show":
            return Point.COMPARE if "compare" in words else Point.READ
        if verb == "rollback":
            return Point.CLEAN if words[1:] in ([], ["0"]) else Point.ROLLBACK
        return Point.STAGE if verb in _EDITS else None

    def enter(self, line: str) -> Lines:
        if self._text is not None:
            self._text.append(line)
            return []
        self.question = None
        words = line.split()
        if not words:
            return []
        act = self.COMMANDS.get(words[0])
        try:
            if act is None:
                return [f"{' ' * line.find(words[0])}^", "unknown command."]
            return act(self, words, line)
        except LockedError as error:
            return [f"error: {error}"]
        except CommitRefused as refused:
            return _refused(refused.reasons)

    def end_text(self) -> Lines:
        """Control-D: load what was typed in."""
        text, self._text = "\n".join(self._text or ()), None
        base = self._device.database.of(self._editor)
        try:
            loaded = (
                load_set(text, base, self._path)
                if self._action is Action.SET
                else load_text(text, base, self._action)
            )
            self._device.stage(self._editor, loaded)
        except LockedError as error:
            return [f"error: {error}"]
        lines = [line for each in loaded.complaints for line in _spoken(each)]
        count = len(loaded.errors)
        return [*lines, f"load complete ({count} errors)" if count else "load complete"]

    # Commands

    def _edit_line(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        loaded = load_set(" ".join(line.split(" ")), self._base, self._path)
        if loaded.complaints:
            complaint = loaded.complaints[0]
            if complaint.is_warning:
                return [f"warning: {complaint.message}"]
            at = max(line.find(complaint.bad), 0)
            return [f"{' ' * at}^", _sentence(complaint.message)]
        self._device.stage(self._editor, loaded)
        return []

    @property
    def _base(self) -> Node:
        return self._device.database.of(self._editor)

    def _move(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        if words[0] == "edit":
            probe = load_set(f"edit {' '.join(words[1:])}\nset", self._base, self._path)
            wrong = [each for each in probe.complaints if each.message != "missing argument."]
            if wrong:
                return [_sentence(wrong[0].message)]
            self._path += words[1:]
        elif words[0] == "top":
            self._path = []
        else:
            self._path = self._path[: -(int(words[1]) if len(words) > 1 else 1)]
        return []

    def _leave(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        if self._path and words[0] == "exit" and words[1:] != ["configuration-mode"]:
            self._path = []
            return []
        return self._quit()

    def _quit(self) -> Lines:
        database = self._device.database
        is_private = self._editor.private not in (None, self._editor.private_base)
        if is_private or (self._editor.private is None and database.is_modified):
            self.question = Question(_LEAVE, self._answered)
            return [_UNCOMMITTED]
        self._end()
        return []

    def _answered(self, answer: str) -> Lines:
        if answer in ("", "yes", "y"):
            self._end()
        return []

    def _end(self) -> None:
        self.is_over = True
        self._device.database.leave(self._editor)

    def _load(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        if len(words) < 3 or words[2] != "terminal" or words[1] not in set(Action):
            return [f"error: cannot load from {' '.join(words[2:]) or 'nothing'}"]
        self._device.may_change(self._editor)
        self._action, self._text = Action(words[1]), []
        return ["[Type ^D at a new line to end input]"]

    def _rollback(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        number = words[1] if len(words) > 1 else "0"
        past = self._device.database.past(int(number)) if number.isdigit() else None
        if past is None:
            return ["error: could not open configuration file for rollback"]
        self._device.may_change(self._editor)
        self._device.database.change(self._editor, past)
        return ["load complete"]

    def _show(self, words: list[str], line: str) -> Lines:  # noqa: ARG002 - called like all
        spoken, *pipes = [part.strip() for part in " ".join(words).split("|")]
        if pipes and pipes[0].startswith("compare"):
            number = pipes[0].removeprefix("compare").removeprefix(" rollback").strip() or "0"
            found = self._device.database.difference(self._editor, int(number))
            lines = found.splitlines() if found is not None else []
            return piped([*lines, ""] if lines else [""], pipes[1:])
        path = [*self._path, *spoken.split()[1:]]
        return [*(configuration(self._device, self._base, path, pipes) or []), ""]

    def _commit(self, words: list[str], line: str) -> Lines:
        rest = words[1:]
        if rest[:1] == ["check"]:
            self._device.check(self._editor)
            return ["configuration check succeeds", ""]
        minutes: int | None = None
        if rest[:1] == ["confirmed"]:
            given = rest[1] if len(rest) > 1 and rest[1].isdigit() else str(_DEFAULT_MINUTES)
            minutes = int(given)
            if not 1 <= minutes <= 65535:
                return [f"error: Value {minutes} is not within range (1..65535)"]
        comment = line.partition("comment ")[2].removesuffix("and-quit").strip().strip('"')
        self._device.commit(self._editor, comment, minutes)
        lines = ["commit complete", ""]
        if minutes is not None:
            lines = [
                f"commit confirmed will be automatically rolled back in {minutes} minutes unless "
                "confirmed",
                *lines,
                f"# commit confirmed will be rolled back in {minutes} minutes",
            ]
        if "and-quit" in rest:
            self._end()
        return lines

    COMMANDS: ClassVar[Mapping[str, Callable[[Configuring, list[str], str], Lines]]] = {
        **dict.fromkeys(("set", "delete", "activate", "deactivate", "insert"), _edit_line),
        **dict.fromkeys(("edit", "top", "up"), _move),
        **dict.fromkeys(("exit", "quit"), _leave),
        "load": _load,
        "rollback": _rollback,
        "show": _show,
        "commit": _commit,
    }


_EDITS = ("set", "delete", "activate", "deactivate", "insert")


def _sentence(message: str) -> str:
    return message if message.endswith(".") else f"{message}."


def _spoken(complaint: Complaint) -> Lines:
    """What a load from the terminal says of one line."""
    if complaint.is_warning:
        return [f"warning: {complaint.message}"]
    return [
        f"terminal:{complaint.line}:(1) {complaint.message}: {complaint.bad}",
        f"  {edit(complaint.path)}",
        f"    '{complaint.statement}'",
        f"      {complaint.message}",
    ]


def _refused(reasons: list[Refusal]) -> Lines:
    lines: Lines = []
    is_checked = False
    for reason in reasons:
        if reason.path or reason.statement:
            is_checked = True
            lines += [edit(reason.path), f"  '{reason.statement}'", f"    {reason.message}"]
        else:
            lines.append(f"error: {reason.message}")
    return [*lines, *([f"error: {CHECKOUT_FAILED}"] if is_checked else [])]
