"""Backups: what a device ran before it was changed, encrypted, every version of it kept.

They stand in a Git repository of the city's state folder, one file a device and one commit for
each configuration that differs from the one before it (``kept_files``); what Git holds is encrypted
(``sealing``), since a configuration holds secrets, hashed or not. A configuration is kept as the
device printed it.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from muniform.errors import RolloutError, UsageError
from muniform.masking import Secret
from muniform.rollout.kept_files import KeptFiles, Note, Version
from muniform.rollout.sealing import NotSealedError, Sealer
from muniform.rollout.tables import utc_now

TARGET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REFERENCE = re.compile(rf"({TARGET.pattern})@([0-9a-f]{{40,64}})")
_REVISION = re.compile(r"[0-9a-f]{4,64}")
SHOWN = 12
"""Digits of a revision that people are shown."""


@dataclass(frozen=True)
class Backups:
    """The backups under ``<state>/backups``; fits ``muniform.devices.protocols.Backup``.

    ``key`` is the city's hash key: with another one, no backup made before can be opened. ``by``
    and ``about`` are said of each: who runs this, and on which occasion.
    """

    folder: Path
    key: Secret
    by: str = "unknown"
    about: str = "saved"
    now: Callable[[], datetime] = utc_now

    def save(self, target: str, running: str) -> str:
        """Keep a configuration; return its reference.

        If the latest backup of the target is the same, that one is it. Raises RolloutError if it
        can't be kept: then the target must not be changed, since there would be no way back.
        """
        # surrogateescape: a device may print bytes that aren't text, and they are kept.
        content = running.encode("utf-8", "surrogateescape")
        name = _file(target)
        with _explained(f"the backup of {target} could not be written"):
            latest = self._files.latest(name)
            if latest is None or not self._is_intact(target, latest, content):
                note = Note(self.now(), _line(self.by), f"{target}: {_line(self.about)}")
                latest = self._files.keep(name, self._sealer.seal(target, content), note)
        return f"{target}@{latest}"

    def load(self, reference: str) -> str:
        """The configuration behind a reference. Raises RolloutError if it is gone or damaged."""
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise RolloutError(
                f"{reference!r} is no reference of a backup", "list them: muniform backup list"
            )
        target, id = found.groups()
        with _explained(f"the backup {reference} can't be read"):
            sealed = self._files.content(id)
        try:
            return self._sealer.open(target, sealed).decode("utf-8", "surrogateescape")
        except NotSealedError as error:
            raise RolloutError(
                f"the backup {reference} is not what was saved: {error}",
                f"see what there is: muniform backup list {target}; if the secret hash_key was "
                "replaced since, none of them can be opened any more",
            ) from None

    def latest(self, target: str) -> str | None:
        """The reference of a target's newest backup; None if there is none."""
        with _explained(f"the backups of {target} can't be read"):
            id = self._files.latest(_file(target))
        return f"{target}@{id}" if id else None

    def history(self, target: str) -> tuple[Version, ...]:
        """All backups of a target, the newest first."""
        with _explained(f"the backups of {target} can't be read"):
            return self._files.history(_file(target))

    def find(self, target: str, revision: str | None = None) -> str:
        """The reference of a revision, which may be shortened; without one, of the newest backup.

        Raises UsageError if there is none, or more than one.
        """
        ids = list(dict.fromkeys(version.id for version in self.history(target)))
        if revision is not None and not _REVISION.fullmatch(revision):
            raise UsageError(
                f"{revision!r} is no revision of a backup",
                f"name at least four digits of one: muniform backup list {target}",
            )
        found = [id for id in ids if id.startswith(revision)] if revision else ids[:1]
        if len(found) != 1:
            what = f"no backup {revision}" if revision else "no backup"
            many = f"{len(found)} backups {revision}" if found else what
            raise UsageError(
                f"there {'are' if found else 'is'} {many} of {target}",
                f"list them: muniform backup list {target}; make one: muniform backup {target}",
            )
        return f"{target}@{found[0]}"

    def tidy(self) -> None:
        """Let the repository be packed where it has grown."""
        with _explained("the backups can't be packed"):
            self._files.tidy()

    @property
    def _files(self) -> KeptFiles:
        return KeptFiles(self.folder)

    @property
    def _sealer(self) -> Sealer:
        return Sealer(self.key)

    def _is_intact(self, target: str, id: str, content: bytes) -> bool:
        try:
            return self._sealer.has(target, self._files.content(id), content)
        except RolloutError:
            return False  # damaged: what runs now is kept anew


def _file(target: str) -> str:
    if not TARGET.fullmatch(target):
        raise RolloutError(f"{target!r} can't be the name of a target", "")
    return f"{target}.cfg"


def _line(text: str) -> str:
    """On one line, whatever it was."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "unknown"


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except RolloutError as error:
        raise RolloutError(f"{what}: {error.message}", error.hint) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "free some space there and start again; nothing was changed" if full else ""
        raise RolloutError(
            f"{what}: {error.strerror} ({error.filename or 'while writing'})",
            hint or "check the folder, and the account that muniform runs as",
        ) from error
