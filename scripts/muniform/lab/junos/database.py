"""What a device has configured: committed, candidate, private copies, the lock, and the past.

Trees that stand here are never changed in place: a load makes a new one. So they may be shared.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from muniform.lab.junos.comparing import compare
from muniform.lab.junos.loading import Action, load_text
from muniform.lab.junos.printing import printed
from muniform.lab.junos.tree import Node, empty, same

HISTORY = 50
"""Past configurations that are kept, the present one included."""


@dataclass(eq=False)
class Editor:
    """Somebody who works on the configuration, over one session."""

    user: str
    client: str
    """``cli`` or ``netconf``: how a commit came."""
    pid: int
    since: datetime
    private: Node | None = None
    """A candidate of its own (``configure private``)."""
    private_base: Node | None = None


@dataclass(frozen=True)
class Commit:
    """One entry of the past, newest first."""

    at: datetime
    number: int
    user: str
    client: str
    comment: str
    """Junos's own, of a commit that waits."""
    log: str
    """What whoever committed said of it."""
    _packed: bytes = field(repr=False, default=b"")

    @property
    def revision(self) -> str:
        return f"re0-{int(self.at.timestamp())}-{self.number}"

    @property
    def root(self) -> Node:
        """What was committed."""
        text = zlib.decompress(self._packed).decode()
        return load_text(text, empty(), Action.OVERRIDE).root


class LockedError(Exception):
    """The database is not to be had. The message is what Junos says."""


class Database:
    """The configurations of one device, and who may change them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._number = 0
        self.committed = empty()
        self.candidate = empty()
        self.history: list[Commit] = []
        self.locked_by: Editor | None = None

    @property
    def is_modified(self) -> bool:
        """Whether the shared candidate differs from what is committed."""
        return self.candidate is not self.committed and not same(self.candidate, self.committed)

    def of(self, editor: Editor) -> Node:
        """The candidate that an editor works on."""
        return self.candidate if editor.private is None else editor.private

    def change(self, editor: Editor, root: Node) -> None:
        """Put another tree in the place of the editor's candidate. Raises LockedError."""
        self.may_change(editor)
        if editor.private is None:
            self.candidate = root
        else:
            editor.private = root

    def may_change(self, editor: Editor) -> None:
        """Raises LockedError if somebody else holds the lock."""
        if self.locked_by is not None and self.locked_by is not editor:
            raise LockedError(held_by(self.locked_by))

    def lock(self, editor: Editor) -> None:
        """Take the lock. Raises LockedError if it is held, or changes wait to be committed."""
        self.may_change(editor)
        if self.is_modified and self.locked_by is None:
            raise LockedError("configuration database modified")
        self.locked_by = editor

    def unlock(self, editor: Editor) -> bool:
        """Give the lock back and drop what was not committed. False if it isn't the editor's."""
        if self.locked_by is not editor:
            return False
        self.locked_by = None
        self.candidate = self.committed
        return True

    def open_private(self, editor: Editor) -> None:
        """Give the editor a candidate of its own. Raises LockedError."""
        self.may_change(editor)
        if self.is_modified:
            raise LockedError("shared configuration database modified")
        editor.private, editor.private_base = self.committed, self.committed

    def discard(self, editor: Editor) -> None:
        """``rollback 0``. Raises LockedError."""
        self.change(editor, self.committed)
        editor.private_base = None if editor.private is None else self.committed

    def leave(self, editor: Editor) -> None:
        """The editor's session ended: its lock and its private changes go."""
        self.unlock(editor)
        editor.private = editor.private_base = None

    def commit(self, root: Node, user: str, client: str, comment: str = "", log: str = "") -> None:
        """Make a tree the committed one, and remember it."""
        self._number += 1
        packed = zlib.compress(printed(root).encode(), 1)
        entry = Commit(self._now(), self._number, user, client, comment, log, packed)
        self.history = [entry, *self.history][:HISTORY]
        self.committed = self.candidate = root

    def difference(self, editor: Editor, number: int = 0) -> str | None:
        """What the editor's candidate changes against a past configuration; None: no such one."""
        before = self.past(number)
        return None if before is None else compare(before, self.of(editor))

    def past(self, number: int) -> Node | None:
        """A past configuration; 0 is the committed one."""
        if number == 0:
            return self.committed
        return self.history[number].root if number < len(self.history) else None


def held_by(editor: Editor) -> str:
    """What Junos says of a lock."""
    since = editor.since.strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        f"configuration database locked by:\n  {editor.user} terminal p0 (pid {editor.pid}) "
        f"on since {since}\n      exclusive [edit]"
    )
