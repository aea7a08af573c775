"""Reads secrets from files of the state folder (0600, in a folder 0700), one file a secret.

References look like ``<secret:NAME>`` in rendered text; they are replaced in memory, just before
a configuration is sent or hashed.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import SecretError
from muniform.masking import Secret

REFERENCE = re.compile(r"<secret:([a-z][a-z0-9_]*)>")


@dataclass(frozen=True)
class SecretStore:
    """The secrets of one city. ``folder`` is ``<state>/secrets``."""

    folder: Path

    def get(self, name: str) -> Secret:
        """The value behind a name. Raises SecretError if it is missing or open to others."""
        path = self.path(name)
        try:
            mode = path.stat().st_mode
            value = path.read_text().rstrip("\n")
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
        if stat.S_IMODE(mode) & 0o077:
            raise SecretError(f"secret {name!r}: {path} is open to others", f"chmod 600 {path}")
        if not value:
            raise SecretError(f"secret {name!r}: {path} is empty", "write its value into the file")
        return Secret(name, value)

    def path(self, name: str) -> Path:
        """Where a secret is kept, for programs that read the file themselves (ssh keys)."""
        return self.folder / name

    def referenced(self, text: str) -> tuple[Secret, ...]:
        """The secrets that ``text`` refers to, each once."""
        return tuple(self.get(name) for name in sorted(set(REFERENCE.findall(text))))

    def resolve(self, text: str) -> str:
        """``text`` with every reference replaced by its value. Keep the result in memory."""
        return REFERENCE.sub(lambda match: self.get(match.group(1)).reveal(), text)

    def all(self) -> Iterator[Secret]:
        """Every secret of the city, for masking."""
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                if path.is_file() and re.fullmatch(r"[a-z][a-z0-9_]*", path.name):
                    yield self.get(path.name)
