"""References to secrets: names, never values. ``muniform.secrets`` opens them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class SecretRef:
    """The name under which a secret is kept. Its value lives in ``muniform.secrets`` only.

    ``form`` names how a platform stores the value, and ``salt`` what that form is keyed with, so
    that what is rendered is what the device prints back.
    """

    name: str
    form: str = ""
    salt: str = ""

    def __str__(self) -> str:
        return f"<secret:{':'.join(part for part in (self.name, self.form, self.salt) if part)}>"


class SecretSource(StrEnum):
    """Where the values of secrets are kept."""

    FILES = "files"
    ANSIBLE_VAULT = "ansible_vault"
    LOOKUP = "lookup"


@dataclass(frozen=True)
class SecretsPlace:
    """Where a city keeps its secrets, as declared. ``muniform.secrets`` opens it."""

    source: SecretSource = SecretSource.FILES
    files: tuple[str, ...] = ()
    """Of ``ansible_vault``: relative to the inventory."""
    password_file: str | None = None
    plugin: str = ""
    """Of ``lookup``: an Ansible lookup plugin, what it is asked for, where the value is."""
    term: str = ""
    take: tuple[str, ...] = ()
    options: tuple[tuple[str, str | int | bool], ...] = ()
