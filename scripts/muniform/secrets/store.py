"""Reads secrets from files of the state folder (0600, in a folder 0700), one file a secret.

References look like ``<secret:NAME>`` in rendered text; they are replaced in memory, just before
a configuration is sent or hashed.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import SecretError
from muniform.masking import Secret

REFERENCE = re.compile(r"<secret:([a-z][a-z0-9_]*)>")
# Unicode's control characters, line separators and paragraph separators.
_BREAKING = ("Cc", "Zl", "Zp")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----\n.*\n-----END (?P=kind)-----", re.DOTALL
)


@dataclass(frozen=True)
class SecretStore:
    """The secrets of one city. ``folder`` is ``<state>/secrets``."""

    folder: Path

    def get(self, name: str) -> Secret:
        """The value behind a name: one line of text, or a private key of several.

        Raises SecretError if it is missing, open to others, or holds other control characters.
        """
        value = self._read(name)
        # A key's lines are its form; anywhere else a line break begins a line of its own.
        plain = value.replace("\n", "") if _PRIVATE_KEY.fullmatch(value) else value
        return self._checked(name, plain, value)

    def _line(self, name: str) -> Secret:
        """A value that may stand in a configuration, where a second line would be a command."""
        value = self._read(name)
        return self._checked(name, value, value)

    def _checked(self, name: str, looked_at: str, value: str) -> Secret:
        if any(unicodedata.category(character) in _BREAKING for character in looked_at):
            raise SecretError(
                f"secret {name!r}: {self.path(name)} holds control characters",
                "write its value as one line of plain text into the file",
            )
        return Secret(name, value)

    def _read(self, name: str) -> str:
        path = self.path(name)
        try:
            mode = path.stat().st_mode
            value = path.read_text(encoding="utf-8").rstrip("\n")
        except FileNotFoundError:
            raise SecretError(
                f"secret {name!r} has no value: {path} does not exist",
                "a lab's secrets are made by: muniform lab up",
            ) from None
        except PermissionError:
            raise SecretError(
                f"secret {name!r}: {path} cannot be read by this account",
                "run as the account that owns the state folder",
            ) from None
        except OSError as error:
            raise SecretError(
                f"secret {name!r}: {path} cannot be read: {error.strerror}",
                "check the state folder; MUNIFORM_STATE names another one",
            ) from None
        except UnicodeDecodeError:
            # Without its cause: that one carries the bytes.
            raise SecretError(
                f"secret {name!r}: {path} is not text", "write its value as text, encoded as UTF-8"
            ) from None
        if stat.S_IMODE(mode) & 0o077:
            raise SecretError(f"secret {name!r}: {path} is open to others", f"chmod 600 {path}")
        if not value:
            raise SecretError(f"secret {name!r}: {path} is empty", "write its value into the file")
        return value

    def path(self, name: str) -> Path:
        """Where a secret is kept, for programs that read the file themselves (ssh keys)."""
        return self.folder / name

    def referenced(self, text: str) -> tuple[Secret, ...]:
        """The secrets that ``text`` refers to, each once."""
        return tuple(self._line(name) for name in sorted(set(REFERENCE.findall(text))))

    def resolve(self, text: str) -> str:
        """``text`` with every reference replaced by its value. Keep the result in memory."""
        return REFERENCE.sub(lambda match: self._line(match.group(1)).reveal(), text)

    def all(self) -> Iterator[Secret]:
        """Every secret of the city, keys of several lines included, for masking."""
        for name in self._names():
            yield Secret(name, self._read(name))

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
        names = (path.name for path in found if path.is_file())
        return sorted(name for name in names if re.fullmatch(r"[a-z][a-z0-9_]*", name))
