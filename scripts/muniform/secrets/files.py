"""Secrets as files of the state folder (0600, in a folder 0700), one file a secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import SecretError
from muniform.secrets.references import NAME

_OTHERS = 0o077
"""The bits of a mode that give an account other than the owner any right."""


@dataclass(frozen=True)
class FileValues:
    """``folder`` is ``<state>/secrets``."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def where(self, name: str) -> str:
        return str(self.path(name))

    def read(self, name: str) -> str:
        path, subject = self.path(name), f"secret {name!r}"
        content, mode = read_file(path, subject, "a lab's secrets are made by: muniform lab up")
        if mode & _OTHERS:
            raise SecretError(f"{subject}: {path} is open to others", f"chmod 600 {path}")
        try:
            value = content.decode().replace("\r\n", "\n").rstrip("\n")
        except UnicodeDecodeError:
            # Without its cause: that one carries the bytes.
            raise SecretError(
                f"{subject}: {path} is not text", "write its value as text, encoded as UTF-8"
            ) from None
        if not value:
            raise SecretError(f"{subject}: {path} is empty", "write its value into the file")
        return value

    def all(self) -> Iterator[tuple[str, str]]:
        for name in self._names():
            yield name, self.read(name)

    def _names(self) -> list[str]:
        try:
            found = list(self.folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []  # whoever needs a secret is told which one is missing
        except OSError as error:
            raise SecretError(
                f"the secrets in {self.folder} cannot be read: {error.strerror}",
                "run as the account that owns the state folder",
            ) from None
        return sorted(path.name for path in found if path.is_file() and NAME.fullmatch(path.name))


def read_file(path: Path, subject: str, remedy: str) -> tuple[bytes, int]:
    """A file's content and its mode. Raises SecretError; ``remedy`` is for a missing file."""
    try:
        with path.open("rb") as file:
            return file.read(), os.fstat(file.fileno()).st_mode
    except FileNotFoundError:
        raise SecretError(f"{subject} has no value: {path} does not exist", remedy) from None
    except PermissionError:
        raise SecretError(
            f"{subject}: {path} cannot be read by this account",
            "run as the account that owns the file",
        ) from None
    except OSError as error:
        raise SecretError(
            f"{subject}: {path} cannot be read: {error.strerror}",
            "check the path; MUNIFORM_STATE names another state folder",
        ) from None
