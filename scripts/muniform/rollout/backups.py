"""Backups: what a device ran before it was changed, one file each, written whole or not at all.

A file keeps the configuration as the device printed it, its secrets (hashed, on our devices)
included; hence 0600 in folders 0700. Its name carries a keyed digest of its target and content, so
a damaged one, or another target's, is never restored; and since names are recorded, a plain hash
would let anybody who reads the journal try out guesses of a secret. References are relative to the
folder, so the state folder may move.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from muniform.errors import RolloutError
from muniform.masking import Secret
from muniform.rollout.store import private_folder
from muniform.rollout.tables import utc_now

TARGET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-([0-9a-f]{32})\.cfg")
PARTIAL = ".part"


class Backups:
    """The backups under ``<state>/backups``; fits ``muniform.devices.protocols.Backup``.

    ``key`` is the city's hash key: with another one, no backup made before can be loaded.
    """

    def __init__(self, folder: Path, key: Secret, now: Callable[[], datetime] = utc_now) -> None:
        self._folder = folder
        self._key = key
        self._now = now

    def save(self, target: str, running: str) -> str:
        """Keep a configuration; return its reference.

        If the latest backup of the target is the same, that one is it. Called under the target's
        lease. Raises RolloutError if the file can't be written: then the target must not be
        changed, since there would be no way back.
        """
        # surrogateescape: a device may print bytes that aren't text, and they are kept.
        content = running.encode("utf-8", "surrogateescape")
        latest = self.latest(target)
        if latest and self._is_intact(latest, content):
            return latest
        moment = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        ref = f"{target}/{moment}-{self._digest(target, content)}.cfg"
        with _explained(f"the backup of {target} could not be written"):
            folder = private_folder(self._folder / target)
            for rest in folder.glob(f".*{PARTIAL}"):
                rest.unlink()  # of a process that was killed
            _write_whole(self._folder / ref, content)
        return ref

    def load(self, ref: str) -> str:
        """The configuration behind a reference. Raises RolloutError if it is gone or damaged."""
        target, _, name = ref.partition("/")
        match = NAME.fullmatch(name)
        if not match or not TARGET.fullmatch(target):
            raise RolloutError(f"{ref!r} is no reference of a backup", self._where(""))
        with _explained(f"the backup {ref} can't be read"):
            content = (self._folder / ref).read_bytes()
        if not self._belongs(ref, content):
            raise RolloutError(
                f"the backup {ref} is not what was saved: its content has another digest",
                f"{self._where(target)}; if the secret hash_key was replaced since, none of them "
                "can be checked any more",
            )
        return content.decode("utf-8", "surrogateescape")

    def latest(self, target: str) -> str | None:
        """The reference of a target's newest backup; None if there is none."""
        if not TARGET.fullmatch(target):
            raise RolloutError(f"{target!r} can't be the name of a target", "")
        with _explained(f"the backups of {target} can't be read"):
            folder = self._folder / target
            names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208
        known = [name for name in names if NAME.fullmatch(name)]
        return f"{target}/{known[-1]}" if known else None

    def _is_intact(self, ref: str, content: bytes) -> bool:
        try:
            kept = (self._folder / ref).read_bytes()
        except OSError:
            return False
        return kept == content and self._belongs(ref, content)

    def _belongs(self, ref: str, content: bytes) -> bool:
        """Whether a reference was made for this content, of this target, with our key."""
        target, _, name = ref.partition("/")
        match = NAME.fullmatch(name)
        return match is not None and hmac.compare_digest(
            match.group(1), self._digest(target, content)
        )

    def _digest(self, target: str, content: bytes) -> str:
        message = b"backup\0" + target.encode() + b"\0" + content
        return hmac.new(self._key.reveal().encode(), message, hashlib.sha256).hexdigest()[:32]

    def _where(self, target: str) -> str:
        return f"see what there is: ls {self._folder / target}"


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it is either whole and on disk, or not there."""
    partial = path.with_name(f".{path.name}{PARTIAL}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A name, too, must survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "free some space there and start again; nothing was changed" if full else ""
        raise RolloutError(
            f"{what}: {error.strerror} ({error.filename or 'while writing'})",
            hint or "check the folder, and the account that muniform runs as",
        ) from error
